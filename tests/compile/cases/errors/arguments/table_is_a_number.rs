compile_tests::embed_migrations!("fixtures/sound", table = 3);

fn main() {}
