compile_tests::embed_migrations!("fixtures/no_version");

fn main() {}
