compile_tests::embed_migrations!("fixtures/sql_extension");

fn main() {}
