compile_tests::embed_migrations!("fixtures/sound", allow = [1]);

fn main() {}
