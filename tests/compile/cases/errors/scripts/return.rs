compile_tests::embed_migrations!("fixtures/return");

fn main() {}
