compile_tests::embed_migrations!("fixtures/sound", deny = "some");

fn main() {}
