//! Coming to a database that another program or a person has set up.

use migrate_runtime::{ErrorKind, MigrationState, Migrations};
use tests::connection::Database;
use tests::on_every_engine;
use tests::questions::{ask_json, counts, execute};
use tests::sets::{counted, set};

on_every_engine!(
    a_first_run_does_not_start_on_tables_that_are_there,
    adopted_migrations_are_recorded_and_not_run,
    adopting_twice_or_elsewhere,
    rows_of_another_program_get_their_checksums,
    already_exists_in_a_first_run_names_adopt,
    two_processes_adopt_at_the_same_moment,
);

async fn states(set: &Migrations, db: &Database) -> Vec<MigrationState> {
    let status = set.status(db).await.unwrap();
    status.entries.iter().map(|entry| entry.state).collect()
}

/// As another runner would leave it: the schema of three migrations, and data.
async fn set_up_by_another_runner(db: &Database) {
    execute(
        db,
        "DEFINE TABLE thing_1 SCHEMALESS; CREATE thing_1:1; DEFINE TABLE thing_2 SCHEMALESS; \
         DEFINE TABLE thing_3 SCHEMALESS; DEFINE TABLE counter; DEFINE TABLE unrelated",
    )
    .await;
}

async fn a_first_run_does_not_start_on_tables_that_are_there(db: &Database) {
    set_up_by_another_runner(db).await;
    let before = ask_json(db, "INFO FOR DB").await;
    let set = counted(4);
    for error in [
        set.run(db).await.unwrap_err(),
        set.run_one(db).await.unwrap_err(),
        set.runner(db).without_lease().run().await.unwrap_err(),
        set.plan(db).await.unwrap_err(),
    ] {
        let ErrorKind::ExistingTables { tables, .. } = error.kind() else {
            panic!("{error}")
        };
        assert_eq!(*tables, ["thing_1", "thing_2", "thing_3"]);
        assert!(error.to_string().contains(".adopt("), "{error}");
    }
    assert_eq!(ask_json(db, "INFO FOR DB").await, before);

    // Reading is no first run, and what is meant to be so can be said.
    assert_eq!(set.current_version(db).await.unwrap(), 0);
    assert!(set.needs_migration(db).await.unwrap());
    execute(db, "REMOVE TABLE thing_1; REMOVE TABLE thing_2").await;
    let allowed = set.runner(db).allow_existing_tables();
    assert_eq!(allowed.run_to(2).await.unwrap().to, 2);
    // From then on there is a history.
    set.revert_to(db, 0).await.unwrap();
    execute(db, "DEFINE TABLE thing_4; REMOVE TABLE thing_4").await;
    set.run_to(db, 2).await.unwrap();
}

async fn adopted_migrations_are_recorded_and_not_run(db: &Database) {
    set_up_by_another_runner(db).await;
    let set = counted(5);
    let report = set.runner(db).adopt(3).await.unwrap();
    assert_eq!((report.from, report.to, report.adopted.len()), (0, 3, 3));
    assert_eq!(
        report.to_string(),
        "3 migrations adopted without running, now at version 3"
    );
    assert_eq!(
        ask_json(db, "RETURN counter:1.up").await,
        serde_json::json!(null)
    );
    let states = states(&set, db).await;
    assert_eq!(states[..3], [MigrationState::Adopted; 3]);
    assert_eq!(states[3..], [MigrationState::Pending; 2]);

    // From here on it is a history like any other.
    assert_eq!(set.run(db).await.unwrap().steps.len(), 2);
    assert!(set.run(db).await.unwrap().is_up_to_date());
    set.revert_to(db, 2).await.unwrap();
    assert_eq!(ask_json(db, "RETURN counter:3.down").await, 1);
    assert_eq!(ask_json(db, "RETURN count(SELECT * FROM thing_1)").await, 1);
}

async fn adopting_twice_or_elsewhere(db: &Database) {
    set_up_by_another_runner(db).await;
    let set = counted(5);
    for version in [0, 6] {
        let error = set.runner(db).adopt(version).await.unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::NoSuchVersion { .. }),
            "{error}"
        );
    }
    set.runner(db).adopt(3).await.unwrap();
    assert!(set.runner(db).adopt(3).await.unwrap().is_up_to_date());
    for version in [2, 5] {
        let error = set.runner(db).adopt(version).await.unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::AlreadyRecorded { current: 3, .. }),
            "{error}"
        );
    }
    assert_eq!(set.current_version(db).await.unwrap(), 3);
}

async fn rows_of_another_program_get_their_checksums(db: &Database) {
    execute(
        db,
        "DEFINE TABLE thing_1; DEFINE TABLE thing_2; DEFINE TABLE counter; \
         CREATE _sbl_migrations:1 SET version = 1, applied_at = time::now(); \
         CREATE _sbl_migrations:other SET version = 2, name = 'b', applied_at = time::now()",
    )
    .await;
    let set = counted(3);
    let report = set.runner(db).adopt(2).await.unwrap();
    assert_eq!((report.from, report.to, report.adopted.len()), (2, 2, 2));
    let states = states(&set, db).await;
    assert_eq!(states[..2], [MigrationState::Adopted; 2]);
    assert_eq!(
        ask_json(db, "RETURN count(SELECT * FROM _sbl_migrations)").await,
        2
    );
    assert_eq!(counts(db, 2).await, [(0, 0); 2]);
}

async fn already_exists_in_a_first_run_names_adopt(db: &Database) {
    execute(db, "DEFINE TABLE a; DEFINE FIELD x ON a TYPE int").await;
    let set = set(&[
        ("1.up.surql", "DEFINE FIELD x ON a TYPE string;"),
        ("1.down.surql", "REMOVE FIELD x ON a;"),
    ]);
    let error = set.run(db).await.unwrap_err().to_string();
    assert!(error.contains("adopt(VERSION)"), "{error}");
    assert!(error.contains("do not add OVERWRITE"), "{error}");
}

async fn two_processes_adopt_at_the_same_moment(db: &Database) {
    set_up_by_another_runner(db).await;
    let set = counted(3);
    let (one, other) = tokio::join!(
        set.runner(db).without_lease().adopt(3),
        set.runner(db).without_lease().adopt(3)
    );
    let adopted = one.unwrap().adopted.len() + other.unwrap().adopted.len();
    assert_eq!(adopted, 3);
    assert_eq!(set.current_version(db).await.unwrap(), 3);
}
