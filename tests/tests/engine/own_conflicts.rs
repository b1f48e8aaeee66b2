//! Scripts that conflict with themselves. The engine builds an index in transactions of its own, so
//! that taking it back in the transaction that defines it is a conflict, however often it is tried
//! and without any other client.

use serde_json::json;
use surrealdb::{Surreal, engine::any::Any};
use tests::connection::{Database, unused_namespace};
use tests::on_every_engine;
use tests::questions::{ask_json, execute};

use crate::outcome::{apply, cause, commit, in_transaction, is_conflict};

on_every_engine!(
    an_index_cannot_be_taken_back_in_the_transaction_that_defines_it,
    a_rebuilt_index_cannot_be_removed_in_the_same_transaction,
    a_sequence_cannot_be_removed_in_the_transaction_that_takes_a_value_from_it,
    a_script_that_conflicts_with_itself_leaves_nothing_behind,
    commit_reports_the_conflict_by_its_kind,
    an_index_that_was_committed_can_be_removed_and_defined_again,
    what_is_beside_a_new_index_can_be_changed,
    an_index_that_is_there_already_can_be_removed_behind_if_not_exists,
    an_index_that_is_built_in_the_background_cannot_be_rebuilt_before_it_is_ready,
);

/// What a table may look like before an index on it is defined: the committed state, and what the
/// script itself does first.
const TABLES: [(&str, &str); 5] = [
    ("CREATE t:1 SET a = 1", ""),
    ("DEFINE TABLE t", ""),
    ("", ""),
    ("", "DEFINE TABLE t;"),
    ("CREATE t:1 SET a = 1", "REMOVE TABLE t; DEFINE TABLE t;"),
];

const WAYS_BACK: [&str; 3] = [
    "REMOVE INDEX i ON t",
    "DEFINE INDEX OVERWRITE i ON t FIELDS b",
    "REMOVE TABLE t",
];

async fn an_index_cannot_be_taken_back_in_the_transaction_that_defines_it(db: &Database) {
    for (committed, first) in TABLES {
        for back in WAYS_BACK {
            let script = format!("{first} DEFINE INDEX i ON t FIELDS a; {back}");
            assert_conflicts_with_itself(db, committed, &script).await;
        }
    }
    for define in [
        "DEFINE INDEX i ON t FIELDS a UNIQUE",
        "DEFINE INDEX i ON t COUNT",
        "DEFINE INDEX i ON t FIELDS v HNSW DIMENSION 2",
        "DEFINE INDEX IF NOT EXISTS i ON t FIELDS a",
        "DEFINE INDEX OVERWRITE i ON t FIELDS a",
        "DEFINE INDEX i ON t FIELDS a CONCURRENTLY",
    ] {
        let script = format!("{define}; REMOVE INDEX i ON t");
        assert_conflicts_with_itself(db, "CREATE t:1 SET a = 1", &script).await;
    }
    for script in [
        "DEFINE INDEX i ON t FIELDS a; REMOVE INDEX IF EXISTS i ON t",
        "IF true { DEFINE INDEX i ON t FIELDS a; REMOVE INDEX i ON t }",
        "REMOVE INDEX j ON t; DEFINE INDEX j ON t FIELDS a; REMOVE INDEX j ON t",
        "DEFINE INDEX i ON t FIELDS a; REMOVE DATABASE app",
    ] {
        let committed = "CREATE t:1 SET a = 1; DEFINE INDEX j ON t FIELDS b";
        assert_conflicts_with_itself(db, committed, script).await;
    }
}

async fn a_rebuilt_index_cannot_be_removed_in_the_same_transaction(db: &Database) {
    for back in WAYS_BACK {
        let committed = "CREATE t:1 SET a = 1; DEFINE INDEX i ON t FIELDS a";
        let script = format!("REBUILD INDEX i ON t; {back}");
        assert_conflicts_with_itself(db, committed, &script).await;
    }
}

async fn a_sequence_cannot_be_removed_in_the_transaction_that_takes_a_value_from_it(db: &Database) {
    let committed = "DEFINE SEQUENCE s";
    for back in ["REMOVE SEQUENCE s", "DEFINE SEQUENCE OVERWRITE s START 9"] {
        let script = format!("LET $value = sequence::nextval('s'); {back}");
        assert_conflicts_with_itself(db, committed, &script).await;
    }
    // Neither order is one of the text alone: a sequence of the same script is fine.
    for script in [
        "REMOVE SEQUENCE s; DEFINE SEQUENCE s; LET $value = sequence::nextval('s')",
        "DEFINE SEQUENCE r; LET $value = sequence::nextval('r'); REMOVE SEQUENCE r",
    ] {
        assert_commits(db, committed, script).await;
    }
}

