//! Two branches took the same number, each with an up and a down script.

compile_tests::embed_migrations!("fixtures/two_developers");

fn main() {}
