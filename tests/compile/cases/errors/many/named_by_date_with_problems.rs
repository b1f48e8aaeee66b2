//! What is wrong inside of the files is reported in the same build.

compile_tests::embed_migrations!("fixtures/named_by_date_with_problems");

fn main() {}
