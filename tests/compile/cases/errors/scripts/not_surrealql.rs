compile_tests::embed_migrations!("fixtures/not_surrealql");

fn main() {}
