compile_tests::embed_migrations!("fixtures/two_plain_up_halves");

fn main() {}
