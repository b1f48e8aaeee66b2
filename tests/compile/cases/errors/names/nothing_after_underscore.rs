compile_tests::embed_migrations!("fixtures/nothing_after_underscore");

fn main() {}
