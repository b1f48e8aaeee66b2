compile_tests::embed_migrations!("fixtures/empty");

fn main() {}
