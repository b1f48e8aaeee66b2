//! Indexes that are built in the background: what is said of them, and how one that failed is put
//! right.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use surrealdb::{Surreal, engine::any::Any};
use tests::connection::Database;
use tests::on_every_engine;
use tests::questions::{ask_json, execute};
use tests::server::Server;

use crate::outcome::{apply, cause, commit};
use crate::users::{Populated, User};

on_every_engine!(
    a_unique_index_over_duplicates_commits_and_fails_afterwards,
    a_failed_index_neither_refuses_nor_finds_anything,
    a_failed_index_is_not_seen_in_the_definition_of_its_table,
    a_failed_index_is_repaired_by_a_rebuild_and_not_by_the_data_alone,
    a_failed_index_is_repaired_by_defining_it_again,
    an_index_that_is_being_built_says_how_far_it_is,
    an_index_built_in_the_foreground_is_ready,
    in_the_foreground_duplicates_fail_the_statement_and_leave_nothing,
    one_request_finds_every_index_that_is_not_ready,
    the_names_of_tables_and_indexes_can_be_parameters,
    the_transaction_that_defines_an_index_in_the_background_sees_it_as_ready,
);

const DUPLICATES: &str = "CREATE t:1 SET a = 1; CREATE t:2 SET a = 1";
const IN_BACKGROUND: &str = "DEFINE INDEX i ON t FIELDS a UNIQUE CONCURRENTLY";
const FAILURE: &str = "Database index `i` already contains 1, with record `t:1`";
const STILL_BUILDING: &str = "Database index `i` is currently building";

/// The states of a build that has not finished.
const UNFINISHED: [&str; 3] = ["started", "cleaning", "indexing"];

/// All indexes of a database that are not ready, in one request that only reads.
const NOT_READY: &str = "
    RETURN object::keys((INFO FOR DB).tables)
        .map(|$table| object::keys((INFO FOR TABLE $table).indexes)
            .map(|$index| {
                table: $table,
                index: $index,
                building: (INFO FOR INDEX $index ON $table).building
            }))
        .flatten()
        .filter(|$index| $index.building.status != 'ready')";

async fn a_unique_index_over_duplicates_commits_and_fails_afterwards(db: &Database) {
    execute(db, DUPLICATES).await;
    commit(db, IN_BACKGROUND).await;
    assert_eq!(built(db).await, failed());
}

async fn a_failed_index_neither_refuses_nor_finds_anything(db: &Database) {
    fail_a_build(db).await;
    undisturbed(db, "CREATE t:3 SET a = 1").await;
    assert_eq!(
        ask_json(db, "SELECT VALUE id FROM t WHERE a = 1").await,
        json!(["t:1", "t:2", "t:3"])
    );
}

async fn a_failed_index_is_not_seen_in_the_definition_of_its_table(db: &Database) {
    fail_a_build(db).await;
    assert_eq!(
        ask_json(db, "RETURN (INFO FOR TABLE t).indexes").await,
        json!({ "i": "DEFINE INDEX i ON t FIELDS a UNIQUE" })
    );
    assert_eq!(
        ask_json(db, "RETURN (INFO FOR TABLE t STRUCTURE).indexes").await,
        json!([{ "cols": ["a"], "index": "UNIQUE", "name": "i", "table": "t" }])
    );
}

async fn a_failed_index_is_repaired_by_a_rebuild_and_not_by_the_data_alone(db: &Database) {
    for rebuild in ["REBUILD INDEX i ON t", "REBUILD INDEX i ON t CONCURRENTLY"] {
        fail_a_build(db).await;
        assert_eq!(refusal_of_rebuild(db).await, FAILURE);
        undisturbed(db, "UPDATE t:2 SET a = 2").await;
        assert_eq!(built(db).await, failed());
        undisturbed(db, rebuild).await;
        assert_eq!(built(db).await["status"], "ready");
        assert!(cause(db, "CREATE t:9 SET a = 2").await.is_some());
        undisturbed(db, "REMOVE TABLE t").await;
    }
}

