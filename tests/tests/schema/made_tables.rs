//! Tables that nobody has defined: the engine makes one for whatever is written or defined on it.

use migrate_schema::model::Object;
use tests::connection::Database;
use tests::on_every_engine;

use crate::comparison::Both;

on_every_engine!(
    a_write_makes_its_table,
    a_definition_makes_its_table,
    a_write_that_may_make_no_table_leaves_it_open,
    a_failed_write_makes_no_table,
    a_table_that_a_write_made_is_a_table_like_another
);

const WRITES: &[&str] = &[
    "CREATE t",
    "CREATE ONLY t:1 SET a = 1 RETURN NONE",
    "CREATE u, t",
    "CREATE |t:3|",
    "CREATE |t:1..3|",
    "CREATE type::table('t')",
    "CREATE type::record('t', 1)",
    "CREATE type::record('t:1')",
    "UPSERT t:1 SET a = 1",
    "UPSERT t SET a = 1 WHERE a = 2",
    "UPSERT t:1 WHERE false",
    "UPSERT t:1..3",
    "INSERT INTO t { a: 1 }",
    "INSERT INTO t []",
    "INSERT INTO t (a, b) VALUES (1, 2), (3, 4)",
    "INSERT IGNORE INTO t { id: u:1 }",
    "INSERT INTO t { id: 1 } ON DUPLICATE KEY UPDATE a = 1",
    "INSERT [{ id: u:1 }, { id: t:1, a: 1 }]",
    "INSERT RELATION INTO t [{ in: a:1, out: b:1 }]",
    "INSERT RELATION { id: t:1, in: a:1, out: b:1 }",
    "RELATE a:1->t->b:1",
    "RELATE ONLY a:1->t:1->b:1 SET a = 1",
    "RELATE [a:1, a:2]->t->[b:1]",
    "LET $made = (CREATE t)",
    "LET $made = UPSERT ONLY t:1",
];

async fn a_write_makes_its_table(db: &Database) {
    for (number, write) in WRITES.iter().enumerate() {
        assert_eq!(
            found_after(db, number, write, true).await,
            Some("DEFINE TABLE t TYPE ANY SCHEMALESS PERMISSIONS NONE".to_owned()),
            "{write}"
        );
    }
}

const DEFINITIONS: &[&str] = &[
    "DEFINE FIELD a ON t TYPE int",
    "DEFINE FIELD IF NOT EXISTS a ON t",
    "DEFINE FIELD OVERWRITE a ON t",
    "DEFINE INDEX a ON t FIELDS a",
    "DEFINE EVENT a ON t THEN {}",
];

async fn a_definition_makes_its_table(db: &Database) {
    for (number, define) in DEFINITIONS.iter().enumerate() {
        assert_eq!(
            found_after(db, number, define, true).await,
            Some("DEFINE TABLE t TYPE ANY SCHEMALESS PERMISSIONS NONE".to_owned()),
            "{define}"
        );
    }
}

/// The second of each pair makes none.
async fn a_write_that_may_make_no_table_leaves_it_open(db: &Database) {
    for (number, write) in [
        "LET $a = [a:1]; RELATE $a->t->b:1",
        "LET $a = []; RELATE $a->t->b:1",
        "IF true { CREATE t }",
        "IF false { CREATE t }",
        "LET $a = 't'; INSERT INTO $a { a: 1 }",
        "LET $a = 'u'; INSERT INTO $a { a: 1 }",
    ]
    .iter()
    .enumerate()
    {
        let found = found_after(db, number, write, false).await;
        assert_eq!(found.is_some(), number % 2 == 0, "{write}");
    }
}

/// What the engine says of `t` after a script, after which the model is to be sure that it is there,
/// or not.
async fn found_after(
    db: &Database,
    number: usize,
    script: &str,
    is_certain: bool,
) -> Option<String> {
    let database = db.use_db(format!("made_{number}")).await;
    database.expect("a new database can be selected");
    let mut both = Both::new(db, true).await;
    let ran = both.run(script.to_owned()).await;
    assert_eq!(ran, Ok(true), "{script}");
    let found = both.found(&table()).map(str::to_owned);
    let ran = both.run("DEFINE TABLE t".to_owned()).await;
    assert_eq!(ran, Ok(found.is_none()), "{script}");
    assert_eq!(both.figures.foreseen == 1, is_certain, "{script}");
    found
}

fn table() -> Object {
    Object::Table("t".into())
}

async fn a_failed_write_makes_no_table(db: &Database) {
    let mut both = Both::new(db, true).await;
    for script in [
        "CREATE t:1; CREATE t:1",
        "DEFINE FIELD a ON t ASSERT $value > 1; CREATE t SET a = 1",
        "CREATE t:1..3",
        "CREATE 't'",
        "CREATE t; THROW 'no'",
    ] {
        assert_eq!(both.run(script.to_owned()).await, Ok(false), "{script}");
    }
    assert_eq!(both.found(&table()), None);
    assert_eq!(both.run("DEFINE TABLE t".to_owned()).await, Ok(true));
}

async fn a_table_that_a_write_made_is_a_table_like_another(db: &Database) {
    for (number, scripts) in [
        // What it says is known, so that what becomes of it is.
        ["CREATE t", "ALTER TABLE t SCHEMAFULL", "CREATE t"],
        ["CREATE t", "ALTER TABLE t COMMENT 'x'", "UPDATE t"],
        [
            "CREATE t",
            "DEFINE TABLE OVERWRITE t TYPE NORMAL",
            "UPDATE t",
        ],
        [
            "CREATE t",
            "DEFINE TABLE IF NOT EXISTS t SCHEMAFULL",
            "CREATE t SET a = 1",
        ],
        [
            "CREATE t",
            "DEFINE INDEX i ON t FIELDS a",
            "REMOVE INDEX i ON t",
        ],
        ["DEFINE FIELD a ON t", "REMOVE FIELD a ON t", "UPDATE t"],
        // Nothing but what was defined since then is on it.
        [
            "DEFINE FIELD a ON t; REMOVE TABLE t",
            "CREATE t",
            "DEFINE FIELD a ON t",
        ],
        ["CREATE t", "REMOVE TABLE t", "DEFINE TABLE t SCHEMAFULL"],
        [
            "CREATE t; REMOVE TABLE t; CREATE t",
            "REMOVE TABLE t",
            "CREATE t",
        ],
    ]
    .iter()
    .enumerate()
    {
        let database = db.use_db(format!("alike_{number}")).await;
        database.expect("a new database can be selected");
        let mut both = Both::new(db, true).await;
        for script in scripts {
            assert_eq!(
                both.run((*script).to_owned()).await,
                Ok(true),
                "{scripts:?}"
            );
        }
    }
}
