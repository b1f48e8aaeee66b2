compile_tests::embed_migrations!("fixtures/empty_down");

fn main() {}
