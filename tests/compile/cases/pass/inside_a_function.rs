//! In a function the static belongs to it alone.

fn table() -> &'static str {
    compile_tests::embed_migrations!(static INNER = "fixtures/sound");
    INNER.table()
}

fn main() {
    compile_tests::embed_migrations!("fixtures/sound", table = "_other");
    assert_eq!((table(), MIGRATIONS.table()), ("_sbl_migrations", "_other"));
}
