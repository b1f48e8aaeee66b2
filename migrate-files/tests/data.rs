//! The plain data: what the macro prints, and what is built in code.

use migrate_files::embedded::{migration, per_statement, script, script_with, span};
use migrate_files::{Checksum, Execution, File, Migration, Place, Script, StatementSpan};

const UP: Script = script_with(
    "m/1_a.up.surql",
    "-- ä\nCREATE a;\nCREATE b;",
    SPANS,
    EFFECTS,
);
const SPANS: &[StatementSpan] = &[span(6, 15), span(16, 25)];
const EFFECTS: &str = r#"[{"+":{"r":{"t":"a"},"u":false}},{"+":{"r":{"t":"b"},"u":false}}]"#;
const DOWN: Script = script("m/1_a.down.surql", "DELETE a;", &[span(0, 9)]);

/// They can stand in a static, without anything to compute at run time.
static SET: &[Migration] = &[
    migration(1, "a", &[7; 32], UP, Some(DOWN)),
    per_statement(2, "", b"01234567890123456789012345678901", UP, None),
];

#[test]
fn the_macro_prints_what_is_read() {
    let [first, second] = SET else {
        panic!("{SET:?}")
    };
    assert_eq!((first.version, &*first.name), (1, "a"));
    assert_eq!((&first.up, first.down.as_ref()), (&UP, Some(&DOWN)));
    assert_eq!(first.checksum, Checksum::from_bytes([7; 32]));
    assert_eq!(first.execution, Execution::Transaction);
    assert_eq!((second.version, &*second.name), (2, ""));
    assert_eq!(second.down, None);
    assert_eq!(
        second.checksum.as_bytes(),
        b"01234567890123456789012345678901"
    );
    assert_eq!(second.execution, Execution::PerStatement);
}

#[test]
fn a_migration_is_shown_by_its_version_and_name() {
    let shown: Vec<String> = SET.iter().map(ToString::to_string).collect();
    assert_eq!(shown, ["1 (a)", "2"]);
}

#[test]
fn a_script_says_what_it_does_as_the_macro_printed_it() {
    assert_eq!(UP.encoded_effects(), EFFECTS);
    assert_eq!(UP.effects().len(), 2);
    assert_eq!(DOWN.effects().len(), 0);
}

#[test]
fn a_file_may_have_another_name() {
    let file = File::new("a", "CREATE a;").named("b");
    assert_eq!((&*file.name, file.bytes), ("b", Ok(b"CREATE a;".to_vec())));
}

#[test]
fn a_script_finds_its_statements() {
    let built = Script::new("m/1_a.up.surql", "\u{feff}-- ä\r\nCREATE a;\r\nCREATE b;");
    assert_eq!(built, UP);
    let texts: Vec<&str> = built
        .statements
        .iter()
        .map(|statement| built.statement_text(*statement))
        .collect();
    assert_eq!(texts, ["CREATE a;", "CREATE b;"]);
    let Place { line, column, .. } = built.place(23);
    assert_eq!((line, column), (3, 8));
}

#[test]
fn a_script_that_does_not_parse_has_the_statements_that_do() {
    let script = Script::new(
        "a.surql",
        "CREATE a;\nCREATE TABEL;\nCREATE b;\nDEFINE c;\n",
    );
    assert_eq!(script.statement_text(script.statements[0]), "CREATE a;");
}
