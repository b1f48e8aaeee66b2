compile_tests::embed_migrations!("fixtures/only_comments_up");

fn main() {}
