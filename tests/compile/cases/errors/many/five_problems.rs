//! Six different mistakes, and a gap, in one build.

compile_tests::embed_migrations!("fixtures/five_problems");

fn main() {}
