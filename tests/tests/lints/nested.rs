//! What becomes of records whose fields have other fields in them, and of edges.

use migrate_files::Lint;
use tests::connection::Database;
use tests::on_every_engine;
use tests::questions::execute;

use crate::sets::broken_by;

/// What there is, with a record.
const TABLES: &str = "
    DEFINE TABLE t SCHEMAFULL;
    DEFINE FIELD o ON t TYPE object;
    DEFINE FIELD o.a ON t TYPE int;
    DEFINE FIELD f ON t TYPE object FLEXIBLE;
    DEFINE FIELD p ON t TYPE option<object>;
    DEFINE FIELD l ON t TYPE array<object>;
    DEFINE FIELD l.*.a ON t TYPE int;
    DEFINE TABLE e TYPE RELATION IN t | u OUT t;
    DEFINE TABLE u;
";
const RECORDS: &str = "
    CREATE t:1 SET o = { a: 1 }, f = { b: 1, c: 1 }, l = [{ a: 1 }];
    RELATE u:1->e:1->t:1;
";

/// Statements, and the rule that each breaks, if it breaks one: then the records cannot be updated.
const SCRIPTS: &[(&str, Option<Lint>)] = &[
    (
        "DEFINE FIELD o.b ON t TYPE int DEFAULT 0",
        Some(Lint::RequiredField),
    ),
    ("DEFINE FIELD o.b ON t TYPE int DEFAULT ALWAYS 0", None),
    ("DEFINE FIELD o.b ON t TYPE option<int>", None),
    ("DEFINE FIELD o.b ON t TYPE int; UPDATE t SET o.b = 1", None),
    (
        "DEFINE FIELD o.b ON t TYPE int; UPDATE t SET o = { a: 1, b: 1 }",
        None,
    ),
    ("DEFINE FIELD f.b ON t TYPE int", None),
    ("DEFINE FIELD p.b ON t TYPE int", None),
    (
        "DEFINE FIELD OVERWRITE o.a ON t TYPE string",
        Some(Lint::NarrowedType),
    ),
    (
        "DEFINE FIELD OVERWRITE l.*.a ON t TYPE string",
        Some(Lint::NarrowedType),
    ),
    ("DEFINE FIELD OVERWRITE o.a ON t TYPE int | string", None),
    ("REMOVE FIELD o.a ON t", Some(Lint::ValuesLeft)),
    ("REMOVE FIELD o.a ON t; UPDATE t UNSET o.a", None),
    (
        "DEFINE TABLE OVERWRITE e TYPE RELATION IN t OUT t",
        Some(Lint::NarrowedType),
    ),
    (
        "DEFINE TABLE OVERWRITE e TYPE RELATION IN t | u | e OUT t",
        None,
    ),
];

on_every_engine!(a_rule_fires_where_updates_fail);

async fn a_rule_fires_where_updates_fail(db: &Database) {
    for (number, (script, expected)) in SCRIPTS.iter().enumerate() {
        let database = db.use_db(format!("nested_{number}")).await;
        database.expect("a new database can be selected");
        execute(db, &format!("{TABLES} {RECORDS} {script}")).await;
        let updated = db.query("UPDATE t; UPDATE e").await.expect("it arrives");
        assert_eq!(updated.check().is_err(), expected.is_some(), "{script}");
        assert_eq!(
            broken_by(&[TABLES, script]),
            Vec::from_iter(*expected),
            "{script}"
        );
    }
}
