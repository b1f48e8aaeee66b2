//! A number that is kept for a migration which turned out not to be needed.

compile_tests::embed_migrations!("fixtures/only_comments");

fn main() {
    let migration = MIGRATIONS.iter().next().unwrap();
    assert!(migration.up.statements.is_empty());
    assert!(migration.up.text.contains("Nothing yet."));
    assert!(migration.down.is_some());
}
