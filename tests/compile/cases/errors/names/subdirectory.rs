compile_tests::embed_migrations!("fixtures/subdirectory");

fn main() {}
