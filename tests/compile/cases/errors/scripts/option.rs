compile_tests::embed_migrations!("fixtures/option");

fn main() {}
