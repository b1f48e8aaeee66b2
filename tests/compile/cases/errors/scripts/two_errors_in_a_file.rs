compile_tests::embed_migrations!("fixtures/two_errors_in_a_file");

fn main() {}
