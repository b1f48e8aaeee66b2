//! A baseline, on new databases and on those that have had the migrations that it stands for.

use migrate_runtime::{ErrorKind, MigrationState, Migrations, embed_migrations};
use tests::connection::Database;
use tests::on_every_engine;
use tests::questions::{ask_json, execute, schema};
use tests::sets::set;

on_every_engine!(
    a_new_database_is_as_if_it_had_had_all_migrations,
    a_database_at_the_baseline_or_above_goes_on_from_there,
    a_database_below_the_baseline_is_left_alone,
    a_database_in_the_middle_of_the_first_migration_is_left_alone,
    a_baseline_is_reverted_as_a_whole_or_not_at_all,
    what_is_stored_with_the_last_migration_is_not_taken_for_the_whole,
    a_baseline_without_a_list_is_not_compared,
    a_baseline_that_fails_leaves_nothing,
    a_baseline_is_part_of_a_group,
    a_database_is_adopted_at_the_baseline,
    an_edited_migration_below_the_baseline_is_noticed,
    builds_with_and_without_the_baseline_meet,
    the_schema_is_proved_and_compared,
    what_another_program_has_recorded_counts,
    the_macro_embeds_what_it_stands_for,
);

embed_migrations!(static EMBEDDED = "compile/fixtures/baseline");

const OLD: [(&str, &str); 6] = [
    ("001_notes.up.surql", "DEFINE TABLE note SCHEMAFULL;\n"),
    ("001_notes.down.surql", "REMOVE TABLE note;\n"),
    (
        "002_text.up.surql",
        "DEFINE FIELD text ON note TYPE string;\n",
    ),
    ("002_text.down.surql", "REMOVE FIELD text ON note;\n"),
    (
        "003_tags.up.surql",
        "DEFINE TABLE tag SCHEMALESS;\nDEFINE FIELD tag ON note TYPE option<record<tag>>;\n",
    ),
    (
        "003_tags.down.surql",
        "REMOVE FIELD tag ON note;\nREMOVE TABLE tag;\n",
    ),
];

const LATER: [(&str, &str); 2] = [
    (
        "004_stars.up.surql",
        "DEFINE FIELD stars ON note TYPE option<int>;\n",
    ),
    ("004_stars.down.surql", "REMOVE FIELD stars ON note;\n"),
];

const WHOLE: &str = "DEFINE TABLE note SCHEMAFULL;\nDEFINE FIELD text ON note TYPE string;\n\
    DEFINE TABLE tag SCHEMALESS;\nDEFINE FIELD tag ON note TYPE option<record<tag>>;\n";

/// The build that still has all scripts.
fn old() -> Migrations {
    set(&[&OLD[..], &LATER[..]].concat())
}

/// What a baseline says of the migrations of another build.
fn list(old: &Migrations, to: u32) -> String {
    let replaced = old.iter().take_while(|it| it.version <= to);
    let lines = replaced.map(|it| {
        let (version, name, checksum) = (it.version, &it.name, it.checksum);
        format!("-- migrate: replaces {version} {name} {checksum}\n")
    });
    lines.collect()
}

/// The build with a baseline in place of the first three.
fn squashed() -> Migrations {
    baseline(&list(&old(), 3), true)
}

fn baseline(list: &str, has_down_script: bool) -> Migrations {
    let up = format!("-- migrate: baseline\n{list}{WHOLE}");
    let mut files = LATER.to_vec();
    files.push(("003_baseline.up.surql", &up));
    if has_down_script {
        files.push((
            "003_baseline.down.surql",
            "REMOVE TABLE note;\nREMOVE TABLE tag;\n",
        ));
    }
    set(&files)
}

async fn states(set: &Migrations, db: &Database) -> Vec<(u32, MigrationState)> {
    let status = set.status(db).await.unwrap();
    let entries = status.entries.iter();
    entries.map(|entry| (entry.version, entry.state)).collect()
}

async fn names(set: &Migrations, db: &Database) -> Vec<String> {
    let status = set.status(db).await.unwrap();
    let entries = status.entries.into_iter();
    entries.map(|entry| entry.name).collect()
}

async fn versions(db: &Database) -> serde_json::Value {
    ask_json(
        db,
        "SELECT VALUE version FROM _sbl_migrations ORDER BY version",
    )
    .await
}

