compile_tests::embed_migrations!("fixtures/starts_at_3");

fn main() {}
