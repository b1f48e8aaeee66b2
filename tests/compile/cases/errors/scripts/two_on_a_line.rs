//! Each is pointed at by its own column.

compile_tests::embed_migrations!("fixtures/two_on_a_line");

fn main() {}
