compile_tests::embed_migrations!("fixtures/new_index");

fn main() {}
