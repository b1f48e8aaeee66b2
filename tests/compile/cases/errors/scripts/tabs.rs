compile_tests::embed_migrations!("fixtures/tabs");

fn main() {}
