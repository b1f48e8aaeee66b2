//! What the engine does with the example of each rule, and with what is to be written instead.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use migrate_files::Lint;
use migrate_runtime::{Error, ErrorKind, Event};
use surrealdb::Surreal;
use surrealdb::engine::any::Any;
use surrealdb::types::{ToSql as _, Value};
use tests::application::Application;
use tests::connection::Database;
use tests::on_every_engine;
use tests::questions::execute;
use tests::sets::set;

use crate::pages::Example;
use crate::sets::Files;

/// What a rule is about, seen in a database.
struct Harm {
    lint: Lint,
    /// What there is before the second migration of the example runs.
    records: &'static str,
    /// What tells the two ways apart.
    question: &'static str,
    /// The answers after what the rule is about, and after what is to be written instead; an error's
    /// message counts as one.
    answers: [&'static str; 2],
}

const HARMS: &[Harm] = &[
    Harm {
        lint: Lint::ClauseDropped,
        records: "",
        question: "CREATE ONLY person:1 RETURN VALUE visits",
        answers: [
            "Couldn't coerce value for field `visits` of `person:1`: Expected `int` but found `NONE`",
            "0",
        ],
    },
    Harm {
        lint: Lint::ComputedInView,
        records: "CREATE order:2 SET price = 1",
        question: "CREATE order:1 SET price = 5; SELECT VALUE gross FROM prices",
        answers: ["[NONE, 2]", "[10, 2]"],
    },
    Harm {
        lint: Lint::DefinitionKept,
        records: "",
        question: "CREATE ONLY person:1 SET age = 5 RETURN VALUE age",
        answers: [
            "5",
            "Found field 'age', but no such field exists for table 'person'",
        ],
    },
    Harm {
        lint: Lint::EdgesLeft,
        records: "CREATE person:1, person:2; RELATE person:1->likes->person:2",
        question: "DEFINE TABLE likes TYPE RELATION IN person OUT person; RETURN person:1->likes->person",
        answers: ["[person:2]", "[]"],
    },
    Harm {
        lint: Lint::EventsFired,
        records: "CREATE person:1; DELETE log",
        question: "RETURN count(SELECT * FROM log)",
        answers: ["1", "0"],
    },
    Harm {
        lint: Lint::IgnoredWrite,
        records: "CREATE person:a, person:old, person:new; RELATE person:a->follows->person:old",
        question: "SELECT VALUE out FROM follows",
        answers: ["[person:old]", "[person:new]"],
    },
    Harm {
        lint: Lint::MadeComputed,
        records: "CREATE order:1 SET net = 1, gross = 5",
        question: "UPDATE order:1 SET net = 2; DEFINE FIELD OVERWRITE gross ON order TYPE option<int>; RETURN order:1.gross",
        answers: ["NONE", "5"],
    },
    Harm {
        lint: Lint::MisspeltTable,
        records: "",
        question: "RETURN object::keys((INFO FOR DB).tables)[WHERE $this NOT IN ['_sbl_migrations', '_sbl_migrations_lease', '_sbl_migrations_progress']]",
        answers: ["['persom', 'person']", "['person']"],
    },
    Harm {
        lint: Lint::NarrowedType,
        records: "CREATE person:1 SET born = '2000-01-01T00:00:00Z'",
        question: "UPDATE person:1 RETURN NONE",
        answers: [
            "Couldn't coerce value for field `born` of `person:1`: Expected `datetime` but found `'2000-01-01T00:00:00Z'`",
            "[]",
        ],
    },
    Harm {
        lint: Lint::PermissionsDropped,
        records: "",
        question: "RETURN string::ends_with((INFO FOR TABLE person).fields.salary, 'PERMISSIONS FULL')",
        answers: ["true", "false"],
    },
    Harm {
        lint: Lint::ReadonlyUnfilled,
        records: "CREATE person:1",
        question: "UPDATE person:1; RETURN person:1.since = NONE",
        answers: ["true", "false"],
    },
    Harm {
        lint: Lint::ReferenceUnfilled,
        records: "CREATE person:1; CREATE letter:1 SET author = person:1",
        question: "DELETE person:1",
        answers: [
            "[]",
            "Cannot delete `person:1` as it is referenced by `letter:1` with an ON DELETE REJECT clause",
        ],
    },
    Harm {
        lint: Lint::RequiredField,
        records: "CREATE person:1",
        question: "UPDATE person:1 RETURN NONE",
        answers: [
            "Couldn't coerce value for field `visits` of `person:1`: Expected `int` but found `NONE`",
            "[]",
        ],
    },
    Harm {
        lint: Lint::StaleIndex,
        records: "CREATE note:1 SET body = 'Hello World'",
        question: "SELECT VALUE id FROM note WHERE body @@ 'hello'",
        answers: ["[]", "[note:1]"],
    },
    Harm {
        lint: Lint::UniqueIndexRemoved,
        records: "CREATE person:1 SET email = 'a'",
        question: "CREATE person:2 SET email = 'a' RETURN NONE",
        answers: [
            "[]",
            "Database index `emails_by_case` already contains 'a', with record `person:1`",
        ],
    },
    Harm {
        lint: Lint::UniqueWithNone,
        records: "",
        question: "CREATE seat:1 SET room = 'a'; CREATE seat:2 SET room = 'a' RETURN NONE",
        answers: [
            "[]",
            "Database index `places` already contains ['a', ''], with record `seat:1`",
        ],
    },
    Harm {
        lint: Lint::ValuesLeft,
        records: "CREATE person:1 SET fax = '1'",
        question: "UPDATE person:1 RETURN NONE",
        answers: [
            "Found field 'fax', but no such field exists for table 'person'",
            "[]",
        ],
    },
    Harm {
        lint: Lint::ViewReplaced,
        records: "",
        question: "CREATE order:1; RETURN count(SELECT * FROM recent)",
        answers: ["1", "0"],
    },
    Harm {
        lint: Lint::AnalyzerBesideIndex,
        records: "CREATE note:1 SET body = 'Hello World'",
        question: "SELECT VALUE id FROM note WHERE body @@ 'hello'",
        answers: [
            "not applied: The analyzer 'words' does not exist",
            "[note:1]",
        ],
    },
    Harm {
        lint: Lint::MissingName,
        records: "",
        question: "CREATE person:1 SET name = 'Ada' RETURN VALUE sign",
        answers: ["The function 'fn::initial' does not exist", "['A']"],
    },
    Harm {
        lint: Lint::NeverNull,
        records: "CREATE person:1",
        question: "RETURN person:1.name",
        answers: ["NONE", "'nobody'"],
    },
    Harm {
        lint: Lint::UnknownField,
        records: "CREATE person:1",
        question: "RETURN person:1.name",
        answers: [
            "not applied: Found field 'nane', but no such field exists for table 'person'",
            "'nobody'",
        ],
    },
    Harm {
        lint: Lint::UnsetRequired,
        records: "CREATE person:1; CREATE letter:1 SET author = person:1",
        question: "DELETE person:1",
        answers: [
            "An error occurred while updating references for `person:1`: Couldn't coerce value for field `author` of `letter:1`: Expected `record<person>` but found `NONE`",
            "[]",
        ],
    },
    Harm {
        lint: Lint::ValuesMoved,
        records: "CREATE person:1 SET name = ' a '; LET $since = person:1.updated_at; CREATE was:1 SET at = $since",
        question: "RETURN person:1.updated_at = was:1.at",
        answers: ["false", "true"],
    },
    Harm {
        lint: Lint::WrongDefault,
        records: "",
        question: "CREATE person:1 RETURN VALUE visits",
        answers: [
            "Couldn't coerce value for field `visits` of `person:1`: Expected `int` but found `'0'`",
            "[0]",
        ],
    },
];

on_every_engine!(
    each_rule_is_about_what_the_engine_does,
    a_removed_table_is_empty_when_it_is_back,
    an_index_that_is_built_in_the_foreground_misses_what_others_write,
    a_write_of_a_whole_table_starts_again_when_others_write,
    records_stay_as_they_are_when_a_migration_is_reverted,
);

async fn each_rule_is_about_what_the_engine_does(db: &Database) {
    let mut wrong = Vec::new();
    for harm in HARMS {
        let example = Example::of(harm.lint);
        let ways = [&example.harmful, &example.harmless];
        for (files, expected) in ways.into_iter().zip(harm.answers) {
            use_new_database(db, harm.lint).await;
            let answer = match run(db, files, harm.records).await {
                Ok(()) => answer(db, harm.question).await,
                Err(error) => not_applied(&error),
            };
            if answer != expected {
                wrong.push(format!("{}: {answer}, not {expected}", harm.lint));
            }
        }
    }
    assert_eq!(wrong, [""; 0], "{wrong:#?}");
}

/// Each rule has a harm here, or a test of its own.
#[test]
fn no_rule_is_without_a_harm() {
    let others = [
        Lint::IndexInForeground,
        Lint::RecordsNotRestored,
        Lint::TableRemoved,
        Lint::WholeTableWrite,
    ];
    let mut lints: Vec<Lint> = HARMS.iter().map(|harm| harm.lint).chain(others).collect();
    lints.sort_unstable();
    assert_eq!(lints, Lint::ALL);
}

async fn a_removed_table_is_empty_when_it_is_back(db: &Database) {
    let example = Example::of(Lint::TableRemoved);
    run(db, &example.harmful, "CREATE person:1").await.unwrap();
    execute(db, "DEFINE TABLE person").await;
    assert_eq!(answer(db, "SELECT * FROM person").await, "[]");
}

async fn records_stay_as_they_are_when_a_migration_is_reverted(db: &Database) {
    let files = Example::of(Lint::RecordsNotRestored).harmful;
    run(db, &files, "CREATE person:1 SET name = ' a '")
        .await
        .unwrap();
    let migrations = migrations(&files);
    migrations.revert(&**db).await.unwrap();
    assert_eq!(answer(db, "RETURN person:1.name").await, "'a'");
}

async fn an_index_that_is_built_in_the_foreground_misses_what_others_write(db: &Database) {
    let example = Example::of(Lint::IndexInForeground);
    let missing = "RETURN count(SELECT * FROM note WITH NOINDEX WHERE title = 'a')
        - count(SELECT * FROM note WHERE title = 'a')";
    // What is to be written instead begins in the same way.
    let migrations = migrations(&example.harmless);
    for _ in 0..50 {
        use_new_database(db, Lint::IndexInForeground).await;
        migrations.run_to(&**db, 1).await.unwrap();
        execute(db, "FOR $i IN 0..200 { CREATE note SET title = 'a' }").await;
        let application = Application::start(db, "CREATE note SET title = 'a'");
        application.write_twice().await;
        migrations.run_to(&**db, 2).await.unwrap();
        application.stop().await;
        if answer(db, missing).await != "0" {
            migrations.run(&**db).await.unwrap();
            assert_eq!(answer(db, missing).await, "0");
            return;
        }
    }
    panic!("the index has missed nothing");
}

async fn a_write_of_a_whole_table_starts_again_when_others_write(db: &Database) {
    let Example {
        mut harmful,
        harmless,
    } = Example::of(Lint::WholeTableWrite);
    // So that the other write comes before its end.
    let stars = harmful.get_mut("002_stars.up.surql").unwrap();
    stars.push_str("SLEEP 1s;");
    let notes = "FOR $i IN 0..100 { CREATE type::record('note', $i) SET title = 'a' }";
    use_new_database(db, Lint::WholeTableWrite).await;
    let migrations = migrations(&harmful);
    migrations.run_to(&**db, 1).await.unwrap();
    execute(db, notes).await;
    let application = Application::start(db, "UPDATE note:1 SET title = <string> $n");
    let stop = application.stopper();
    let conflicts = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&conflicts);
    let runner = migrations.runner(&**db).observer(move |event| {
        if let Event::Conflict { .. } = event {
            count.fetch_add(1, Ordering::Relaxed);
            stop();
        }
    });
    runner.run().await.unwrap();
    application.stop().await;
    assert!(conflicts.load(Ordering::Relaxed) > 0);

