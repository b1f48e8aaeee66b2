compile_tests::embed_migrations!("fixtures/two_plain_up_scripts");

fn main() {}
