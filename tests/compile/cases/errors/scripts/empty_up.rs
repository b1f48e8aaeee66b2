compile_tests::embed_migrations!("fixtures/empty_up");

fn main() {}
