//! Adopting proves what it records: the schema has to be what the migrations make.

use migrate_runtime::{ErrorKind, MigrationState, Migrations};
use tests::connection::Database;
use tests::on_every_engine;
use tests::questions::{ask_json, execute};
use tests::sets::set;

on_every_engine!(
    what_is_not_there_is_not_adopted,
    what_no_migration_has_to_do_with_does_not_matter,
    what_a_later_migration_makes_tells_another_version,
    differences_can_be_allowed,
    the_version_that_fits_best_is_found,
    rows_of_another_program_are_proved_as_well,
    what_a_migration_assumes_is_not_compared,
);

const PEOPLE: &str = "DEFINE TABLE person SCHEMAFULL;\nDEFINE FIELD name ON person TYPE string;\n";
const PETS: &str = "DEFINE TABLE pet;\nDEFINE INDEX owner ON pet FIELDS owner;\n";
const NAMES: &str = "UPDATE person SET name = string::trim(name);\n";
const AGES: &str = "DEFINE FIELD age ON person TYPE option<int>;\n";

fn people() -> Migrations {
    set(&[
        ("1_people.up.surql", PEOPLE),
        ("1_people.down.surql", "REMOVE TABLE person;"),
        ("2_pets.up.surql", PETS),
        ("2_pets.down.surql", "REMOVE TABLE pet;"),
        ("3_names.up.surql", NAMES),
        (
            "3_names.down.surql",
            "-- migrate: lossy: nobody needs the blanks",
        ),
        ("4_ages.up.surql", AGES),
        (
            "4_ages.down.surql",
            "REMOVE FIELD age ON person; UPDATE person UNSET age;",
        ),
    ])
}

async fn adopted(set: &Migrations, db: &Database) -> usize {
    let entries = set.status(db).await.unwrap().entries;
    let states = entries.iter().map(|entry| entry.state);
    states.filter(|it| *it == MigrationState::Adopted).count()
}

async fn what_is_not_there_is_not_adopted(db: &Database) {
    let set = people();
    execute(db, PEOPLE).await;
    execute(
        db,
        "DEFINE TABLE pet; DEFINE FIELD OVERWRITE name ON person TYPE option<string>; \
         DEFINE FIELD extra ON person TYPE option<int>",
    )
    .await;
    let error = set.runner(db).adopt(3).await.unwrap_err();
    let ErrorKind::CannotAdopt { drift, .. } = error.kind() else {
        panic!("{error}")
    };
    assert_eq!((drift.version, drift.schema.len()), (3, 3));
    let folder = set
        .get(1)
        .unwrap()
        .up
        .file
        .trim_end_matches("1_people.up.surql");
    assert_eq!(
        error.to_string().replace(folder, "migrations/"),
        "the schema is not what the migrations 1 to 3 make\n    \
           no migration defines field `extra` of table `person`\n      \
             is:        DEFINE FIELD extra ON person TYPE none | int PERMISSIONS FULL\n    \
           different: field `name` of table `person`, defined in migrations/1_people.up.surql:2\n      \
             should be: DEFINE FIELD name ON person TYPE string PERMISSIONS FULL\n      \
             is:        DEFINE FIELD name ON person TYPE none | string PERMISSIONS FULL\n    \
           missing: index `owner` of table `pet`, defined in migrations/2_pets.up.surql:2\n      \
             should be: DEFINE INDEX owner ON pet FIELDS owner\n  \
           = nothing was recorded\n  \
           = help: if the database is at another version: `runner(&db).guess_version()` says which one fits best\n  \
           = help: if it is at this one: make the schema what it should be, and adopt again\n  \
           = help: if you know why it differs, and later migrations can work with that: `runner(&db).allow_drift().adopt(3)`"
    );
    assert_eq!(adopted(&set, db).await, 0);

    execute(
        db,
        "DEFINE INDEX owner ON pet FIELDS owner; DEFINE FIELD OVERWRITE name ON person TYPE string; \
         REMOVE FIELD extra ON person",
    )
    .await;
    assert_eq!(set.runner(db).adopt(3).await.unwrap().adopted, [1, 2, 3]);
    assert_eq!(set.run(db).await.unwrap().steps.len(), 1);
}

