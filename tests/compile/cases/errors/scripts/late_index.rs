compile_tests::embed_migrations!("fixtures/late_index");

fn main() {}
