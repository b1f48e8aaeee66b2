compile_tests::embed_migrations!("fixtures/unknown_field");

fn main() {}
