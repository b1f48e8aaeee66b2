compile_tests::embed_migrations!("fixtures/sound", lint_from = 1, lint_from = 2);

fn main() {}
