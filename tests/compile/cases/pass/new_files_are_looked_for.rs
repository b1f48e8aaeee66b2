//! Where debug assertions are on, the set knows its directory.

compile_tests::embed_migrations!("fixtures/sound");

fn main() {
    let expected = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/sound");
    assert_eq!(
        MIGRATIONS.directory(),
        cfg!(debug_assertions).then_some(expected)
    );
}
