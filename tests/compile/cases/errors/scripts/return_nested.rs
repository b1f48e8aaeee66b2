compile_tests::embed_migrations!("fixtures/return_nested");

fn main() {}
