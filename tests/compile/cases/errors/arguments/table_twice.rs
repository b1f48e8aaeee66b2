compile_tests::embed_migrations!("fixtures/sound", table = "history", table = "other");

fn main() {}
