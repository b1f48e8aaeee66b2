compile_tests::embed_migrations!("/srv/migrations");

fn main() {}