async fn a_new_database_is_as_if_it_had_had_all_migrations(db: &Database) {
    use MigrationState::{Adopted, Applied, Pending};

    let (old, squashed) = (old(), squashed());
    assert_eq!(states(&squashed, db).await, [(3, Pending), (4, Pending)]);
    assert_eq!(squashed.plan(db).await.unwrap().pending.len(), 2);
    let report = squashed.run(db).await.unwrap();
    assert_eq!((report.from, report.to, report.steps.len()), (0, 4, 2));
    for set in [&squashed, &old] {
        assert_eq!(
            states(set, db).await,
            [(1, Adopted), (2, Adopted), (3, Applied), (4, Applied)]
        );
        assert_eq!(names(set, db).await[..2], ["notes", "text"]);
        assert!(set.run(db).await.unwrap().is_up_to_date());
        assert!(!set.needs_migration(db).await.unwrap());
        assert_eq!(set.current_version(db).await.unwrap(), 4);
    }
    // As the Python runners read it.
    let rows = "SELECT version, name, applied_at FROM _sbl_migrations ORDER BY version DESC";
    let rows = ask_json(db, rows).await;
    assert_eq!(
        (&rows[0]["version"], rows.as_array().unwrap().len()),
        (&4.into(), 4)
    );
    let is_whole =
        |row: &serde_json::Value| row["name"].is_string() && row["applied_at"].is_string();
    assert!(rows.as_array().unwrap().iter().all(is_whole), "{rows}");

    // The other build steps back as it always could.
    old.revert_to(db, 1).await.unwrap();
    assert_eq!(versions(db).await, serde_json::json!([1]));
    old.run(db).await.unwrap();
    assert!(squashed.run(db).await.unwrap().is_up_to_date());
}

async fn a_database_at_the_baseline_or_above_goes_on_from_there(db: &Database) {
    use MigrationState::{Applied, Pending};

    let (old, squashed) = (old(), squashed());
    old.run_to(db, 3).await.unwrap();
    execute(db, "CREATE note:1 SET text = 'kept'").await;
    assert_eq!(
        states(&squashed, db).await,
        [(1, Applied), (2, Applied), (3, Applied), (4, Pending)]
    );
    assert!(squashed.needs_migration(db).await.unwrap());
    let report = squashed.run(db).await.unwrap();
    assert_eq!((report.from, report.to, report.steps.len()), (3, 4, 1));
    assert_eq!(ask_json(db, "note:1.text").await, "kept");
    assert!(squashed.run(db).await.unwrap().is_up_to_date());
    assert!(old.run(db).await.unwrap().is_up_to_date());
    assert!(squashed.runner(db).adopt(4).await.unwrap().is_up_to_date());
}

async fn a_database_below_the_baseline_is_left_alone(db: &Database) {
    let (old, squashed) = (old(), squashed());
    old.run_to(db, 2).await.unwrap();
    let before = (schema(db).await, versions(db).await);
    let runner = || squashed.runner(db).without_lease();
    for error in [
        squashed.run(db).await.unwrap_err(),
        runner().run().await.unwrap_err(),
        runner().grouped().run().await.unwrap_err(),
        squashed.run_to(db, 4).await.unwrap_err(),
        squashed.run_one(db).await.unwrap_err(),
        squashed.revert(db).await.unwrap_err(),
        squashed.revert_to(db, 0).await.unwrap_err(),
        squashed.redo(db).await.unwrap_err(),
        squashed.plan(db).await.unwrap_err(),
        squashed.drift(db).await.unwrap_err(),
        squashed.runner(db).adopt(3).await.unwrap_err(),
        squashed
            .runner(db)
            .allow_newer()
            .accept_changed()
            .run()
            .await
            .unwrap_err(),
    ] {
        assert!(
            matches!(
                error.kind(),
                ErrorKind::BelowBaseline {
                    current: 2,
                    baseline: 3,
                    ..
                }
            ),
            "{error}"
        );
        assert!(
            error.to_string().contains("003_baseline.up.surql"),
            "{error}"
        );
    }
    let error = squashed.run_to(db, 2).await;
    assert!(error.is_err());
    assert_eq!((schema(db).await, versions(db).await), before);
    assert!(squashed.needs_migration(db).await.unwrap());
    // What the message says to do.
    old.run_to(db, 3).await.unwrap();
    assert_eq!(squashed.run(db).await.unwrap().to, 4);
}

