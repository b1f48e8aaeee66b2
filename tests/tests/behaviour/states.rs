//! The states of a migration, and what a run does about each.

use migrate_runtime::{ErrorKind, MigrationState, Migrations};
use tests::connection::Database;
use tests::on_every_engine;
use tests::questions::{counts, execute};
use tests::sets::{counted, set};

on_every_engine!(
    pending_and_applied,
    a_changed_migration_stops_a_run_until_it_is_accepted,
    a_newer_database_stops_a_run_unless_it_is_tolerated,
    a_gap_stops_a_run_and_says_what_to_do,
    a_new_name_for_the_same_text_is_fine,
    status_prints_as_a_table_and_serialises,
);

async fn states(set: &Migrations, db: &Database) -> Vec<MigrationState> {
    let status = set.status(db).await.unwrap();
    status.entries.iter().map(|entry| entry.state).collect()
}

async fn pending_and_applied(db: &Database) {
    let set = counted(3);
    assert_eq!(states(&set, db).await, [MigrationState::Pending; 3]);
    set.run_to(db, 2).await.unwrap();
    assert_eq!(
        states(&set, db).await,
        [
            MigrationState::Applied,
            MigrationState::Applied,
            MigrationState::Pending
        ]
    );
}

fn edited() -> Migrations {
    set(&[
        ("1_a.up.surql", "DEFINE TABLE a SCHEMALESS; -- edited"),
        (
            "1_a.down.surql",
            "-- migrate: lossy: to see which script was run\nREMOVE TABLE a; DEFINE TABLE the_edited_one;",
        ),
        ("2_b.up.surql", "DEFINE TABLE b;"),
        ("2_b.down.surql", "REMOVE TABLE b;"),
    ])
}

fn original() -> Migrations {
    set(&[
        ("1_a.up.surql", "DEFINE TABLE a SCHEMALESS;"),
        ("1_a.down.surql", "REMOVE TABLE a;"),
    ])
}

async fn a_changed_migration_stops_a_run_until_it_is_accepted(db: &Database) {
    original().run(db).await.unwrap();
    let edited = edited();
    assert_eq!(
        states(&edited, db).await,
        [MigrationState::Changed, MigrationState::Pending]
    );
    let error = edited.run(db).await.unwrap_err();
    let ErrorKind::Changed { migrations, .. } = error.kind() else {
        panic!("{error}")
    };
    assert_eq!((migrations[0].version, &*migrations[0].name), (1, "a"));
    assert!(error.to_string().contains("accept_changed()"), "{error}");
    assert_eq!(edited.current_version(db).await.unwrap(), 1);

    let report = edited.runner(db).accept_changed().run().await.unwrap();
    assert_eq!(
        (report.accepted.as_slice(), report.steps.len()),
        (&[1][..], 1)
    );
    let message = "1 migration, from version 1 to 2; 1 new text accepted without running";
    assert!(report.to_string().ends_with(message), "{report}");
    assert_eq!(
        states(&edited, db).await,
        [MigrationState::Applied, MigrationState::Applied]
    );
    assert!(edited.run(db).await.unwrap().is_up_to_date());

    // Until accepted, what was recorded with the text that was applied is what reverts it.
    edited.revert_to(db, 0).await.unwrap();
    execute(db, "REMOVE TABLE the_edited_one").await;
    original().run(db).await.unwrap();
    let trusting = edited.runner(db).trust_stored_scripts();
    trusting.revert().await.unwrap();
    execute(db, "DEFINE TABLE the_edited_one").await;
}

async fn a_newer_database_stops_a_run_unless_it_is_tolerated(db: &Database) {
    let (older, newer) = (counted(2), counted(4));
    newer.run(db).await.unwrap();
    assert_eq!(
        states(&older, db).await,
        [
            MigrationState::Applied,
            MigrationState::Applied,
            MigrationState::NotInThisBuild,
            MigrationState::NotInThisBuild
        ]
    );
    let error = older.run(db).await.unwrap_err();
    let ErrorKind::Newer {
        latest: 2,
        migrations: unknown,
        ..
    } = error.kind()
    else {
        panic!("{error}")
    };
    assert_eq!(
        (
            unknown[0].version,
            &*unknown[0].name,
            unknown[0].has_down_script
        ),
        (3, "thing_3", true)
    );
    let report = older.runner(db).allow_newer().run().await.unwrap();
    assert_eq!((report.to, report.steps.len()), (4, 0));
    assert_eq!(counts(db, 4).await, [(1, 1); 4]);
}

async fn a_gap_stops_a_run_and_says_what_to_do(db: &Database) {
    let set = counted(5);
    set.run_to(db, 4).await.unwrap();
    execute(db, "DELETE _sbl_migrations WHERE version IN [2, 3]").await;
    let error = set.run(db).await.unwrap_err();
    assert!(
        matches!(
            error.kind(),
            ErrorKind::Gap { current: 4, missing, .. } if (missing[0].first, missing[0].last) == (2, 3)
        ),
        "{error}"
    );
    assert!(error.to_string().contains("2 to 3"), "{error}");
    assert_eq!(set.current_version(db).await.unwrap(), 4);
    assert_eq!(states(&set, db).await[1..3], [MigrationState::Pending; 2]);
    // The way out that the message names.
    set.revert_to(db, 1).await.unwrap();
    assert_eq!(set.current_version(db).await.unwrap(), 1);
}

async fn a_new_name_for_the_same_text_is_fine(db: &Database) {
    original().run(db).await.unwrap();
    let renamed = set(&[
        ("001_better_name.surql", "DEFINE TABLE a SCHEMALESS;"),
        ("001_better_name_down.surql", "REMOVE TABLE a;"),
    ]);
    assert!(renamed.run(db).await.unwrap().is_up_to_date());
    assert_eq!(states(&renamed, db).await, [MigrationState::Applied]);
}

async fn status_prints_as_a_table_and_serialises(db: &Database) {
    let set = counted(2);
    set.run_one(db).await.unwrap();
    let status = set.status(db).await.unwrap();
    let text = status.to_string();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines[0],
        "version  name     state       applied at               took"
    );
    assert!(
        lines[1].starts_with("      1  thing_1  applied     2"),
        "{text}"
    );
    assert!(lines[1].ends_with('s'), "{text}");
    assert_eq!(lines[2], "      2  thing_2  pending");
    let json = serde_json::to_value(&status).unwrap();
    assert_eq!(json["current_version"], 1);
    assert_eq!(json["entries"][1]["state"], "pending");
}
