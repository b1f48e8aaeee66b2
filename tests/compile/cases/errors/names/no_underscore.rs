compile_tests::embed_migrations!("fixtures/no_underscore");

fn main() {}
