compile_tests::embed_migrations!("fixtures/index_after_write");

fn main() {}
