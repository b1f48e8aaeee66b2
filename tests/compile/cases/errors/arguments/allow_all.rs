compile_tests::embed_migrations!("fixtures/sound", allow = "all");

fn main() {}
