compile_tests::embed_migrations!("fixtures/history_table", table = "_history");

fn main() {}
