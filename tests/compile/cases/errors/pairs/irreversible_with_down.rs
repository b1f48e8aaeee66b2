compile_tests::embed_migrations!("fixtures/irreversible_with_down");

fn main() {}
