compile_tests::embed_migrations!("fixtures/assumed_wrong");

fn main() {}
