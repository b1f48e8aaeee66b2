//! Migrations that are applied statement by statement.

use std::sync::{Mutex, mpsc};
use std::thread;
use std::time::Duration;

use migrate_runtime::{Error, ErrorKind, Event, MigrationState, Migrations};
use tests::connection::Database;
use tests::on_every_engine;
use tests::questions::{ask_json, execute};
use tests::sets::{Folder, set};

on_every_engine!(
    a_failure_keeps_what_is_committed_and_the_next_run_continues_there,
    an_edit_partially_applied_is_reported_with_what_was_applied,
    a_half_applied_migration_is_not_reverted,
    nothing_is_reverted_under_a_migration_that_was_started_meanwhile,
);

const DOWN: (&str, &str) = ("1_fill.down.surql", "REMOVE TABLE hit;");

fn fill(text: &str) -> Migrations {
    set(&[("1_fill.up.surql", text), DOWN])
}

const TEXT: &str = "-- migrate: per-statement\nCREATE hit:1;\nCREATE hit:2;\nIF (SELECT VALUE id FROM block:1)[0] { THROW 'blocked' };\nCREATE hit:3;";

async fn hits(db: &Database) -> serde_json::Value {
    ask_json(db, "SELECT VALUE record::id(id) FROM hit ORDER BY id").await
}

async fn stopped_after_two(db: &Database) -> Error {
    execute(db, "CREATE block:1").await;
    let error = fill(TEXT).run(db).await.unwrap_err();
    assert_eq!(hits(db).await, serde_json::json!([1, 2]));
    error
}

async fn a_failure_keeps_what_is_committed_and_the_next_run_continues_there(db: &Database) {
    let error = stopped_after_two(db).await;
    let ErrorKind::Script(script) = error.kind() else {
        panic!("{error}")
    };
    assert_eq!(
        (script.committed_statements, script.place.unwrap().line),
        (2, 4)
    );
    let text = error.to_string();
    assert!(
        text.contains(
            "migration 1 (fill) is partially applied: the statements before this one are committed"
        ),
        "{text}"
    );
    assert!(
        text.contains("1_fill.up.surql:4:1, statement 3 of 4"),
        "{text}"
    );

    let status = fill(TEXT).status(db).await.unwrap();
    let partially_applied = status.entries[0].progress.unwrap();
    assert_eq!(
        (
            status.entries[0].state,
            partially_applied.done,
            partially_applied.total
        ),
        (MigrationState::Pending, 2, 4)
    );
    assert!(status.to_string().contains("2 of 4 statements"), "{status}");
    assert_eq!(
        ask_json(db, "SELECT * FROM _sbl_migrations").await,
        serde_json::json!([])
    );

    execute(db, "DELETE block:1").await;
    assert_eq!(fill(TEXT).run(db).await.unwrap().to, 1);
    assert_eq!(hits(db).await, serde_json::json!([1, 2, 3]));
    assert_eq!(
        ask_json(db, "SELECT * FROM _sbl_migrations_progress").await,
        serde_json::json!([])
    );
    fill(TEXT).revert(db).await.unwrap();
    fill(TEXT).run(db).await.unwrap();
}

async fn an_edit_partially_applied_is_reported_with_what_was_applied(db: &Database) {
    stopped_after_two(db).await;
    let edited = fill(&TEXT.replace("hit:1", "hit:9"));
    let error = edited.run(db).await.unwrap_err();
    let ErrorKind::ChangedWhilePartiallyApplied {
        committed,
        total: 4,
        ..
    } = error.kind()
    else {
        panic!("{error}")
    };
    assert_eq!(*committed, ["CREATE hit:1;", "CREATE hit:2;"]);
    assert!(
        error.to_string().contains("committed, 2: CREATE hit:2;"),
        "{error}"
    );
    // The second way out that the message names.
    execute(
        db,
        "DELETE block:1; DELETE hit; DELETE _sbl_migrations_progress:1",
    )
    .await;
    edited.run(db).await.unwrap();
    assert_eq!(hits(db).await, serde_json::json!([2, 3, 9]));
}

