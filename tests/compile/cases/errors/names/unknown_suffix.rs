compile_tests::embed_migrations!("fixtures/unknown_suffix");

fn main() {}
