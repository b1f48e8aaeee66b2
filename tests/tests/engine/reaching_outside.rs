//! Statements that reach outside of a database, or at the history itself, in a transaction that has
//! written a row of the history first.

use serde_json::json;
use surrealdb::types::{ErrorDetails, NotFoundError, QueryError};
use surrealdb::{Surreal, engine::any::Any};
use tests::connection::{Database, Engine};
use tests::on_every_engine;
use tests::questions::{ask_json, execute};

use crate::outcome::{cause, in_transaction};
use crate::users::{Populated, User};

on_every_engine!(
    a_removed_database_takes_the_row_with_it_without_an_error,
    a_removed_namespace_takes_the_row_with_it_without_an_error,
    a_last_statement_notices_that_the_database_is_gone,
    a_last_statement_notices_that_its_row_is_gone,
    a_last_statement_does_not_notice_what_became_of_the_other_rows,
    a_last_statement_comes_too_early_for_an_asynchronous_event,
    definitions_of_other_levels_are_rolled_back,
);

/// What a runner writes first.
const ROW: &str = "CREATE history:3 SET version = 3";

/// What it may ask last.
const CHECK: &str = "IF array::is_empty((SELECT VALUE id FROM history:3)) { THROW 'gone' }";

async fn a_removed_database_takes_the_row_with_it_without_an_error(db: &Database) {
    execute(db, "CREATE t:1").await;
    execute(db, &in_transaction(&format!("{ROW}; REMOVE DATABASE app"))).await;
    let error = cause(db, "SELECT * FROM history").await.unwrap();
    assert_eq!(*error.details(), database_is_gone());
    // Any statement behind it fails, and then nothing has happened.
    execute(db, "DEFINE DATABASE app; CREATE t:1").await;
    let script = format!("{ROW}; REMOVE DATABASE app; CREATE t:2");
    let error = cause(db, &in_transaction(&script)).await.unwrap();
    assert_eq!(*error.details(), database_is_gone());
    assert_eq!(ask_json(db, "SELECT VALUE id FROM t").await, json!(["t:1"]));
}

async fn a_removed_namespace_takes_the_row_with_it_without_an_error(db: &Database) {
    let remove = "LET $namespace = session::ns(); REMOVE NAMESPACE $namespace";
    execute(db, &in_transaction(&format!("{ROW}; {remove}"))).await;
    let error = cause(db, "SELECT * FROM history").await.unwrap();
    assert!(error.is_not_found(), "{error:?}");
}

async fn a_last_statement_notices_that_the_database_is_gone(db: &Database) {
    execute(db, "CREATE t:1").await;
    let script = format!("{ROW}; REMOVE DATABASE app; {CHECK}");
    let error = cause(db, &in_transaction(&script)).await.unwrap();
    assert_eq!(*error.details(), database_is_gone());
    assert_eq!(ask_json(db, "SELECT VALUE id FROM t").await, json!(["t:1"]));
}

async fn a_last_statement_notices_that_its_row_is_gone(db: &Database) {
    execute(
        db,
        "CREATE history:1 SET version = 1; CREATE history:2 SET version = 2;
         DEFINE FUNCTION fn::wipe() { DELETE history };
         DEFINE TABLE noted; DEFINE EVENT wipe ON noted THEN { DELETE history }",
    )
    .await;
    for script in [
        "DELETE history",
        "DELETE history:3",
        "fn::wipe()",
        "CREATE noted",
        "REMOVE TABLE history",
        "REMOVE TABLE history; DEFINE TABLE history",
        "DEFINE TABLE OVERWRITE history AS SELECT * FROM noted",
        "UPSERT history:3 SET id = 4; DELETE history:3",
    ] {
        let request = in_transaction(&format!("{ROW}; {script}; {CHECK}"));
        let error = cause(db, &request).await;
        assert!(error.is_some(), "{script}");
        assert_eq!(
            ask_json(db, "SELECT VALUE version FROM history").await,
            json!([1, 2]),
            "{script}"
        );
    }
}

async fn a_last_statement_does_not_notice_what_became_of_the_other_rows(db: &Database) {
    execute(
        db,
        "CREATE history:1 SET version = 1; CREATE history:2 SET version = 2",
    )
    .await;
    let script = format!("{ROW}; UPDATE history SET version = 9; DELETE history:1; {CHECK}");
    execute(db, &in_transaction(&script)).await;
    assert_eq!(
        ask_json(db, "SELECT VALUE version FROM history").await,
        json!([9, 9])
    );
}

async fn a_last_statement_comes_too_early_for_an_asynchronous_event(db: &Database) {
    execute(
        db,
        "DEFINE TABLE noted; DEFINE EVENT wipe ON noted ASYNC THEN { DELETE history }",
    )
    .await;
    execute(
        db,
        &in_transaction(&format!("{ROW}; CREATE noted; {CHECK}")),
    )
    .await;
    while ask_json(db, "SELECT * FROM history").await != json!([]) {
        tokio::task::yield_now().await;
    }
}

