//! Two branches took the same number, each with both halves.

compile_tests::embed_migrations!("fixtures/two_developers");

fn main() {}
