compile_tests::embed_migrations!("fixtures/two_up_halves");

fn main() {}