/// The other runner keeps a table of what it has done, and the program may have tables of its own.
async fn what_no_migration_has_to_do_with_does_not_matter(db: &Database) {
    let set = people();
    execute(db, PEOPLE).await;
    execute(
        db,
        "CREATE script_migration SET name = '001'; DEFINE TABLE cache; DEFINE FIELD x ON cache; \
         DEFINE FUNCTION fn::theirs() { 1 }; DEFINE USER u ON DATABASE PASSWORD 'only-on-loopback'",
    )
    .await;
    assert_eq!(set.runner(db).adopt(1).await.unwrap().adopted, [1]);
}

async fn what_a_later_migration_makes_tells_another_version(db: &Database) {
    let set = people();
    for script in [PEOPLE, PETS, AGES] {
        execute(db, script).await;
    }
    let error = set.runner(db).adopt(1).await.unwrap_err().to_string();
    for there in ["table `pet`", "field `age` of table `person`"] {
        let line = format!("no migration defines {there}");
        assert!(error.contains(&line), "{error}");
    }
    assert_eq!(adopted(&set, db).await, 0);
    assert_eq!(set.runner(db).adopt(4).await.unwrap().adopted.len(), 4);
}

async fn differences_can_be_allowed(db: &Database) {
    let set = people();
    execute(db, "DEFINE TABLE person").await;
    let runner = set.runner(db).allow_drift();
    assert_eq!(runner.adopt(1).await.unwrap().adopted, [1]);
    assert_eq!(adopted(&set, db).await, 1);
}

async fn the_version_that_fits_best_is_found(db: &Database) {
    let set = people();
    let guess = set.runner(db).guess_version().await.unwrap();
    assert_eq!(guess.versions, [0]);
    execute(db, PEOPLE).await;
    let guess = set.runner(db).guess_version().await.unwrap();
    assert_eq!(
        guess.to_string(),
        "version 1 fits best: the schema is what the migrations make of it, at version 1"
    );
    // The third one changes records alone.
    execute(db, PETS).await;
    let guess = set.runner(db).guess_version().await.unwrap();
    assert_eq!(guess.versions, [2, 3]);
    assert!(guess.drift.is_empty(), "{guess}");
    execute(
        db,
        "DEFINE FIELD OVERWRITE name ON person TYPE int; DEFINE TABLE theirs",
    )
    .await;
    let guess = set.runner(db).guess_version().await.unwrap();
    assert_eq!(
        (&*guess.versions, guess.drift.schema.len()),
        (&[2, 3][..], 1)
    );
    execute(db, AGES).await;
    let guess = set.runner(db).guess_version().await.unwrap();
    assert_eq!((&*guess.versions, guess.drift.schema.len()), (&[4][..], 1));
    let json = serde_json::to_value(&guess).unwrap();
    assert_eq!(json["drift"]["schema"][0]["kind"], "different");
    // Nothing is written.
    assert_eq!(set.current_version(db).await.unwrap(), 0);
    let tables = ask_json(db, "RETURN object::keys((INFO FOR DB).tables)").await;
    assert_eq!(tables, serde_json::json!(["person", "pet", "theirs"]));
}

async fn rows_of_another_program_are_proved_as_well(db: &Database) {
    let set = people();
    execute(
        db,
        "CREATE _sbl_migrations:1 SET version = 1, applied_at = time::now(); DEFINE TABLE person",
    )
    .await;
    let error = set.runner(db).adopt(1).await.unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::CannotAdopt { .. }),
        "{error}"
    );
    execute(db, &format!("REMOVE TABLE person; {PEOPLE}")).await;
    assert_eq!(set.runner(db).adopt(1).await.unwrap().adopted, [1]);
}

async fn what_a_migration_assumes_is_not_compared(db: &Database) {
    let set = set(&[
        ("1_people.up.surql", PEOPLE),
        ("1_people.down.surql", "REMOVE TABLE person;"),
        (
            "2_legacy.up.surql",
            "-- migrate: assumes table legacy\nDEFINE FIELD seen ON legacy TYPE option<bool>;",
        ),
        (
            "2_legacy.down.surql",
            "REMOVE FIELD seen ON legacy; UPDATE legacy UNSET seen;",
        ),
    ]);
    execute(db, PEOPLE).await;
    execute(
        db,
        "DEFINE TABLE legacy SCHEMAFULL; DEFINE FIELD a ON legacy TYPE int",
    )
    .await;
    let guess = set.runner(db).guess_version().await.unwrap();
    assert_eq!(guess.versions, [1], "{guess}");
    assert_eq!(set.runner(db).adopt(1).await.unwrap().adopted, [1]);
}
