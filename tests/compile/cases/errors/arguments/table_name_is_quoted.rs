compile_tests::embed_migrations!("fixtures/sound", table = "`billing`");

fn main() {}
