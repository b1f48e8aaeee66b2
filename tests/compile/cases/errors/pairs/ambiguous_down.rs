compile_tests::embed_migrations!("fixtures/ambiguous_down");

fn main() {}
