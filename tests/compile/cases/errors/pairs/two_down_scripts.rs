compile_tests::embed_migrations!("fixtures/two_down_scripts");

fn main() {}
