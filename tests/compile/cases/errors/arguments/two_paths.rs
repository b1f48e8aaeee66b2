compile_tests::embed_migrations!("fixtures/sound", "fixtures/other");

fn main() {}