async fn a_failed_index_is_repaired_by_defining_it_again(db: &Database) {
    for again in [
        "DEFINE INDEX OVERWRITE i ON t FIELDS a UNIQUE",
        "REMOVE INDEX i ON t; DEFINE INDEX i ON t FIELDS a UNIQUE",
    ] {
        fail_a_build(db).await;
        undisturbed(db, "DELETE t:2").await;
        undisturbed(db, again).await;
        assert_eq!(built(db).await["status"], "ready");
        undisturbed(db, "REMOVE TABLE t").await;
    }
    fail_a_build(db).await;
    undisturbed(db, "DELETE t:2").await;
    undisturbed(db, "DEFINE INDEX IF NOT EXISTS i ON t FIELDS a UNIQUE").await;
    assert_eq!(built(db).await, failed(), "it exists");
}

/// The keys that are there differ from state to state, and `updated` comes last.
async fn an_index_that_is_being_built_says_how_far_it_is(db: &Database) {
    execute(db, "CREATE |t:3000| SET a = rand::ulid() RETURN NONE").await;
    commit(db, IN_BACKGROUND).await;
    let mut seen = building(db).await;
    while seen["status"] != "ready" {
        let status = seen["status"].as_str().unwrap_or_default();
        assert!(UNFINISHED.contains(&status), "{seen}");
        assert_eq!(seen["compacting"], false);
        assert!(
            seen["initial"].as_u64().unwrap_or_default() <= 3000,
            "{seen}"
        );
        assert_eq!(seen["error"], Value::Null);
        seen = building(db).await;
    }
    assert_eq!(seen, ready(3000));
}

async fn an_index_built_in_the_foreground_is_ready(db: &Database) {
    execute(db, "CREATE t:1 SET a = 1; CREATE t:2 SET a = 2").await;
    commit(db, "DEFINE INDEX i ON t FIELDS a UNIQUE").await;
    assert_eq!(building(db).await, ready(2));
    execute(db, "CREATE t:3 SET a = 3").await;
    assert_eq!(building(db).await, ready(2), "counted once");
}

async fn in_the_foreground_duplicates_fail_the_statement_and_leave_nothing(db: &Database) {
    execute(db, DUPLICATES).await;
    let error = cause(db, "DEFINE INDEX i ON t FIELDS a UNIQUE")
        .await
        .unwrap();
    assert!(error.is_internal(), "{error:?}");
    assert_eq!(error.message(), FAILURE);
    assert_eq!(
        ask_json(db, "RETURN (INFO FOR TABLE t).indexes").await,
        json!({})
    );
}

async fn one_request_finds_every_index_that_is_not_ready(db: &Database) {
    assert_eq!(ask_json(db, NOT_READY).await, json!([]));
    execute(
        db,
        "DEFINE TABLE empty; DEFINE TABLE `odd name`; DEFINE INDEX `odd index` ON `odd name` FIELDS a;
         CREATE u:1 SET a = 1; DEFINE INDEX j ON u FIELDS a; DEFINE INDEX k ON u COUNT",
    )
    .await;
    assert_eq!(ask_json(db, NOT_READY).await, json!([]));
    fail_a_build(db).await;
    assert_eq!(
        ask_json(db, NOT_READY).await,
        json!([{ "table": "t", "index": "i", "building": failed() }])
    );
}

async fn the_names_of_tables_and_indexes_can_be_parameters(db: &Database) {
    fail_a_build(db).await;
    let mut response = db
        .query("INFO FOR INDEX $index ON $table")
        .bind(("index", "i"))
        .bind(("table", "t"))
        .await
        .unwrap();
    let info: surrealdb::types::Value = response.take(0).unwrap();
    assert_eq!(info.into_json_value(), json!({ "building": failed() }));
}

/// So a check has to be a request of its own, behind the transaction.
async fn the_transaction_that_defines_an_index_in_the_background_sees_it_as_ready(db: &Database) {
    execute(db, DUPLICATES).await;
    let request = format!(
        "BEGIN; {IN_BACKGROUND}; CREATE seen:1 SET status = (INFO FOR INDEX i ON t).building.status; COMMIT"
    );
    execute(db, &request).await;
    assert_eq!(ask_json(db, "RETURN seen:1.status").await, json!("ready"));
    assert_eq!(built(db).await, failed());
}

#[tokio::test]
async fn a_failed_build_is_still_failed_after_the_server_has_been_killed() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Server::on_disk(folder.path());
    let db = selected(&server).await;
    fail_a_build(&db).await;
    server.kill();
    let server = Server::on_disk(folder.path());
    let db = selected(&server).await;
    assert_eq!(building(&db).await, failed());
}

