compile_tests::embed_migrations!("fixtures/let_under_per_statement");

fn main() {}
