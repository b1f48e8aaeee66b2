compile_tests::embed_migrations!("fixtures/up_without_down");

fn main() {}