async fn a_database_in_the_middle_of_the_first_migration_is_left_alone(db: &Database) {
    let per_statement = set(&[
        (
            "1_notes.up.surql",
            "-- migrate: per-statement\nDEFINE TABLE note SCHEMAFULL;\nTHROW 'not yet';\n",
        ),
        ("1_notes.down.surql", "REMOVE TABLE IF EXISTS note;\n"),
    ]);
    per_statement.run(db).await.unwrap_err();
    for baseline in [squashed(), baseline("", true)] {
        let error = baseline.run(db).await.unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::BelowBaseline { current: 0, .. }),
            "{error}"
        );
    }
    assert_eq!(versions(db).await, serde_json::json!([]));
}

async fn a_baseline_is_reverted_as_a_whole_or_not_at_all(db: &Database) {
    let squashed = squashed();
    squashed.run(db).await.unwrap();
    for version in [1, 2] {
        let error = squashed.revert_to(db, version).await.unwrap_err();
        assert!(
            matches!(
                error.kind(),
                ErrorKind::WithinBaseline {
                    current: 4,
                    has_down_script: true,
                    ..
                }
            ),
            "{error}"
        );
        let error = squashed
            .runner(db)
            .plan_revert_to(version)
            .await
            .unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::WithinBaseline { .. }),
            "{error}"
        );
    }
    assert_eq!(versions(db).await, serde_json::json!([1, 2, 3, 4]));
    assert_eq!(squashed.revert(db).await.unwrap().to, 3);
    for error in [
        squashed.revert(db).await.unwrap_err(),
        squashed.redo(db).await.unwrap_err(),
    ] {
        assert!(
            matches!(
                error.kind(),
                ErrorKind::WithinBaseline {
                    version: 2,
                    current: 3,
                    ..
                }
            ),
            "{error}"
        );
    }
    for version in [1, 2] {
        let error = squashed.run_to(db, version).await.unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::WrongDirection { .. }),
            "{error}"
        );
    }
    // Without a down script there is no way back.
    let error = baseline(&list(&old(), 3), false)
        .revert_to(db, 0)
        .await
        .unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::Irreversible { version: 3, .. }),
        "{error}"
    );
    assert_eq!(versions(db).await, serde_json::json!([1, 2, 3]));

    squashed.run(db).await.unwrap();
    let plan = squashed.runner(db).plan_revert_to(0).await.unwrap();
    assert_eq!(plan.reverts.len(), 2);
    let report = squashed.revert_to(db, 0).await.unwrap();
    assert_eq!((report.from, report.to, report.steps.len()), (4, 0, 2));
    assert_eq!(versions(db).await, serde_json::json!([]));
    assert!(!schema(db).await.contains_key("note"));
    // On a new database, a version that it stands for is not one to go to.
    for error in [
        squashed.run_to(db, 2).await.unwrap_err(),
        squashed.runner(db).adopt(2).await.unwrap_err(),
    ] {
        assert!(
            matches!(
                error.kind(),
                ErrorKind::ReplacedVersion {
                    version: 2,
                    baseline: 3,
                    ..
                }
            ),
            "{error}"
        );
    }
    assert_eq!(squashed.run_one(db).await.unwrap().to, 3);
    assert_eq!(squashed.run_one(db).await.unwrap().to, 4);
    assert_eq!(squashed.run_one(db).await.unwrap().to, 4);
    let report = squashed
        .runner(db)
        .without_lease()
        .revert_to(0)
        .await
        .unwrap();
    assert_eq!((report.to, report.steps.len()), (0, 2));
}

async fn what_is_stored_with_the_last_migration_is_not_taken_for_the_whole(db: &Database) {
    let (old, squashed) = (old(), squashed());
    old.run_to(db, 3).await.unwrap();
    // As if it had been edited: its stored down script would be the one to run.
    execute(db, "UPDATE _sbl_migrations:3 SET checksum = 'another'").await;
    squashed.revert_to(db, 0).await.unwrap();
    assert_eq!(versions(db).await, serde_json::json!([]));
    assert!(!schema(db).await.contains_key("note"));

    // And a build that has the scripts does not find the one of the baseline.
    squashed.run(db).await.unwrap();
    let stored = "SELECT VALUE down FROM _sbl_migrations WHERE version <= 3 AND down != NONE";
    assert_eq!(ask_json(db, stored).await, serde_json::json!([]));
    let two = set(&OLD[..4]);
    let error = two.revert_to(db, 2).await.unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::NoDownScript { version: 3, .. }),
        "{error}"
    );
}

