compile_tests::embed_migrations!("fixtures/two_down_halves");

fn main() {}
