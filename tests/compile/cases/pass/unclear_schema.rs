//! Nothing is refused because of what the text leaves open.

compile_tests::embed_migrations!("fixtures/schema_unclear");

fn main() {
    assert_eq!(MIGRATIONS.iter().count(), 3);
}
