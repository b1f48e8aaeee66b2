compile_tests::embed_migrations!("fixtures/nowhere");

fn main() {}
