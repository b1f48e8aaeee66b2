compile_tests::embed_migrations!("fixtures/dash_after_version");

fn main() {}
