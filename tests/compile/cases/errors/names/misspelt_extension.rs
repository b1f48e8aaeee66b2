compile_tests::embed_migrations!("fixtures/misspelt_extension");

fn main() {}
