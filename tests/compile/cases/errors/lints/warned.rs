//! What is likely to hurt is a warning for each rule, at the path.

#![deny(deprecated)]

compile_tests::embed_migrations!("fixtures/lints");

fn main() {}
