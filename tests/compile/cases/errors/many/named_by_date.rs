compile_tests::embed_migrations!("fixtures/named_by_date");

fn main() {}
