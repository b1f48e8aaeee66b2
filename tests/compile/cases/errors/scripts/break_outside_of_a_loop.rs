compile_tests::embed_migrations!("fixtures/break_outside_of_a_loop");

fn main() {}
