compile_tests::embed_migrations!("fixtures/sound", assumes = before);

fn main() {}
