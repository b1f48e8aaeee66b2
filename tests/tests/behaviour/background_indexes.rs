//! `DEFINE INDEX … CONCURRENTLY` is committed at once, and is built, or fails, afterwards.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use migrate_runtime::{
    Error, ErrorKind, Event, IndexBuild, IndexBuildState, Migrations, Result, Status,
};
use tests::connection::Database;
use tests::on_every_engine;
use tests::questions::execute;
use tests::sets::set;

on_every_engine!(
    an_index_that_is_ready_is_not_mentioned,
    an_index_that_is_being_built_is_in_the_report_and_in_the_status,
    a_failed_index_is_an_error_that_says_what_to_do,
    an_index_that_was_repaired_is_ready,
    no_call_says_that_a_failed_index_is_ready,
    a_failed_index_of_somebody_else_is_not_mentioned,
);

const LIMIT: Duration = Duration::from_mins(1);

/// A table with these records, a unique index on it that is built in the background, and one more
/// migration.
fn indexed(records: &str, directive: &str) -> Migrations {
    let up = format!("{directive}\nDEFINE INDEX `by a` ON t FIELDS a UNIQUE concurrently;");
    let records = format!("DEFINE TABLE t; {records};");
    set(&[
        ("1_table.up.surql", &records),
        ("1_table.down.surql", "REMOVE TABLE t;"),
        ("2_index.up.surql", &up),
        ("2_index.down.surql", "REMOVE INDEX `by a` ON t;"),
        ("3_more.up.surql", "DEFINE TABLE u;"),
        ("3_more.down.surql", "REMOVE TABLE u;"),
    ])
}

const DUPLICATES: &str = "CREATE t:1 SET a = 1; CREATE t:2 SET a = 1";

fn failed() -> Migrations {
    indexed(DUPLICATES, "")
}

fn failed_indexes(error: &Error) -> &[IndexBuild] {
    match error.kind() {
        ErrorKind::FailedIndexes { indexes, .. } => indexes,
        _ => panic!("{error}"),
    }
}

fn is_building(build: &IndexBuild) -> bool {
    matches!(build.state, IndexBuildState::Building { .. })
}

/// The status once nothing is being built any more.
async fn settled(set: &Migrations, db: &Database) -> Status {
    loop {
        let status = set.status(db).await.unwrap();
        if !status.indexes.iter().any(is_building) {
            return status;
        }
    }
}

async fn an_index_that_is_ready_is_not_mentioned(db: &Database) {
    let set = indexed("CREATE t:1 SET a = 1", "");
    let report = set.runner(db).wait_for_indexes(LIMIT).run().await.unwrap();
    assert_eq!((report.to, report.indexes), (3, vec![]));
    assert_eq!(set.status(db).await.unwrap().indexes, []);
    let again = set.runner(db).wait_for_indexes(LIMIT).run().await.unwrap();
    assert!(again.is_up_to_date());
}

async fn an_index_that_is_being_built_is_in_the_report_and_in_the_status(db: &Database) {
    let set = indexed("CREATE |t:3000| SET a = rand::ulid() RETURN NONE", "");
    let report = set.run(db).await.unwrap();
    let [build] = &*report.indexes else {
        panic!("{report}")
    };
    assert_eq!((&*build.table, &*build.index), ("t", "by a"));
    assert!(is_building(build), "{build:?}");
    assert!(
        report
            .to_string()
            .contains("index `by a` on `t`: being built (")
    );

    let error = set.runner(db).wait_for_indexes(Duration::ZERO).run().await;
    match error.unwrap_err().kind() {
        ErrorKind::UnfinishedIndexes { indexes, .. } => assert_eq!(indexes[0].index, "by a"),
        kind => panic!("{kind:?}"),
    }
    let status = set.status(db).await.unwrap();
    assert!(
        status
            .to_string()
            .contains("index `by a` on `t`: being built (")
    );

    let seen = Arc::new(Mutex::new(0));
    let count = Arc::clone(&seen);
    let runner = set.runner(db).observer(move |event| {
        if let Event::BuildingIndexes { indexes, .. } = event {
            *count.lock().unwrap() += indexes.len();
        }
    });
    runner.wait_for_indexes(LIMIT).run().await.unwrap();
    assert!(*seen.lock().unwrap() > 0);
    assert_eq!(settled(&set, db).await.indexes, []);
}

async fn a_failed_index_is_an_error_that_says_what_to_do(db: &Database) {
    let set = failed();
    let error = set.runner(db).wait_for_indexes(LIMIT).run().await;
    let error = error.unwrap_err();
    let [build] = failed_indexes(&error) else {
        panic!("{error}")
    };
    let IndexBuildState::Failed { reason, .. } = &build.state else {
        panic!("{build:?}")
    };
    let words = "Database index `by a` already contains 1, with record `t:1`";
    assert_eq!(reason, words);
    assert_eq!(error.steps().len(), 3, "they stay applied");
    let text = error.to_string();
    assert!(text.contains("`REBUILD INDEX `by a` ON t`"), "{text}");

    let status = set.status(db).await.unwrap();
    assert_eq!(status.current_version, 3);
    let line = format!("index `by a` on `t`: failed: {words}");
    assert!(status.to_string().ends_with(&line), "{status}");
    let json = serde_json::to_value(&status).unwrap();
    assert_eq!(json["indexes"][0]["state"], "failed");
}

async fn an_index_that_was_repaired_is_ready(db: &Database) {
    let set = failed();
    let wait = async || set.runner(db).wait_for_indexes(LIMIT).run().await;
    failed_indexes(&wait().await.unwrap_err());
    failed_indexes(&wait().await.unwrap_err());
    // The build writes once more behind its failure, and meets whoever writes then.
    while db
        .query("UPDATE t:2 SET a = 2")
        .await
        .unwrap()
        .check()
        .is_err()
    {}
    while db
        .query("REBUILD INDEX `by a` ON t")
        .await
        .unwrap()
        .check()
        .is_err()
    {}
    assert!(wait().await.unwrap().is_up_to_date());
    assert_eq!(settled(&set, db).await.indexes, []);
}

async fn no_call_says_that_a_failed_index_is_ready(db: &Database) {
    let failed_or_building = |result: Result<migrate_runtime::Report>| match result {
        Ok(report) => assert!(is_building(&report.indexes[0])),
        Err(error) => assert_eq!(failed_indexes(&error).len(), 1),
    };
    let set = failed();
    failed_or_building(set.run(db).await);
    set.revert_to(db, 0).await.unwrap();
    failed_or_building(
        set.runner(db)
            .grouped()
            .run_to(1)
            .await
            .and(set.run_one(db).await),
    );
    failed_or_building(set.redo(db).await);
    set.revert_to(db, 0).await.unwrap();
    failed_or_building(
        indexed(DUPLICATES, "-- migrate: per-statement")
            .run(db)
            .await,
    );
}

async fn a_failed_index_of_somebody_else_is_not_mentioned(db: &Database) {
    execute(db, "CREATE own:1 SET a = 1; CREATE own:2 SET a = 1").await;
    execute(db, "DEFINE INDEX mine ON own FIELDS a UNIQUE CONCURRENTLY").await;
    let set = indexed("CREATE t:1 SET a = 1", "");
    let report = set.runner(db).wait_for_indexes(LIMIT).run().await.unwrap();
    assert_eq!(report.indexes, []);
    assert_eq!(set.status(db).await.unwrap().indexes, []);
}
