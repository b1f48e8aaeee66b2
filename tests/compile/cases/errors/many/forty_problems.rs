//! Two problems in each of twenty files.

compile_tests::embed_migrations!("fixtures/forty_problems");

fn main() {}
