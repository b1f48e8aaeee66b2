//! A byte-order mark and CRLF are gone before anything looks at the text.

compile_tests::embed_migrations!("fixtures/windows");

fn main() {
    let migration = MIGRATIONS.iter().next().unwrap();
    let up = &migration.up;
    assert_eq!(
        up.text,
        "-- grüße\nDEFINE TABLE a;\nCREATE a SET s = \"b\";\n"
    );
    let first = up.statements[0];
    assert_eq!(up.statement_text(first), "DEFINE TABLE a;");
    assert_eq!(up.place(first.start as usize).to_string(), "2:1");
    // `sha256sum` of the text with LF.
    assert_eq!(
        migration.checksum.to_string(),
        "dcfe671f2acaec1c04557ce556713b2110bec326a83e490b7e5a624edb7003d1"
    );
}
