//! Which values a field still accepts when its type changes.

use migrate_files::Lint;
use tests::connection::Database;
use tests::on_every_engine;
use tests::questions::execute;

use crate::sets::broken_by;

/// Types, and values of each that are like one of as many others as possible.
const TYPES: &[(&str, &[&str])] = &[
    ("bool", &["true"]),
    ("bytes", &["b\"00\""]),
    ("datetime", &["d'2000-01-01T00:00:00Z'"]),
    ("decimal", &["1dec"]),
    ("duration", &["1s"]),
    ("float", &["1f"]),
    ("int", &["1"]),
    ("number", &["1"]),
    ("object", &["{}"]),
    ("string", &["'1'"]),
    ("uuid", &["u'018f0000-0000-7000-8000-000000000000'"]),
    ("option<int>", &["NONE"]),
    ("int | null", &["NULL"]),
    ("record<u>", &["u:1"]),
    ("record<u | v>", &["u:1", "v:1"]),
    ("record<v | w>", &["v:1", "w:1"]),
    ("record", &["u:1"]),
    ("array<int>", &["[1]"]),
    ("array<string>", &["['1']"]),
    ("array", &["[1]"]),
    ("set<int>", &["[1]"]),
    ("geometry<point>", &["(1, 1)"]),
    ("'1' | '2'", &["'1'"]),
    ("any", &["'1'"]),
];

on_every_engine!(a_type_that_is_called_narrower_refuses_values_of_the_old_one);

async fn a_type_that_is_called_narrower_refuses_values_of_the_old_one(db: &Database) {
    let mut narrowed = 0;
    for (old, values) in TYPES {
        for (new, _) in TYPES {
            let old = format!("DEFINE TABLE t SCHEMAFULL; DEFINE FIELD a ON t TYPE {old};");
            let new = format!("DEFINE FIELD OVERWRITE a ON t TYPE {new};");
            if !broken_by(&[&old, &new]).contains(&Lint::NarrowedType) {
                continue;
            }
            narrowed += 1;
            let database = db.use_db(format!("types_{narrowed}")).await;
            database.expect("a new database can be selected");
            execute(db, &old).await;
            for value in *values {
                execute(db, &format!("CREATE t SET a = {value}")).await;
            }
            execute(db, &new).await;
            let response = db.query("UPDATE t").await.expect("it arrives");
            assert!(response.check().is_err(), "{old} {values:?} {new}");
        }
    }
    assert!(narrowed > 150, "the rule fires for {narrowed} pairs only");
}
