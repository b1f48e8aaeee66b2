compile_tests::embed_migrations!("fixtures/utf16");

fn main() {}
