compile_tests::embed_migrations!("fixtures/unknown_directive");

fn main() {}
