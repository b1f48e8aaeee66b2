compile_tests::embed_migrations!("fixtures/version_0");

fn main() {}
