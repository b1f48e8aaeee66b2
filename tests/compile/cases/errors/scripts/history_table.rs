compile_tests::embed_migrations!("fixtures/history_table");

fn main() {}