async fn a_half_applied_migration_is_not_reverted(db: &Database) {
    let files = [
        ("1_a.up.surql", "CREATE a;"),
        ("1_a.down.surql", "REMOVE TABLE a;"),
    ];
    let two = set(&[
        files[0],
        files[1],
        ("2_fill.up.surql", TEXT),
        ("2_fill.down.surql", DOWN.1),
    ]);
    execute(db, "CREATE block:1").await;
    two.run(db).await.unwrap_err();
    for error in [
        two.revert(db).await.unwrap_err(),
        two.redo(db).await.unwrap_err(),
        two.revert_to(db, 0).await.unwrap_err(),
    ] {
        assert!(
            matches!(
                error.kind(),
                ErrorKind::PartiallyApplied {
                    version: 2,
                    done: 2,
                    total: 4,
                    is_embedded: true,
                    ..
                }
            ),
            "{error}"
        );
    }
    let older = set(&files);
    let error = older.run(db).await.unwrap_err();
    assert!(
        matches!(
            error.kind(),
            ErrorKind::PartiallyApplied {
                version: 2,
                is_embedded: false,
                ..
            }
        ),
        "{error}"
    );
    older.runner(db).allow_newer().run().await.unwrap();
    assert_eq!(two.current_version(db).await.unwrap(), 1);
}

async fn nothing_is_reverted_under_a_migration_that_was_started_meanwhile(db: &Database) {
    let two = set(&[
        ("1_a.up.surql", "CREATE a;"),
        ("1_a.down.surql", "REMOVE TABLE a;"),
        ("2_fill.up.surql", TEXT),
        ("2_fill.down.surql", DOWN.1),
    ]);
    two.run_to(db, 1).await.unwrap();
    execute(db, "CREATE block:1").await;
    // Reads the history, and sends its transaction once migration 2 is partially applied.
    let (has_read, read) = tokio::sync::oneshot::channel();
    let (proceed, may_proceed) = mpsc::channel();
    let (has_read, may_proceed) = (Mutex::new(Some(has_read)), Mutex::new(may_proceed));
    let (reverting, connection) = (two.clone(), (**db).clone());
    let revert = thread::spawn(move || {
        let runner = reverting.runner(&connection).without_lease();
        let runner = runner.observer(move |event| {
            let first = has_read.lock().unwrap().take();
            if let (Event::Started { .. }, Some(has_read)) = (event, first) {
                has_read.send(()).unwrap();
                may_proceed.lock().unwrap().recv().unwrap();
            }
        });
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        runtime.unwrap().block_on(runner.revert())
    });
    read.await.unwrap();
    two.runner(db).without_lease().run().await.unwrap_err();
    assert_eq!(hits(db).await, serde_json::json!([1, 2]));
    proceed.send(()).unwrap();
    let error = tokio::task::spawn_blocking(|| revert.join().unwrap())
        .await
        .unwrap()
        .unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::PartiallyApplied { version: 2, .. }),
        "{error}"
    );
    execute(db, "DELETE block:1").await;
    assert_eq!(two.run(db).await.unwrap().to, 2);
}

/// As many records as a backfill is worth being split for.
const RECORDS: usize = 100_000;

/// So many go into one statement.
const BATCH: usize = 2_000;

#[tokio::test(flavor = "multi_thread")]
async fn a_backfill_that_is_killed_five_times_changes_each_record_once() {
    use tests::replicas::Replica;
    let folder = tempfile::tempdir().unwrap();
    let endpoint = format!("surrealkv://{}", folder.path().display());
    let batches = |statement: &dyn Fn(usize, usize) -> String| {
        let starts = (0..RECORDS).step_by(BATCH);
        let statements = starts.map(|start| statement(start, start + BATCH));
        format!(
            "-- migrate: per-statement\n{}\n",
            statements.collect::<Vec<_>>().join("\n")
        )
    };
    let fill =
        batches(&|start, end| format!("CREATE |item:{start}..{end}| SET hits = 0 RETURN NONE;"));
    let change =
        batches(&|start, end| format!("UPDATE item:{start}..{end} SET hits += 1 RETURN NONE;"));
    let files = Folder::of(&[
        ("1_fill.up.surql", &*fill),
        ("1_fill.down.surql", "REMOVE TABLE item;"),
        ("2_change.up.surql", &*change),
        ("2_change.down.surql", "-- Nothing.\n"),
    ]);
    let mut kills = 0;
    let version = loop {
        let mut replica = Replica::start(&endpoint, "test", &files.path(), &[]);
        replica.go();
        if kills == 5 {
            let ended = replica.end();
            assert!(ended.status.success(), "{}", ended.complaint);
            break ended.version;
        }
        // The moment of death, not a wait for something.
        let moment = Duration::from_secs(1).mul_f64(1.0 + fastrand::f64());
        tokio::time::sleep(moment).await;
        assert!(replica.kill(), "it was at work");
        kills += 1;
    };
    assert_eq!(version, Some(2));
    let db = surrealdb::engine::any::connect(&endpoint).await.unwrap();
    db.use_ns("test").use_db("app").await.unwrap();
    let hits = ask_json(
        &db,
        "SELECT hits, count() AS records FROM item GROUP BY hits",
    )
    .await;
    assert_eq!(hits, serde_json::json!([{ "hits": 1, "records": RECORDS }]));
}
