//! A baseline that makes another schema than the migrations that it stands for.

compile_tests::embed_migrations!("fixtures/baseline_differs");

fn main() {}
