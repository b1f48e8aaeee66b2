compile_tests::embed_migrations!("fixtures/errors_in_several_files");

fn main() {}
