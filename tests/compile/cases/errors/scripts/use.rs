compile_tests::embed_migrations!("fixtures/use");

fn main() {}
