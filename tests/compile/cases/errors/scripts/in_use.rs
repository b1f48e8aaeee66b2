compile_tests::embed_migrations!("fixtures/in_use");

fn main() {}
