compile_tests::embed_migrations!("fixtures/transaction");

fn main() {}
