compile_tests::embed_migrations!("fixtures/name_on_one_script");

fn main() {}
