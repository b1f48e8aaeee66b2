//! Recording the text that one applied migration has now.

use migrate_runtime::{ErrorKind, MigrationState};
use tests::connection::Database;
use tests::on_every_engine;
use tests::sets::{counted, set};

on_every_engine!(
    one_edited_migration_is_accepted_and_not_run,
    what_is_recorded_already_is_left_alone,
    what_is_not_applied_cannot_be_accepted,
);

/// Two migrations, both with another comment than before.
fn edited() -> migrate_runtime::Migrations {
    set(&[
        ("1.up.surql", "-- New.\nDEFINE TABLE a;"),
        ("1.down.surql", "REMOVE TABLE a;"),
        ("2.up.surql", "-- New.\nDEFINE TABLE b;"),
        ("2.down.surql", "-- New.\nREMOVE TABLE b;"),
    ])
}

fn before() -> migrate_runtime::Migrations {
    set(&[
        ("1.up.surql", "DEFINE TABLE a;"),
        ("1.down.surql", "REMOVE TABLE a;"),
        ("2.up.surql", "DEFINE TABLE b;"),
        ("2.down.surql", "REMOVE TABLE b;"),
    ])
}

async fn one_edited_migration_is_accepted_and_not_run(db: &Database) {
    before().run(db).await.unwrap();
    let set = edited();
    let report = set.runner(db).accept(2).await.unwrap();
    assert_eq!(
        report.to_string(),
        "1 new text accepted without running, still at version 2"
    );
    assert_eq!((&*report.accepted, report.steps.len()), (&[2][..], 0));
    let status = set.status(db).await.unwrap();
    let found: Vec<MigrationState> = status.entries.iter().map(|it| it.state).collect();
    assert_eq!(found, [MigrationState::Changed, MigrationState::Applied]);
    // The other one still stops a run.
    let error = set.run(db).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Changed { .. }), "{error}");
    set.runner(db).accept(1).await.unwrap();
    assert!(set.run(db).await.unwrap().is_up_to_date());
}

async fn what_is_recorded_already_is_left_alone(db: &Database) {
    before().run(db).await.unwrap();
    let report = before().runner(db).accept(1).await.unwrap();
    assert!(report.is_up_to_date(), "{report}");
}

async fn what_is_not_applied_cannot_be_accepted(db: &Database) {
    let error = counted(2).runner(db).accept(1).await.unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::NotApplied { version: 1, .. }),
        "{error}"
    );
    let error = counted(2).runner(db).accept(3).await.unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::NoSuchVersion { version: 3, .. }),
        "{error}"
    );
}
