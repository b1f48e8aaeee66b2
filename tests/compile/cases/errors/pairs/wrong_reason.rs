compile_tests::embed_migrations!("fixtures/wrong_reason");

fn main() {}
