compile_tests::embed_migrations!("fixtures/extension_in_upper_case");

fn main() {}
