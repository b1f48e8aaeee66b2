compile_tests::embed_migrations!("fixtures/sound", table = "");

fn main() {}
