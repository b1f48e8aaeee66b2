//! Different mistakes in names, numbers, pairs and scripts, in one build.

compile_tests::embed_migrations!("fixtures/several_problems");

fn main() {}