    use_new_database(db, Lint::WholeTableWrite).await;
    run(db, &harmless, notes).await.unwrap();
    let left = "RETURN count(SELECT * FROM note WHERE stars != 0)";
    assert_eq!(answer(db, left).await, "0");
}

fn migrations(files: &Files) -> migrate_runtime::Migrations {
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(name, text)| (&**name, &**text))
        .collect();
    set(&files)
}

/// Runs an example, with these records behind its first migration.
async fn run(db: &Surreal<Any>, files: &Files, records: &str) -> Result<(), Error> {
    let migrations = migrations(files);
    migrations.run_to(db, 1).await?;
    execute(db, records).await;
    migrations.run(db).await?;
    Ok(())
}

/// What the engine says where a script of an example fails.
fn not_applied(error: &Error) -> String {
    match error.kind() {
        ErrorKind::Script(script) => format!("not applied: {}", script.engine),
        _ => panic!("{error}"),
    }
}

async fn use_new_database(db: &Surreal<Any>, lint: Lint) {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let database = db.use_db(format!("{lint}_{number}")).await;
    database.expect("a new database can be selected");
}

/// The answer to the last statement, or the first error.
pub async fn answer(db: &Surreal<Any>, question: &str) -> String {
    let mut response = db.query(question).await.expect("the question arrives");
    let last = response.num_statements() - 1;
    let mut errors: Vec<_> = response.take_errors().into_iter().collect();
    errors.sort_unstable_by_key(|(index, _)| *index);
    if let Some((_, error)) = errors.into_iter().next() {
        return error.message().to_owned();
    }
    let value: Value = response.take(last).expect("a value");
    value.to_sql()
}
