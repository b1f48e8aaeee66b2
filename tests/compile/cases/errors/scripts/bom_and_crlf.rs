compile_tests::embed_migrations!("fixtures/bom_and_crlf");

fn main() {}
