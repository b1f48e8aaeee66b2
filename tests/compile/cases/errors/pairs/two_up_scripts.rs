compile_tests::embed_migrations!("fixtures/two_up_scripts");

fn main() {}
