//! Databases that one of the two Python runners has kept so far: taken over as they stand, and
//! readable to their reader afterwards.

use migrate_runtime::{MigrationState, Status};
use tests::connection::Database;
use tests::on_every_engine;
use tests::questions::{ask_json, counts, execute};
use tests::sets::counted;

on_every_engine!(
    rows_on_a_table_without_a_schema,
    rows_with_random_ids_on_a_schemafull_table,
    a_row_without_a_time_stays_without_one,
    a_table_that_was_open_is_closed,
    a_history_that_is_up_to_date_is_left_as_it_is,
);

const SCHEMAFULL: &str = "
    DEFINE TABLE IF NOT EXISTS _sbl_migrations SCHEMAFULL;
    DEFINE FIELD IF NOT EXISTS version ON _sbl_migrations TYPE int;
    DEFINE FIELD IF NOT EXISTS name ON _sbl_migrations TYPE string;
    DEFINE FIELD IF NOT EXISTS applied_at ON _sbl_migrations TYPE datetime DEFAULT time::now();
    DEFINE INDEX IF NOT EXISTS idx_version ON _sbl_migrations FIELDS version UNIQUE;";

/// What the first two migrations of a counted set have made.
async fn make_what_two_migrations_make(db: &Database) {
    execute(db, "DEFINE TABLE thing_1 SCHEMALESS; CREATE thing_1; DEFINE TABLE thing_2 SCHEMALESS; CREATE thing_2; CREATE counter:1 SET up = 1; CREATE counter:2 SET up = 1").await;
}

async fn rows_on_a_table_without_a_schema(db: &Database) {
    make_what_two_migrations_make(db).await;
    for version in [1, 2] {
        execute(db, &format!("CREATE type::record('_sbl_migrations', {version}) SET version = {version}, applied_at = time::now()")).await;
    }
    goes_on_from_2(db).await;
    // Its writer can go on as well.
    execute(
        db,
        "CREATE type::record('_sbl_migrations', 5) SET version = 5, applied_at = time::now()",
    )
    .await;
}

async fn rows_with_random_ids_on_a_schemafull_table(db: &Database) {
    make_what_two_migrations_make(db).await;
    execute(db, SCHEMAFULL).await;
    execute(
        db,
        "CREATE _sbl_migrations CONTENT { version: 1, name: 'create_users' }",
    )
    .await;
    execute(
        db,
        "CREATE _sbl_migrations CONTENT { version: 2, name: 'more' }",
    )
    .await;
    goes_on_from_2(db).await;
    execute(db, SCHEMAFULL).await;
    execute(
        db,
        "CREATE _sbl_migrations CONTENT { version: 5, name: 'later' }",
    )
    .await;
}

async fn goes_on_from_2(db: &Database) {
    let set = counted(4);
    assert_eq!(set.current_version(db).await.unwrap(), 2);
    assert_eq!(
        states(&set.status(db).await.unwrap()),
        [
            MigrationState::Unverified,
            MigrationState::Unverified,
            MigrationState::Pending,
            MigrationState::Pending
        ]
    );
    let report = set.run(db).await.unwrap();
    assert_eq!((report.from, report.to, report.steps.len()), (2, 4, 2));
    assert_eq!(counts(db, 4).await, [(1, 1); 4]);
    assert_eq!(
        states(&set.status(db).await.unwrap()),
        [
            MigrationState::Unverified,
            MigrationState::Unverified,
            MigrationState::Applied,
            MigrationState::Applied
        ]
    );
    for (index, row) in reader(db).await.iter().enumerate() {
        assert_eq!(row["version"], index + 1);
        assert!(row["applied_at"].is_string(), "{row}");
        assert!(
            index < 2 || row["name"] == format!("thing_{}", index + 1),
            "{row}"
        );
    }
    // Back into what the other program has applied, and up again.
    set.revert_to(db, 1).await.unwrap();
    assert_eq!(reader(db).await.len(), 1);
    set.run(db).await.unwrap();
    assert_eq!(counts(db, 4).await, [(1, 1), (2, 1), (2, 1), (2, 1)]);
}

/// What the Python readers ask.
async fn reader(db: &Database) -> Vec<serde_json::Value> {
    let rows = ask_json(db, "SELECT * FROM _sbl_migrations ORDER BY version").await;
    rows.as_array().unwrap().clone()
}

fn states(status: &Status) -> Vec<MigrationState> {
    status.entries.iter().map(|entry| entry.state).collect()
}

/// As somebody may write it who wants the first migrations to count as applied.
async fn a_row_without_a_time_stays_without_one(db: &Database) {
    make_what_two_migrations_make(db).await;
    execute(
        db,
        "CREATE _sbl_migrations:1 SET version = 1; CREATE _sbl_migrations SET version = 2",
    )
    .await;
    assert_eq!(counted(4).run(db).await.unwrap().to, 4);
    let times = reader(db).await.into_iter();
    let has_time: Vec<bool> = times.map(|row| row["applied_at"].is_string()).collect();
    assert_eq!(has_time, [false, false, true, true]);
    assert_eq!(counted(4).revert_to(db, 0).await.unwrap().to, 0);
}

async fn a_table_that_was_open_is_closed(db: &Database) {
    execute(
        db,
        "DEFINE TABLE _sbl_migrations SCHEMALESS PERMISSIONS FULL",
    )
    .await;
    counted(1).run(db).await.unwrap();
    let table = ask_json(db, "RETURN (INFO FOR DB).tables._sbl_migrations").await;
    assert!(
        table.as_str().unwrap().ends_with("PERMISSIONS NONE"),
        "{table}"
    );
}

async fn a_history_that_is_up_to_date_is_left_as_it_is(db: &Database) {
    make_what_two_migrations_make(db).await;
    execute(db, SCHEMAFULL).await;
    execute(
        db,
        "CREATE _sbl_migrations CONTENT { version: 1, name: 'create_users' }",
    )
    .await;
    let info = "RETURN [(INFO FOR DB).tables, INFO FOR TABLE _sbl_migrations]";
    let before = ask_json(db, info).await;
    let set = counted(1);
    assert!(set.run(db).await.unwrap().is_up_to_date());
    let without_lease = set.runner(db).without_lease();
    assert!(without_lease.run().await.unwrap().is_up_to_date());
    assert_eq!(ask_json(db, info).await, before);
}
