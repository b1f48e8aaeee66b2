compile_tests::embed_migrations!("fixtures/suffix_in_upper_case");

fn main() {}
