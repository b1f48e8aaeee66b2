compile_tests::embed_migrations!("fixtures/two_styles");

fn main() {}
