compile_tests::embed_migrations!("fixtures/sound", deny = required_field);

fn main() {}
