compile_tests::embed_migrations!("fixtures/blank_in_name");

fn main() {}
