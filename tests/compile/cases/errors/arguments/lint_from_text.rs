compile_tests::embed_migrations!("fixtures/sound", lint_from = "24");

fn main() {}
