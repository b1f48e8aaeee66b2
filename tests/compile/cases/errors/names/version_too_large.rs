compile_tests::embed_migrations!("fixtures/version_too_large");

fn main() {}