async fn definitions_of_other_levels_are_rolled_back(db: &Database) {
    let script = "DEFINE DATABASE rolled_back; DEFINE NAMESPACE rolled_back; \
         DEFINE USER rolled_back ON ROOT PASSWORD 'x' ROLES VIEWER; \
         DEFINE USER rolled_back ON NAMESPACE PASSWORD 'x' ROLES VIEWER; \
         DEFINE ACCESS rolled_back ON ROOT TYPE BEARER FOR USER; \
         DEFINE CONFIG GRAPHQL AUTO; THROW 'back'";
    let request = in_transaction(&format!("{ROW}; {script}"));
    assert!(cause(db, &request).await.unwrap().is_thrown());
    for info in ["ROOT", "NS", "DB"] {
        let info = ask_json(db, &format!("INFO FOR {info}")).await.to_string();
        assert!(!info.contains("rolled_back"), "{info}");
        assert!(!info.contains("GRAPHQL"), "{info}");
    }
    let error = cause(db, "SELECT * FROM history").await.unwrap();
    assert!(error.is_not_found(), "the row is gone as well: {error:?}");
}

/// On an engine that nobody else uses: it concerns everyone.
#[tokio::test]
async fn a_query_timeout_for_the_system_survives_the_transaction_that_sets_it() {
    let db = Engine::Memory.open().await;
    let script = format!("{ROW}; ALTER SYSTEM QUERY_TIMEOUT 20m; THROW 'back'");
    let error = cause(&db, &in_transaction(&script)).await.unwrap();
    assert!(error.is_thrown(), "{error:?}");
    let timeout = "RETURN (INFO FOR ROOT).config.QUERY_TIMEOUT";
    assert_eq!(ask_json(&db, timeout).await, json!("20m"));
    // It holds for every later request of every client.
    let script = format!("{ROW}; ALTER SYSTEM QUERY_TIMEOUT 20ms; THROW 'back'");
    cause(&db, &in_transaction(&script)).await.unwrap();
    let error = cause(&db, "sleep(1m)").await.unwrap();
    assert!(
        matches!(
            error.details(),
            ErrorDetails::Query(Some(QueryError::TimedOut { .. }))
        ),
        "{error:?}"
    );
}

#[tokio::test]
async fn an_owner_of_a_database_reaches_nothing_outside_of_it() {
    let database = Populated::new("ws").await;
    let db = database.connect(User::Database("OWNER")).await;
    for statement in OUTSIDE_OF_A_NAMESPACE.iter().chain(&OUTSIDE_OF_A_DATABASE) {
        assert_not_allowed(&db, statement).await;
    }
    execute(
        &db,
        "DEFINE USER inside ON DATABASE PASSWORD 'x' ROLES VIEWER;
         DEFINE ACCESS inside ON DATABASE TYPE RECORD; DEFINE CONFIG GRAPHQL AUTO",
    )
    .await;
    let editor = database.connect(User::Database("EDITOR")).await;
    for statement in [
        "DEFINE USER by_editor ON DATABASE PASSWORD 'x' ROLES VIEWER",
        "DEFINE ACCESS by_editor ON DATABASE TYPE RECORD",
        "DEFINE CONFIG GRAPHQL AUTO",
    ] {
        assert_not_allowed(&editor, statement).await;
    }
}

#[tokio::test]
async fn an_owner_of_a_namespace_reaches_the_databases_in_it() {
    let database = Populated::new("ws").await;
    let db = database.connect(User::Namespace("OWNER")).await;
    for statement in OUTSIDE_OF_A_NAMESPACE {
        assert_not_allowed(&db, statement).await;
    }
    for statement in OUTSIDE_OF_A_DATABASE {
        execute(&db, &format!("BEGIN; {statement}; COMMIT")).await;
    }
}

const OUTSIDE_OF_A_NAMESPACE: [&str; 5] = [
    "REMOVE NAMESPACE anything",
    "DEFINE NAMESPACE anything",
    "DEFINE USER outside ON ROOT PASSWORD 'x' ROLES VIEWER",
    "DEFINE ACCESS outside ON ROOT TYPE BEARER FOR USER",
    "ALTER SYSTEM QUERY_TIMEOUT 10m",
];

const OUTSIDE_OF_A_DATABASE: [&str; 5] = [
    "DEFINE DATABASE outside",
    "DEFINE USER outside ON NAMESPACE PASSWORD 'x' ROLES VIEWER",
    "DEFINE ACCESS outside ON NAMESPACE TYPE BEARER FOR USER",
    "DEFINE DATABASE OVERWRITE app COMMENT 'x'",
    "REMOVE DATABASE app",
];

async fn assert_not_allowed(db: &Surreal<Any>, statement: &str) {
    let request = in_transaction(&format!("CREATE row:1; {statement}"));
    let error = cause(db, &request).await.unwrap();
    assert!(error.is_not_allowed(), "{statement}: {error:?}");
}

fn database_is_gone() -> ErrorDetails {
    let name = "app".to_owned();
    ErrorDetails::NotFound(Some(NotFoundError::Database { name }))
}
