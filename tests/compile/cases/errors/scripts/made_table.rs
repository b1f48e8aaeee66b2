compile_tests::embed_migrations!("fixtures/made_table");

fn main() {}
