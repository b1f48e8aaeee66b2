compile_tests::embed_migrations!("fixtures/sound", allow);

fn main() {}
