compile_tests::embed_migrations!("fixtures/outside");

fn main() {}
