compile_tests::embed_migrations!("fixtures/taken_back");

fn main() {}
