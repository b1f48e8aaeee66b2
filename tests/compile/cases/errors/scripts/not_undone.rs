compile_tests::embed_migrations!("fixtures/not_undone");

fn main() {}
