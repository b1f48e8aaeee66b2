compile_tests::embed_migrations!("fixtures/cannot_be_read");

fn main() {}
