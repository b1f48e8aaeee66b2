compile_tests::embed_migrations!("fixtures/did_you_mean");

fn main() {}