async fn a_baseline_without_a_list_is_not_compared(db: &Database) {
    use MigrationState::{Applied, Unverified};

    let (old, bare) = (old(), baseline("", true));
    old.run_to(db, 3).await.unwrap();
    assert_eq!(bare.run(db).await.unwrap().steps.len(), 1);
    let expected = [
        (1, Unverified),
        (2, Unverified),
        (3, Unverified),
        (4, Applied),
    ];
    assert_eq!(states(&bare, db).await, expected);
    assert_eq!(names(&bare, db).await[..3], ["notes", "text", "tags"]);
    for set in [&bare, &old] {
        assert!(set.run(db).await.unwrap().is_up_to_date());
        assert!(!set.needs_migration(db).await.unwrap());
    }
    assert!(bare.runner(db).adopt(4).await.unwrap().is_up_to_date());
    assert!(bare.runner(db).accept(2).await.unwrap().is_up_to_date());
    bare.revert_to(db, 0).await.unwrap();

    // A new database is no obstacle to the build with the scripts, either.
    bare.run(db).await.unwrap();
    assert_eq!(states(&old, db).await, expected);
    for set in [&bare, &old] {
        assert!(set.run(db).await.unwrap().is_up_to_date());
    }
    old.revert_to(db, 2).await.unwrap();
    assert_eq!(versions(db).await, serde_json::json!([1, 2]));
}

async fn a_baseline_that_fails_leaves_nothing(db: &Database) {
    let broken = set(&[(
        "3_baseline.up.surql",
        "-- migrate: baseline\nDEFINE TABLE note;\nTHROW 'no';\n",
    )]);
    let error = broken.run(db).await.unwrap_err();
    let ErrorKind::Script(script) = error.kind() else {
        panic!("{error}")
    };
    assert_eq!((script.version, script.place.unwrap().line), (3, 3));
    assert_eq!(versions(db).await, serde_json::json!([]));
    assert!(!schema(db).await.contains_key("note"));
}

async fn a_baseline_is_part_of_a_group(db: &Database) {
    let squashed = squashed();
    let report = squashed.runner(db).grouped().run().await.unwrap();
    assert_eq!((report.to, report.steps.len()), (4, 2));
    assert_eq!(versions(db).await, serde_json::json!([1, 2, 3, 4]));
    assert!(old().run(db).await.unwrap().is_up_to_date());
    let report = squashed.runner(db).grouped().revert_to(0).await.unwrap();
    assert_eq!((report.to, report.steps.len()), (0, 2));
    assert_eq!(versions(db).await, serde_json::json!([]));
}

async fn a_database_is_adopted_at_the_baseline(db: &Database) {
    let squashed = squashed();
    execute(db, WHOLE).await;
    let error = squashed.run(db).await.unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::ExistingTables { .. }),
        "{error}"
    );
    let guess = squashed.runner(db).guess_version().await.unwrap();
    assert_eq!(guess.versions, [3]);
    let report = squashed.runner(db).adopt(3).await.unwrap();
    assert_eq!(report.adopted, [1, 2, 3]);
    assert_eq!(squashed.run(db).await.unwrap().to, 4);
    assert!(old().run(db).await.unwrap().is_up_to_date());
    assert_eq!(
        states(&squashed, db).await[..3],
        [1, 2, 3].map(|version| (version, MigrationState::Adopted))
    );
}

async fn an_edited_migration_below_the_baseline_is_noticed(db: &Database) {
    let (old, squashed) = (old(), squashed());
    old.run(db).await.unwrap();
    execute(db, "UPDATE _sbl_migrations:2 SET checksum = 'another'").await;
    let error = squashed.run(db).await.unwrap_err();
    let ErrorKind::Changed { migrations, .. } = error.kind() else {
        panic!("{error}")
    };
    assert_eq!((migrations[0].version, &*migrations[0].name), (2, "text"));
    let report = squashed.runner(db).accept_changed().run().await.unwrap();
    assert_eq!(report.accepted, [2]);
    for set in [&squashed, &old] {
        assert!(set.run(db).await.unwrap().is_up_to_date());
    }
}

