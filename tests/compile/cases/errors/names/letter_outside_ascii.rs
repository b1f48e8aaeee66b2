compile_tests::embed_migrations!("fixtures/letter_outside_ascii");

fn main() {}
