compile_tests::embed_migrations!("fixtures/unclosed");

fn main() {}
