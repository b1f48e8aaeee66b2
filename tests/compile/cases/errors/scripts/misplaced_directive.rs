compile_tests::embed_migrations!("fixtures/misplaced_directive");

fn main() {}
