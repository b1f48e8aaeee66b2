//! Each rule can be allowed, in a file or for the set.

#![deny(warnings)]

compile_tests::embed_migrations!(
    "fixtures/lints",
    allow = ["required_field", "edges_left", "permissions_dropped"],
);

fn main() {
    assert_eq!(MIGRATIONS.iter().count(), 3);
}
