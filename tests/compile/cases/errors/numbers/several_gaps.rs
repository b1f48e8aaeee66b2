compile_tests::embed_migrations!("fixtures/several_gaps");

fn main() {}