async fn a_script_that_conflicts_with_itself_leaves_nothing_behind(db: &Database) {
    execute(db, "CREATE t:1 SET a = 1").await;
    let before = ask_json(db, "INFO FOR TABLE t").await;
    let script = "DEFINE INDEX i ON t FIELDS a UNIQUE; CREATE u:1; REMOVE INDEX i ON t";
    assert!(apply(db, script).await.is_always_conflict());
    assert_eq!(ask_json(db, "INFO FOR TABLE t").await, before);
    assert_eq!(
        ask_json(db, "RETURN object::keys((INFO FOR DB).tables)").await,
        json!(["t"])
    );
    commit(db, "DEFINE INDEX i ON t FIELDS a UNIQUE").await;
    assert_eq!(
        ask_json(db, "SELECT VALUE id FROM t WHERE a = 1").await,
        json!(["t:1"])
    );
}

async fn commit_reports_the_conflict_by_its_kind(db: &Database) {
    let script = in_transaction("DEFINE INDEX i ON t FIELDS a; REMOVE INDEX i ON t");
    let error = cause(db, &script).await.unwrap();
    assert!(is_conflict(&error), "{error:?}");
    assert!(
        error
            .message()
            .starts_with("Cannot COMMIT: Transaction conflict: "),
        "{error}"
    );
    let mut response = db.query(script).await.unwrap();
    let failed: Vec<usize> = response.take_errors().into_keys().collect();
    assert!(failed.contains(&3), "COMMIT is statement 3: {failed:?}");
}

async fn an_index_that_was_committed_can_be_removed_and_defined_again(db: &Database) {
    for script in [
        "REMOVE INDEX i ON t; DEFINE INDEX i ON t FIELDS a UNIQUE",
        "DEFINE INDEX OVERWRITE i ON t FIELDS a UNIQUE",
        "REMOVE INDEX i ON t; REMOVE TABLE t",
        "REMOVE TABLE t; DEFINE TABLE t; DEFINE INDEX i ON t FIELDS a",
        "REBUILD INDEX i ON t",
        "REBUILD INDEX i ON t; REBUILD INDEX i ON t",
        "DEFINE INDEX OVERWRITE i ON t FIELDS a; REBUILD INDEX i ON t",
        "REMOVE INDEX i ON t; DEFINE INDEX i ON t FIELDS a; REBUILD INDEX i ON t",
        "IF false { DEFINE INDEX i ON t FIELDS a }; REMOVE INDEX i ON t",
    ] {
        let committed = "CREATE t:1 SET a = 1; DEFINE INDEX i ON t FIELDS b";
        assert_commits(db, committed, script).await;
    }
}

async fn what_is_beside_a_new_index_can_be_changed(db: &Database) {
    for beside in [
        "REMOVE INDEX j ON t",
        "REMOVE INDEX i ON u",
        "REMOVE TABLE u",
        "REMOVE FIELD a ON t",
        "DEFINE INDEX k ON t FIELDS a",
        "DEFINE INDEX OVERWRITE j ON t FIELDS a",
        "DEFINE TABLE OVERWRITE t SCHEMALESS",
        "ALTER TABLE t SCHEMALESS",
        "ALTER INDEX i ON t COMMENT 'new'",
        "REBUILD INDEX i ON t",
        "REBUILD INDEX j ON t",
    ] {
        let committed = "CREATE t:1 SET a = 1; DEFINE FIELD a ON t; CREATE u:1; \
             DEFINE INDEX j ON t FIELDS b; DEFINE INDEX i ON u FIELDS b";
        let script = format!("DEFINE INDEX i ON t FIELDS a; {beside}");
        assert_commits(db, committed, &script).await;
    }
}

/// The text alone does not say whether such a script conflicts with itself.
async fn an_index_that_is_there_already_can_be_removed_behind_if_not_exists(db: &Database) {
    let committed = "CREATE t:1 SET a = 1; DEFINE INDEX i ON t FIELDS a";
    let script = "DEFINE INDEX IF NOT EXISTS i ON t FIELDS a; REMOVE INDEX i ON t";
    assert_commits(db, committed, script).await;
}

/// A build of many records is still going on when the next statement comes.
async fn an_index_that_is_built_in_the_background_cannot_be_rebuilt_before_it_is_ready(
    db: &Database,
) {
    execute(db, "CREATE |t:2000| SET a = rand::int() RETURN NONE").await;
    let script = "DEFINE INDEX i ON t FIELDS a CONCURRENTLY; REBUILD INDEX i ON t";
    let outcome = apply(db, script).await;
    assert_eq!(
        outcome.message(),
        "Database index `i` is currently building"
    );
}

async fn assert_conflicts_with_itself(db: &Surreal<Any>, committed: &str, script: &str) {
    select_another(db).await;
    execute(db, committed).await;
    let outcome = apply(db, script).await;
    assert!(
        outcome.is_always_conflict(),
        "{committed} / {script}: {outcome:?}"
    );
}

async fn assert_commits(db: &Surreal<Any>, committed: &str, script: &str) {
    select_another(db).await;
    execute(db, committed).await;
    commit(db, script).await;
}

/// An empty database for each script.
async fn select_another(db: &Surreal<Any>) {
    let namespace = unused_namespace();
    db.use_ns(namespace).use_db("app").await.unwrap();
}
