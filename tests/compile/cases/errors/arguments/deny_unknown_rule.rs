compile_tests::embed_migrations!("fixtures/sound", deny = ["required_fields"]);

fn main() {}
