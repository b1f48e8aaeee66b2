compile_tests::embed_migrations!("fixtures/sound", table = history);

fn main() {}