#[tokio::test]
async fn a_build_that_the_server_did_not_end_is_not_ready_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Server::on_disk(folder.path());
    let db = selected(&server).await;
    execute(&db, "CREATE |t:3000| SET a = rand::ulid() RETURN NONE").await;
    commit(&db, IN_BACKGROUND).await;
    server.kill();
    let server = Server::on_disk(folder.path());
    let db = selected(&server).await;
    let status = building(&db).await["status"].clone();
    assert!(UNFINISHED.iter().any(|state| status == *state), "{status}");
    assert_eq!(ask_json(&db, NOT_READY).await[0]["index"], "i");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_build_is_still_failed_when_an_embedded_database_is_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    fail_a_build(&embedded(folder.path()).await).await;
    assert_eq!(building(&embedded(folder.path()).await).await, failed());
}

#[tokio::test]
async fn a_viewer_sees_the_state_of_a_build_and_a_record_user_does_not() {
    for protocol in ["ws", "http"] {
        let database = Populated::new(protocol).await;
        fail_a_build(&database.root).await;
        for user in ["OWNER", "EDITOR", "VIEWER"].map(User::Database) {
            let db = database.connect(user).await;
            assert_eq!(building(&db).await, failed(), "{user:?}");
            assert_eq!(ask_json(&db, NOT_READY).await[0]["table"], "t");
        }
        let db = database.connect(User::Record).await;
        for request in ["INFO FOR INDEX i ON t", "INFO FOR TABLE t", NOT_READY] {
            let error = cause(&db, request).await.unwrap();
            assert!(error.is_not_allowed(), "{request}: {error:?}");
        }
    }
}

async fn fail_a_build(db: &Surreal<Any>) {
    execute(db, DUPLICATES).await;
    commit(db, IN_BACKGROUND).await;
    assert_eq!(built(db).await, failed());
}

/// Applies a script to a table with an index that is built in the background. The build writes once
/// more behind its end, and a script that meets that write conflicts with it.
async fn undisturbed(db: &Surreal<Any>, script: &str) {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let outcome = apply(db, script).await;
        if outcome.is_committed() {
            return;
        }
        let in_the_way = outcome.is_always_conflict() || outcome.message() == STILL_BUILDING;
        assert!(in_the_way, "{script}: {outcome:?}");
        assert!(Instant::now() < deadline, "{script}: {outcome:?}");
    }
}

/// Why a rebuild is refused. For a moment behind the failure the build still counts as going on.
async fn refusal_of_rebuild(db: &Surreal<Any>) -> String {
    loop {
        let error = cause(db, "REBUILD INDEX i ON t").await.unwrap();
        if error.message() != STILL_BUILDING {
            return error.message().to_owned();
        }
    }
}

fn failed() -> Value {
    json!({
        "compacting": false,
        "status": "error",
        "error": FAILURE,
        "initial": 0,
        "pending": 0,
    })
}

fn ready(initial: u32) -> Value {
    json!({
        "compacting": false,
        "status": "ready",
        "initial": initial,
        "pending": 0,
        "updated": 0,
    })
}

async fn building(db: &Surreal<Any>) -> Value {
    ask_json(db, "RETURN (INFO FOR INDEX i ON t).building").await
}

/// The state of a build that has finished.
async fn built(db: &Surreal<Any>) -> Value {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let building = building(db).await;
        if building["status"] == "ready" || building["status"] == "error" {
            return building;
        }
        assert!(Instant::now() < deadline, "{building}");
    }
}

async fn selected(server: &Server) -> Surreal<Any> {
    let db = server.connect("ws").await;
    db.use_ns("test").use_db("app").await.unwrap();
    db
}

/// Opens it as soon as the previous instance has released its lock on the folder.
async fn embedded(folder: &Path) -> Surreal<Any> {
    let endpoint = format!("surrealkv://{}", folder.display());
    let deadline = Instant::now() + Duration::from_secs(30);
    let db = loop {
        match surrealdb::engine::any::connect(&endpoint).await {
            Ok(db) => break db,
            Err(error) => assert!(Instant::now() < deadline, "{error}"),
        }
    };
    db.use_ns("test").use_db("app").await.unwrap();
    db
}
