compile_tests::embed_migrations!("fixtures/on_nothing");

fn main() {}
