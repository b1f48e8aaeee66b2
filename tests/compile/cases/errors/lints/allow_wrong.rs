compile_tests::embed_migrations!("fixtures/allow_wrong");

fn main() {}
