//! The line is cut around the place in question.

compile_tests::embed_migrations!("fixtures/long_line");

fn main() {}