async fn builds_with_and_without_the_baseline_meet(db: &Database) {
    let (old, squashed) = (old(), squashed());
    for round in 0..6 {
        let with = squashed.runner(db).without_lease();
        let without = old.runner(db).without_lease();
        let (with, without) = if round % 2 == 0 {
            tokio::join!(with.run(), without.run())
        } else {
            let (without, with) = tokio::join!(without.run(), with.run());
            (with, without)
        };
        // Where the scripts are half-way, the baseline has nothing to do there.
        without.unwrap();
        if let Err(error) = with {
            assert!(
                matches!(error.kind(), ErrorKind::BelowBaseline { .. }),
                "{error}"
            );
        }
        assert_eq!(versions(db).await, serde_json::json!([1, 2, 3, 4]));
        assert!(squashed.run(db).await.unwrap().is_up_to_date());
        let revert = || squashed.runner(db).without_lease().revert_to(0);
        let run = || squashed.runner(db).without_lease().run();
        let (reverted, run) = tokio::join!(revert(), run());
        reverted.unwrap();
        run.unwrap();
        let now = versions(db).await;
        let whole = [vec![], vec![1, 2, 3], vec![1, 2, 3, 4]];
        assert!(
            whole.iter().any(|whole| now == serde_json::json!(whole)),
            "{now}"
        );
        assert_eq!(
            schema(db).await.contains_key("note"),
            now != serde_json::json!([])
        );
        squashed.revert_to(db, 0).await.unwrap();
    }
}

async fn what_another_program_has_recorded_counts(db: &Database) {
    execute(db, WHOLE).await;
    for version in 1..=3 {
        let row = format!("version = {version}, name = 'm{version}', applied_at = time::now()");
        execute(db, &format!("CREATE _sbl_migrations SET {row}")).await;
    }
    let squashed = squashed();
    assert_eq!(
        states(&squashed, db).await[..3],
        [1, 2, 3].map(|version| (version, MigrationState::Unverified))
    );
    let report = squashed.run(db).await.unwrap();
    assert_eq!((report.from, report.to), (3, 4));
    assert_eq!(
        squashed.runner(db).adopt(4).await.unwrap().adopted,
        [1, 2, 3]
    );
    assert_eq!(squashed.revert_to(db, 0).await.unwrap().to, 0);
    assert_eq!(versions(db).await, serde_json::json!([]));
}

async fn the_schema_is_proved_and_compared(db: &Database) {
    let squashed = squashed();
    let verification = squashed.verify(db).await.unwrap();
    assert_eq!(
        (verification.migrations.len(), verification.not_tried),
        (2, 0)
    );
    assert!(squashed.drift(db).await.unwrap().is_empty());
    old().revert_to(db, 0).await.unwrap();
    old().run_to(db, 3).await.unwrap();
    assert!(squashed.drift(db).await.unwrap().is_empty());
    execute(db, "REMOVE FIELD text ON note").await;
    let drift = squashed.drift(db).await.unwrap();
    assert_eq!(drift.schema[0].object, "field `text` of table `note`");
}

async fn the_macro_embeds_what_it_stands_for(db: &Database) {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/compile/fixtures/baseline");
    let old = Migrations::read(format!("{folder}/before")).unwrap();
    assert_eq!(EMBEDDED.baseline().unwrap().version, 2);
    assert!(EMBEDDED.get(1).is_none() && EMBEDDED.get(2).is_some());
    assert_eq!((EMBEDDED.len(), EMBEDDED.latest_version()), (2, 3));
    assert_eq!(EMBEDDED.run(db).await.unwrap().to, 3);
    assert!(EMBEDDED.run(db).await.unwrap().is_up_to_date());
    assert!(
        old.runner(db)
            .allow_newer()
            .run()
            .await
            .unwrap()
            .is_up_to_date()
    );
    let read = Migrations::read(folder).unwrap();
    assert!(read.run(db).await.unwrap().is_up_to_date());
}
