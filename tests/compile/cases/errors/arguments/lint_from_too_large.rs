compile_tests::embed_migrations!("fixtures/sound", lint_from = 4294967296);

fn main() {}
