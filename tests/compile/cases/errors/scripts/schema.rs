compile_tests::embed_migrations!("fixtures/schema");

fn main() {}
