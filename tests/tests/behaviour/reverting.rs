//! Going down.

use migrate_runtime::{ErrorKind, Migrations, Runner};
use surrealdb::engine::any::Any;
use tests::connection::Database;
use tests::on_every_engine;
use tests::questions::{ask_json, counts, execute};
use tests::sets::{counted, set, unchecked_set};

on_every_engine!(
    revert_takes_back_the_last_one_alone,
    revert_to_goes_all_the_way,
    an_irreversible_migration_stops_it_before_anything_is_done,
    a_failing_down_script_leaves_everything_as_it_was,
    redo_reverts_and_applies_the_last_one,
    redo_does_nothing_if_the_migration_could_not_be_applied_again,
    a_grouped_revert_is_all_or_nothing,
    an_older_build_steps_a_newer_database_back,
    what_nobody_left_a_down_script_for_is_not_reverted,
);

async fn revert_takes_back_the_last_one_alone(db: &Database) {
    let set = counted(3);
    set.run(db).await.unwrap();
    let report = set.revert(db).await.unwrap();
    assert_eq!((report.from, report.to, report.steps.len()), (3, 2, 1));
    assert_eq!(counts(db, 3).await, [(1, 1), (1, 1), (1, 0)]);
    assert_eq!(ask_json(db, "RETURN counter:3.down").await, 1);
    assert_eq!(set.current_version(db).await.unwrap(), 2);
}

async fn revert_to_goes_all_the_way(db: &Database) {
    let set = counted(4);
    set.run(db).await.unwrap();
    assert_eq!(set.revert_to(db, 3).await.unwrap().steps.len(), 1);
    assert!(set.revert_to(db, 3).await.unwrap().is_up_to_date());
    assert_eq!(set.revert_to(db, 0).await.unwrap().steps.len(), 3);
    assert!(set.revert(db).await.unwrap().is_up_to_date());
    assert_eq!(
        ask_json(db, "SELECT * FROM _sbl_migrations").await,
        serde_json::json!([])
    );
    set.run(db).await.unwrap();
    assert_eq!(set.current_version(db).await.unwrap(), 4);
}

async fn an_irreversible_migration_stops_it_before_anything_is_done(db: &Database) {
    let set = set(&[
        ("1_a.up.surql", "DEFINE TABLE a;"),
        ("1_a.down.surql", "REMOVE TABLE a;"),
        ("2_b.up.surql", "-- migrate: irreversible\nDEFINE TABLE b;"),
        ("3_c.up.surql", "DEFINE TABLE c;"),
        ("3_c.down.surql", "REMOVE TABLE c;"),
    ]);
    set.run(db).await.unwrap();
    let error = set.revert_to(db, 0).await.unwrap_err();
    assert!(
        matches!(
            error.kind(),
            ErrorKind::Irreversible {
                version: 2,
                current: 3,
                ..
            }
        ),
        "{error}"
    );
    assert_eq!(set.current_version(db).await.unwrap(), 3);
    set.revert_to(db, 2).await.unwrap();
    let error = set.revert(db).await.unwrap_err();
    assert!(
        matches!(
            error.kind(),
            ErrorKind::Irreversible {
                version: 2,
                current: 2,
                ..
            }
        ),
        "{error}"
    );
}

async fn a_failing_down_script_leaves_everything_as_it_was(db: &Database) {
    let set = unchecked_set(&[(
        "a",
        "DEFINE TABLE a; CREATE a:1;",
        "DELETE a:1;\nREMOVE TABLE nothing;\nREMOVE TABLE a;",
    )]);
    set.run(db).await.unwrap();
    let error = set.revert(db).await.unwrap_err();
    let ErrorKind::Script(script) = error.kind() else {
        panic!("{error}")
    };
    assert_eq!(
        script.statement.as_ref().map(|statement| statement.number),
        Some(2)
    );
    assert!(
        script.file.ends_with("migrations/001_a.down.surql"),
        "{error}"
    );
    assert!(
        error
            .to_string()
            .contains("migration 1 (a) was not reverted: it is still applied"),
        "{error}"
    );
    assert_eq!(set.current_version(db).await.unwrap(), 1);
    assert_eq!(ask_json(db, "RETURN count(SELECT * FROM a)").await, 1);
}

async fn redo_reverts_and_applies_the_last_one(db: &Database) {
    let set = counted(2);
    assert!(set.redo(db).await.unwrap().is_up_to_date());
    set.run(db).await.unwrap();
    let report = set.redo(db).await.unwrap();
    assert_eq!((report.to, report.steps.len()), (2, 2));
    assert_eq!(counts(db, 2).await, [(1, 1), (2, 1)]);
}

/// The tests connect to the server as root, which has rights beyond the database.
fn trusting<'a>(set: &'a Migrations, db: &'a Database) -> Runner<'a, Any> {
    set.runner(db).trust_stored_scripts()
}

