//! Why an index behind a write to its table is refused while a crate compiles: what the engine
//! makes of it. When one of these fails with a newer engine, the rule can go.

use migrate_files::{Directory, File, read_files};
use serde_json::json;
use std::path::Path;
use tests::connection::Database;
use tests::on_every_engine;
use tests::questions::{ask_json, execute};
use tests::sets::set;

on_every_engine!(
    an_index_lacks_what_its_transaction_wrote_before,
    a_unique_index_keeps_what_its_transaction_deleted_before,
    an_index_before_the_writes_is_whole,
    an_index_in_a_migration_of_its_own_is_whole,
);

const BY_INDEX: &str = "SELECT VALUE id FROM t WHERE x = 1";
const BY_LOOKING: &str = "SELECT VALUE id FROM t WITH NOINDEX WHERE x = 1";

async fn an_index_lacks_what_its_transaction_wrote_before(db: &Database) {
    for write in [
        "CREATE t:1 SET x = 1",
        "DEFINE TABLE t; INSERT INTO t { id: 1, x: 1 }",
        "FOR $i IN [1] { UPSERT t:1 SET x = $i }",
        "RELATE a:1->t:1->a:2 SET x = 1",
    ] {
        let script = format!("{write}; DEFINE INDEX i ON t FIELDS x UNIQUE;");
        assert!(is_refused(&script), "{script}");
        execute(db, &format!("BEGIN; {script} COMMIT;")).await;
        assert_eq!(ask_json(db, BY_LOOKING).await, json!(["t:1"]), "{script}");
        assert_eq!(ask_json(db, BY_INDEX).await, json!([]), "{script}");
        execute(db, "CREATE t:2 SET x = 1; REMOVE TABLE t").await;
    }
}

async fn a_unique_index_keeps_what_its_transaction_deleted_before(db: &Database) {
    let script = "DELETE t:1; DEFINE INDEX i ON t FIELDS x UNIQUE;";
    assert!(is_refused(script));
    execute(db, "CREATE t:1 SET x = 1").await;
    execute(db, &format!("BEGIN; {script} COMMIT;")).await;
    assert_eq!(ask_json(db, BY_LOOKING).await, json!([]));
    let again = db.query("CREATE t:2 SET x = 1").await.unwrap();
    let error = again.check().unwrap_err().to_string();
    assert!(
        error.contains("already contains 1, with record `t:1`"),
        "{error}"
    );
}

/// Also where it changes records that were there before, which costs a second try.
async fn an_index_before_the_writes_is_whole(db: &Database) {
    execute(db, "CREATE t:1 SET x = 7; CREATE t:2 SET x = 8").await;
    let script =
        "DEFINE INDEX i ON t FIELDS x; UPDATE t:1 SET x = 1; DELETE t:2; CREATE t:3 SET x = 1;";
    let set = set(&[("1.up.surql", script), ("1.down.surql", "REMOVE TABLE t;")]);
    set.run(db).await.unwrap();
    assert_eq!(ask_json(db, BY_INDEX).await, json!(["t:1", "t:3"]));
    assert_eq!(
        ask_json(db, "SELECT VALUE id FROM t WHERE x > 1").await,
        json!([])
    );
}

async fn an_index_in_a_migration_of_its_own_is_whole(db: &Database) {
    let set = set(&[
        ("1.up.surql", "CREATE t:1 SET x = 1;"),
        ("1.down.surql", "REMOVE TABLE t;"),
        ("2.up.surql", "DEFINE INDEX i ON t FIELDS x;"),
        ("2.down.surql", "REMOVE INDEX i ON t;"),
    ]);
    set.run(db).await.unwrap();
    assert_eq!(ask_json(db, BY_INDEX).await, json!(["t:1"]));
}

fn is_refused(script: &str) -> bool {
    let files = [
        File::new("1.up.surql", script),
        File::new("1.down.surql", "REMOVE TABLE t;"),
    ];
    let directory = Directory::new(Path::new("/nowhere"), "migrations");
    read_files(&directory, &files).is_err_and(|problems| {
        problems
            .to_string()
            .contains("this index would lack records")
    })
}
