compile_tests::embed_migrations!();

fn main() {}
