compile_tests::embed_migrations!("fixtures/live_and_kill");

fn main() {}
