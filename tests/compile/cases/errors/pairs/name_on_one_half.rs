compile_tests::embed_migrations!("fixtures/name_on_one_half");

fn main() {}
