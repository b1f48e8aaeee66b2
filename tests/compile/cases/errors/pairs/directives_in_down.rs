compile_tests::embed_migrations!("fixtures/directives_in_down");

fn main() {}