async fn an_older_build_steps_a_newer_database_back(db: &Database) {
    let (older, newer) = (counted(2), counted(4));
    newer.run(db).await.unwrap();
    let report = trusting(&older, db).revert_to(2).await.unwrap();
    assert_eq!((report.from, report.to, report.steps.len()), (4, 2, 2));
    assert_eq!(counts(db, 4).await, [(1, 1), (1, 1), (1, 0), (1, 0)]);
    assert!(older.run(db).await.unwrap().is_up_to_date());

    let broken = set(&[
        ("1_thing_1.up.surql", &older.get(1).unwrap().up.text),
        ("1_thing_1.down.surql", "REMOVE TABLE thing_1;\n"),
        ("2_bad.up.surql", "DEFINE TABLE bad;"),
        (
            "2_bad.down.surql",
            "-- A comment.\nREMOVE TABLE bad; THROW 'not like this';\n",
        ),
    ]);
    older.revert_to(db, 1).await.unwrap();
    broken.run(db).await.unwrap();
    let error = trusting(&counted(1), db).revert_to(1).await.unwrap_err();
    let text = error.to_string();
    assert!(
        text.contains("2_bad.down.surql:2:19, statement 2 of 2"),
        "{text}"
    );
    assert!(
        text.contains("^^^^^^^^^^^^^^^^^^^^^^ An error occurred: not like this"),
        "{text}"
    );
    assert!(text.contains("stored it in the history"), "{text}");
}

async fn what_nobody_left_a_down_script_for_is_not_reverted(db: &Database) {
    let set = counted(2);
    set.run(db).await.unwrap();
    execute(
        db,
        "CREATE _sbl_migrations:3 SET version = 3, applied_at = time::now()",
    )
    .await;
    let error = set.revert_to(db, 0).await.unwrap_err();
    assert!(
        matches!(
            error.kind(),
            ErrorKind::NoDownScript {
                version: 3,
                current: 3,
                ..
            }
        ),
        "{error}"
    );
    assert_eq!(set.current_version(db).await.unwrap(), 3);
}

async fn redo_does_nothing_if_the_migration_could_not_be_applied_again(db: &Database) {
    set(&[
        ("1_a.up.surql", "DEFINE TABLE a;"),
        ("1_a.down.surql", "REMOVE TABLE a;"),
        ("2_b.up.surql", "CREATE b:1;"),
        ("2_b.down.surql", "REMOVE TABLE b;"),
    ])
    .run(db)
    .await
    .unwrap();
    let edited = |first: &str| {
        set(&[
            ("1_a.up.surql", first),
            ("1_a.down.surql", "REMOVE TABLE a;"),
            ("2_b.up.surql", "CREATE b:2;"),
            ("2_b.down.surql", "REMOVE TABLE b;"),
        ])
    };
    // A run would refuse the first one, so the second one stays.
    let error = edited("DEFINE TABLE a SCHEMALESS;")
        .redo(db)
        .await
        .unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Changed { .. }), "{error}");
    assert_eq!(
        ask_json(db, "SELECT VALUE id FROM b").await,
        serde_json::json!(["b:1"])
    );
    // An edit of the last one is what it is for.
    edited("DEFINE TABLE a;").redo(db).await.unwrap();
    assert_eq!(
        ask_json(db, "SELECT VALUE id FROM b").await,
        serde_json::json!(["b:2"])
    );
}

async fn a_grouped_revert_is_all_or_nothing(db: &Database) {
    let set = set(&[
        ("1_a.up.surql", "CREATE a:1;"),
        ("1_a.down.surql", "-- Nothing here.\nTHROW 'stay';"),
        ("2_b.up.surql", "CREATE b:1;"),
        ("2_b.down.surql", "REMOVE TABLE b;"),
        ("3_c.up.surql", "CREATE c:1;"),
        ("3_c.down.surql", "REMOVE TABLE c;"),
    ]);
    set.run(db).await.unwrap();
    let error = set.runner(db).grouped().revert_to(0).await.unwrap_err();
    let ErrorKind::Script(script) = error.kind() else {
        panic!("{error}")
    };
    assert_eq!((script.version, script.current_version), (1, 3));
    assert_eq!(script.place.unwrap().line, 2);
    assert_eq!(set.current_version(db).await.unwrap(), 3);
    assert_eq!(ask_json(db, "RETURN count(SELECT * FROM c)").await, 1);

    let report = set.runner(db).grouped().revert_to(1).await.unwrap();
    assert_eq!((report.to, report.steps.len()), (1, 2));
    assert_eq!(report.steps[0].duration, report.steps[1].duration);
    assert_eq!(set.current_version(db).await.unwrap(), 1);
}
