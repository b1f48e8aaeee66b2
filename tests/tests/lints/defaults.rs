//! Which defaults a field's own assertion refuses.

use migrate_files::Lint;
use tests::connection::Database;
use tests::on_every_engine;

use crate::sets::broken_by;

/// What a field may say of itself, where the text tells what comes of it.
const FIELDS: &[&str] = &[
    "TYPE string DEFAULT '' ASSERT $value != ''",
    "TYPE string DEFAULT 'a' ASSERT $value != ''",
    "TYPE string DEFAULT ALWAYS '' ASSERT string::len($value) > 0",
    "TYPE string DEFAULT 'ä' ASSERT string::len($value) = 1",
    "TYPE string DEFAULT 'ä' ASSERT string::len($value) >= 2",
    "TYPE string DEFAULT 'c' ASSERT $value IN ['a', 'b']",
    "TYPE string DEFAULT 'b' ASSERT $value INSIDE ['a', 'b']",
    "TYPE string DEFAULT 'b' ASSERT $value NOT IN ['a', 'b']",
    "TYPE option<string> DEFAULT '' ASSERT $value = NONE OR $value != ''",
    "TYPE option<string> DEFAULT 'a' ASSERT $value = NONE OR $value != ''",
    "TYPE option<string> DEFAULT 'a' ASSERT $value == NULL",
    "TYPE string DEFAULT 'a' ASSERT $value != NONE AND $value != NULL",
    "TYPE int DEFAULT 0 ASSERT $value > 0",
    "TYPE int DEFAULT 0 ASSERT $value >= 0 AND $value < 10",
    "TYPE int DEFAULT 10 ASSERT $value >= 0 AND $value < 10",
    "TYPE int DEFAULT 0 ASSERT $value < 0 OR $value > 0",
    "TYPE int DEFAULT 5 ASSERT 4 < $value AND 6 >= $value",
    "TYPE float DEFAULT 0 ASSERT $value > 0",
    "TYPE bool DEFAULT false ASSERT $value = true",
    "TYPE bool DEFAULT true ASSERT $value = true",
    "TYPE string DEFAULT '' VALUE 'a' ASSERT $value != ''",
    "TYPE array<string> DEFAULT [] ASSERT array::len($value) < 10",
    "TYPE string DEFAULT 'a' ASSERT string::is_alpha($value) AND $value != ''",
];

on_every_engine!(a_default_that_is_called_wrong_is_refused);

async fn a_default_that_is_called_wrong_is_refused(db: &Database) {
    for (number, field) in FIELDS.iter().enumerate() {
        let database = db.use_db(format!("defaults_{number}")).await;
        database.expect("a new database can be selected");
        let definition = format!("DEFINE TABLE t SCHEMAFULL; DEFINE FIELD a ON t {field};");
        let created = db.query(format!("{definition} CREATE t")).await;
        let is_refused = created.expect("it arrives").check().is_err();
        let is_called_wrong = broken_by(&[&definition]) == [Lint::WrongDefault];
        assert_eq!(is_called_wrong, is_refused, "{field}");
    }
}
