compile_tests::embed_migrations!("fixtures/sound", lint_from = -1);

fn main() {}
