compile_tests::embed_migrations!("fixtures/a_file");

fn main() {}
