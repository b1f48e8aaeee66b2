//! What becomes of a field that is named in a body or a value, and that its table does not have.

use migrate_files::Lint;
use tests::connection::Database;
use tests::on_every_engine;
use tests::questions::execute;

use crate::harms::answer;
use crate::sets::broken_by;

const TABLES: &str = "
    DEFINE TABLE t SCHEMAFULL PERMISSIONS FULL;
    DEFINE FIELD name ON t TYPE option<string>;
";

/// Definitions, what uses them, and what comes of it.
const NAMES: &[(&str, &str, &str)] = &[
    (
        "DEFINE FUNCTION fn::f() { RETURN SELECT VALUE nmae FROM ONLY t:1 }",
        "RETURN fn::f()",
        "NONE",
    ),
    (
        "DEFINE FUNCTION fn::f() { RETURN SELECT VALUE id FROM t WHERE string::len(nmae ?? '') = 3 }",
        "RETURN fn::f()",
        "[]",
    ),
    (
        "DEFINE FUNCTION fn::f() { UPDATE t:1 SET nmae = 'Eva' }",
        "RETURN fn::f()",
        "Found field 'nmae', but no such field exists for table 't'",
    ),
    (
        "DEFINE FUNCTION fn::f() { CREATE t:2 CONTENT { nmae: 'Eva' } }",
        "RETURN fn::f()",
        "Found field 'nmae', but no such field exists for table 't'",
    ),
    (
        "DEFINE EVENT e ON u THEN { UPDATE t:1 SET name = nmae }",
        "CREATE u; RETURN t:1.name",
        "NONE",
    ),
    (
        "DEFINE FIELD same ON t TYPE any VALUE nmae",
        "UPDATE t:1; RETURN t:1.same",
        "NONE",
    ),
    (
        "DEFINE FIELD same ON t TYPE any COMPUTED nmae",
        "RETURN t:1.same",
        "NONE",
    ),
    (
        "DEFINE TABLE v AS SELECT nmae FROM t",
        "UPDATE t:1; SELECT VALUE nmae FROM v",
        "[NONE]",
    ),
];

/// Definitions, what is removed although they need it, what uses them, and what comes of it.
const REMOVED: &[(&str, &str, &str, &str)] = &[
    (
        "DEFINE FUNCTION fn::h() { RETURN 'Eva' }; DEFINE FIELD sign ON t VALUE fn::h()",
        "REMOVE FUNCTION fn::h",
        "UPDATE t:1",
        "The function 'fn::h' does not exist",
    ),
    (
        "DEFINE PARAM $p VALUE 'Eva'; DEFINE FIELD sign ON t TYPE any VALUE $p",
        "REMOVE PARAM $p",
        "UPDATE t:1; RETURN t:1.sign",
        "NONE",
    ),
    (
        "DEFINE TABLE u; DEFINE FUNCTION fn::f() { RETURN SELECT * FROM u }",
        "DELETE u; REMOVE TABLE u",
        "RETURN fn::f()",
        "The table 'u' does not exist",
    ),
    (
        "DEFINE FUNCTION fn::f() { RETURN SELECT VALUE name FROM ONLY t:1 }",
        "UPDATE t SET name = NONE; REMOVE FIELD name ON t",
        "RETURN fn::f()",
        "NONE",
    ),
];

on_every_engine!(
    a_field_that_is_not_there_is_none_or_fails,
    what_is_removed_is_missed_by_what_needs_it,
);

async fn what_is_removed_is_missed_by_what_needs_it(db: &Database) {
    for (number, (define, removal, question, expected)) in REMOVED.iter().enumerate() {
        let database = db.use_db(format!("removed_{number}")).await;
        database.expect("a new database can be selected");
        let before = format!("{TABLES} CREATE t:1 SET name = 'Ada'; {define}; {removal}");
        execute(db, &before).await;
        assert_eq!(answer(db, question).await, *expected, "{define}");
        let broken = broken_by(&[TABLES, define, removal]);
        assert!(broken.contains(&Lint::MissingName), "{removal}: {broken:?}");
        let right = broken_by(&[TABLES, define, "DEFINE TABLE other"]);
        assert!(!right.contains(&Lint::MissingName), "{define}: {right:?}");
    }
}

async fn a_field_that_is_not_there_is_none_or_fails(db: &Database) {
    for (number, (define, question, expected)) in NAMES.iter().enumerate() {
        let database = db.use_db(format!("names_{number}")).await;
        database.expect("a new database can be selected");
        execute(
            db,
            &format!("{TABLES} CREATE t:1 SET name = 'Ada'; {define}"),
        )
        .await;
        assert_eq!(answer(db, question).await, *expected, "{define}");
        assert_eq!(
            broken_by(&[TABLES, define]),
            [Lint::MissingName],
            "{define}"
        );
        let right = define.replace("nmae", "name");
        assert_eq!(broken_by(&[TABLES, &right]), [], "{right}");
    }
}
