//! The set is there before the program starts: a constant can look at it.

compile_tests::embed_migrations!("fixtures/sound", table = "_billing");

const TABLE: &str = MIGRATIONS.table();

fn main() {
    assert_eq!(TABLE, "_billing");
}
