//! Going up.

use migrate_runtime::{Direction, ErrorKind, Event};
use std::sync::{Arc, Mutex};
use tests::connection::Database;
use tests::on_every_engine;
use tests::questions::{ask_json, counts, execute};
use tests::sets::{counted, set};

on_every_engine!(
    run_applies_everything_once_and_in_order,
    run_to_and_run_one_stop_where_they_should,
    versions_that_make_no_sense_are_refused,
    a_strict_database_is_migrated,
    two_sets_live_beside_each_other,
    an_observer_is_called,
    an_up_to_date_database_is_not_written_to,
    scripts_arrive_verbatim,
    as_many_comments_as_are_accepted_kill_no_engine,
);

async fn run_applies_everything_once_and_in_order(db: &Database) {
    let set = counted(5);
    assert!(set.needs_migration(db).await.unwrap());
    assert_eq!(set.current_version(db).await.unwrap(), 0);

    let report = set.run(db).await.unwrap();
    assert_eq!((report.from, report.to), (0, 5));
    let versions: Vec<u32> = report.steps.iter().map(|step| step.version).collect();
    assert_eq!(versions, [1, 2, 3, 4, 5]);
    assert!(
        report
            .steps
            .iter()
            .all(|step| step.direction == Direction::Up)
    );

    let again = set.run(db).await.unwrap();
    assert!(again.is_up_to_date());
    assert_eq!(again.to_string(), "up to date at version 5");
    assert!(!set.needs_migration(db).await.unwrap());
    assert_eq!(counts(db, 5).await, [(1, 1); 5]);
}

async fn run_to_and_run_one_stop_where_they_should(db: &Database) {
    let set = counted(5);
    assert_eq!(set.run_to(db, 2).await.unwrap().to, 2);
    assert!(set.run_to(db, 2).await.unwrap().is_up_to_date());
    assert_eq!(set.run_one(db).await.unwrap().to, 3);
    let plan = set.plan(db).await.unwrap();
    assert_eq!(
        plan.to_string(),
        "up       4  thing_4\nup       5  thing_5\n2 pending migrations, from version 3 to 5"
    );
    assert_eq!(set.current_version(db).await.unwrap(), 3);
    set.run(db).await.unwrap();
    assert!(set.run_one(db).await.unwrap().is_up_to_date());
    assert_eq!(counts(db, 5).await, [(1, 1); 5]);
}

async fn versions_that_make_no_sense_are_refused(db: &Database) {
    let set = counted(3);
    assert_eq!(
        set.get(3).map(|migration| &*migration.name),
        Some("thing_3")
    );
    assert!(set.get(0).is_none() && set.get(4).is_none() && set.get(u32::MAX).is_none());
    for version in [0, 4, u32::MAX] {
        let error = set.run_to(db, version).await.unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::NoSuchVersion { .. }),
            "{error}"
        );
    }
    let error = set.revert_to(db, 9).await.unwrap_err();
    assert!(
        matches!(
            error.kind(),
            ErrorKind::NoSuchVersion {
                version: 9,
                latest: 3,
                ..
            }
        ),
        "{error}"
    );
    set.run_to(db, 2).await.unwrap();
    let error = set.run_to(db, 1).await.unwrap_err();
    assert!(
        matches!(
            error.kind(),
            ErrorKind::WrongDirection {
                version: 1,
                current: 2,
                ..
            }
        ),
        "{error}"
    );
    let error = set.revert_to(db, 3).await.unwrap_err();
    assert!(
        matches!(
            error.kind(),
            ErrorKind::WrongDirection {
                version: 3,
                current: 2,
                ..
            }
        ),
        "{error}"
    );
    assert_eq!(set.current_version(db).await.unwrap(), 2);
}

async fn a_strict_database_is_migrated(db: &Database) {
    execute(db, "DEFINE DATABASE sealed STRICT").await;
    db.use_db("sealed").await.unwrap();
    let set = set(&[
        ("1.up.surql", "DEFINE TABLE a; CREATE a;"),
        ("1.down.surql", "REMOVE TABLE a;"),
    ]);
    set.run(db).await.unwrap();
    set.revert(db).await.unwrap();
    assert_eq!(set.current_version(db).await.unwrap(), 0);
}

async fn two_sets_live_beside_each_other(db: &Database) {
    let (first, second) = (
        counted(2),
        set(&[
            ("1_other.up.surql", "DEFINE TABLE other;"),
            ("1_other.down.surql", "REMOVE TABLE other;"),
        ]),
    );
    let second = second.with_table("_billing_migrations").unwrap();
    first.run(db).await.unwrap();
    second.run(db).await.unwrap();
    assert_eq!(first.current_version(db).await.unwrap(), 2);
    assert_eq!(second.current_version(db).await.unwrap(), 1);
    // A word of the language is a name like any other.
    second.revert(db).await.unwrap();
    let worded = second.with_table("where").unwrap();
    worded.run(db).await.unwrap();
    worded.revert(db).await.unwrap();
    for name in ["", "a b", "a; REMOVE TABLE other", "9", "_sbl`"] {
        let error = first.with_table(name).unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::TableName { .. }),
            "{error}"
        );
    }
}

async fn an_observer_is_called(db: &Database) {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&seen);
    let set = counted(2);
    let runner = set.runner(db).observer(move |event| {
        if let Event::Finished {
            version, direction, ..
        } = event
        {
            sink.lock().unwrap().push((*version, *direction));
        }
    });
    runner.run().await.unwrap();
    assert_eq!(
        *seen.lock().unwrap(),
        [(1, Direction::Up), (2, Direction::Up)]
    );
}

async fn an_up_to_date_database_is_not_written_to(db: &Database) {
    let set = counted(2);
    set.run(db).await.unwrap();
    let rows = "SELECT * FROM _sbl_migrations ORDER BY version";
    let before = (ask_json(db, rows).await, ask_json(db, "INFO FOR DB").await);
    set.run(db).await.unwrap();
    set.status(db).await.unwrap();
    assert_eq!(
        before,
        (ask_json(db, rows).await, ask_json(db, "INFO FOR DB").await)
    );
}

async fn scripts_arrive_verbatim(db: &Database) {
    let text = "-- a comment; with a semicolon\nCREATE note:1 SET text = 'line one\n\tline; two -- no comment', emoji = '🦀';\n/* last */ CREATE note:2 -- no semicolon, and a comment";
    let set = set(&[("1.up.surql", text), ("1.down.surql", "REMOVE TABLE note")]);
    set.run(db).await.unwrap();
    let note = ask_json(db, "SELECT text, emoji FROM ONLY note:1").await;
    assert_eq!(note["text"], "line one\n\tline; two -- no comment");
    assert_eq!(note["emoji"], "🦀");
    assert_eq!(ask_json(db, "RETURN count(SELECT * FROM note)").await, 2);
    set.revert(db).await.unwrap();
}

/// The engine's parser calls itself for each comment, and once more for the blanks behind it.
async fn as_many_comments_as_are_accepted_kill_no_engine(db: &Database) {
    let up = format!("{}CREATE a;", "  -- a\n".repeat(1_500));
    let set = set(&[("1_a.up.surql", &up), ("1_a.down.surql", "DELETE a")]);
    assert_eq!(set.run(db).await.unwrap().to, 1);
    assert_eq!(set.revert(db).await.unwrap().to, 0);
}
