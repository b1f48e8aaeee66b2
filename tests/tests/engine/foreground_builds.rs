//! An index on a table to which an application goes on writing: nobody else knows of it before it is
//! committed, and what others write until then is missing from it.

use surrealdb::Surreal;
use surrealdb::engine::any::Any;
use tests::application::Application;
use tests::connection::Database;
use tests::on_every_engine;
use tests::questions::{ask_json, execute};

use crate::outcome::in_transaction;

on_every_engine!(
    what_is_written_while_an_index_is_built_in_the_foreground_is_missing_from_it,
    so_it_is_from_an_index_of_any_kind,
    so_it_is_from_an_index_that_takes_the_place_of_another,
    a_unique_index_that_is_built_in_the_foreground_lets_duplicates_in,
    so_is_what_is_written_before_an_index_is_committed_that_is_built_in_the_background,
    a_rebuild_of_a_committed_index_misses_nothing,
);

async fn what_is_written_while_an_index_is_built_in_the_foreground_is_missing_from_it(
    db: &Database,
) {
    let missing = missing(db, "DEFINE INDEX i ON busy FIELDS a; SLEEP 1s").await;
    assert!(missing > 0);
    // What is there already is not lost, and what is written later is found.
    execute(db, "CREATE busy:later SET a = 0").await;
    let found = ask_json(db, "SELECT VALUE a FROM busy WHERE a = 0").await;
    assert_eq!(found, serde_json::json!([0, 0]));
    execute(db, "REBUILD INDEX i ON busy").await;
    assert_eq!(not_found(db).await, 0);
}

async fn so_it_is_from_an_index_of_any_kind(db: &Database) {
    execute(db, "DEFINE ANALYZER words TOKENIZERS blank").await;
    for (index, found) in [
        (
            "FIELDS w FULLTEXT ANALYZER words",
            "count(SELECT * FROM busy WHERE w @@ 'x')",
        ),
        (
            "FIELDS v HNSW DIMENSION 2",
            "count(SELECT * FROM busy WHERE v <|9999, 9999|> [1, 2])",
        ),
        (
            "COUNT",
            "(SELECT VALUE count FROM ONLY (SELECT count() FROM busy GROUP ALL) LIMIT 1)",
        ),
    ] {
        let create = "CREATE busy SET w = 'x', v = [1, 2]";
        execute(db, &format!("REMOVE TABLE IF EXISTS busy; {create}")).await;
        let application = Application::start(db, create);
        let script = format!("DEFINE INDEX i ON busy {index}; SLEEP 1s");
        execute(db, &in_transaction(&script)).await;
        application.stop().await;
        let missing = format!("RETURN count(SELECT * FROM busy WITH NOINDEX) - {found}");
        let missing = ask_json(db, &missing).await;
        assert!(missing.as_i64() > Some(0), "{index}: {missing}");
    }
}

async fn so_it_is_from_an_index_that_takes_the_place_of_another(db: &Database) {
    execute(db, "DEFINE INDEX i ON busy FIELDS a").await;
    let missing = missing(db, "DEFINE INDEX OVERWRITE i ON busy FIELDS a; SLEEP 1s").await;
    assert!(missing > 0);
}

async fn a_unique_index_that_is_built_in_the_foreground_lets_duplicates_in(db: &Database) {
    execute(db, "CREATE busy:first SET a = 0").await;
    let application = Application::start(db, "CREATE busy SET a = 0");
    let script = in_transaction("DEFINE INDEX i ON busy FIELDS a UNIQUE; SLEEP 1s");
    // It may see a duplicate itself, which is what it is for.
    let built = db.query(script).await.unwrap().check().is_ok();
    application.stop().await;
    let same = ask_json(
        db,
        "RETURN count(SELECT * FROM busy WITH NOINDEX WHERE a = 0)",
    )
    .await;
    assert!(!built || same.as_u64() > Some(1), "{same}");
}

async fn so_is_what_is_written_before_an_index_is_committed_that_is_built_in_the_background(
    db: &Database,
) {
    let missing = missing(db, "DEFINE INDEX i ON busy FIELDS a CONCURRENTLY; SLEEP 1s").await;
    assert!(missing > 0);
}

async fn a_rebuild_of_a_committed_index_misses_nothing(db: &Database) {
    for rebuild in [
        "REBUILD INDEX i ON busy",
        "REBUILD INDEX i ON busy CONCURRENTLY",
        "BEGIN; REBUILD INDEX i ON busy; SLEEP 500ms; COMMIT",
    ] {
        execute(
            db,
            "REMOVE TABLE IF EXISTS busy; CREATE busy:first SET a = 0",
        )
        .await;
        let application = Application::start(db, "CREATE busy SET a = $n");
        execute(db, "DEFINE INDEX i ON busy FIELDS a").await;
        // What had begun before the index was there is over then.
        application.write_twice().await;
        // It may conflict with a write.
        while db.query(rebuild).await.unwrap().check().is_err() {}
        while !is_ready(db).await {}
        application.stop().await;
        assert_eq!(not_found(db).await, 0, "{rebuild}");
    }
}

/// How many records an index does not find that a script builds while an application writes.
async fn missing(db: &Database, script: &str) -> u64 {
    execute(db, "FOR $i IN 0..100 { CREATE busy SET a = $i }").await;
    let application = Application::start(db, "CREATE busy SET a = $n");
    execute(db, &in_transaction(script)).await;
    while !is_ready(db).await {}
    application.stop().await;
    not_found(db).await
}

async fn is_ready(db: &Surreal<Any>) -> bool {
    let state = ask_json(db, "RETURN (INFO FOR INDEX i ON busy).building.status").await;
    state == "ready"
}

async fn not_found(db: &Surreal<Any>) -> u64 {
    let count = "RETURN count(SELECT * FROM busy WITH NOINDEX WHERE a >= 0)
        - count(SELECT * FROM busy WHERE a >= 0)";
    ask_json(db, count).await.as_u64().expect("a number")
}
