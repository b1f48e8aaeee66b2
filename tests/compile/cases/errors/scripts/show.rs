compile_tests::embed_migrations!("fixtures/show");

fn main() {}
