compile_tests::embed_migrations!("fixtures/one_missing");

fn main() {}
