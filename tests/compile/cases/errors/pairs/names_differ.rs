compile_tests::embed_migrations!("fixtures/names_differ");

fn main() {}
