//! The statements that turn one schema into another, run on the engine: what it has afterwards is what
//! there should be.

use std::collections::BTreeMap;

use fastrand::Rng;
use migrate_schema::model::{Schema, State};
use migrate_schema::parse::parse;
use migrate_schema::transition::{Sources, Transition};
use serde_json::Value;
use surrealdb::Surreal;
use surrealdb::engine::any::Any;
use tests::connection::Engine;
use tests::questions::schema;

use crate::generated::history;

/// Where a statement is: its text.
type Place = String;

struct Texts;

impl Sources<Place> for Texts {
    fn statement<'p>(&'p self, at: &'p Place) -> Option<&'p str> {
        Some(at)
    }
}

/// What came out.
#[derive(Debug, Default)]
struct Figures {
    /// Transitions that were run.
    run: usize,
    /// Their statements.
    statements: usize,
    /// Those of which something is not told by the texts.
    open: usize,
}

/// `TRANSITIONS` says how many pairs of histories, `TRANSITION_SEED` with which seed the first one
/// starts.
#[tokio::test(flavor = "multi_thread")]
async fn one_generated_schema_becomes_another_and_comes_back() {
    let number = |name: &str| std::env::var(name).ok()?.parse::<u64>().ok();
    let count = number("TRANSITIONS").unwrap_or(60);
    let first = number("TRANSITION_SEED").unwrap_or_else(|| fastrand::u64(..1_000_000_000));
    println!("TRANSITION_SEED={first} TRANSITIONS={count}");
    let db = Engine::Memory.open().await;
    let (mut figures, mut undone) = (Figures::default(), Figures::default());
    let mut failures = Vec::new();
    for seed in first..first + count {
        let random = &mut Rng::with_seed(seed);
        let one = running(&db, statements(random)).await;
        let other = running(&db, statements(random)).await;
        for (from, to) in [(&one, &other), (&other, &one), (&Vec::new(), &one)] {
            let outcome = become_other(&db, from, to, &mut figures).await;
            failures.extend(
                outcome
                    .err()
                    .map(|what| format!("TRANSITION_SEED={seed}\n{from:#?}\n{to:#?}\n{what}")),
            );
        }
        let outcome = undo_each(&db, &one, &mut undone).await;
        failures.extend(
            outcome
                .err()
                .map(|what| format!("TRANSITION_SEED={seed}\n{what}")),
        );
    }
    println!("{figures:?} undone: {undone:?}");
    assert!(
        failures.is_empty(),
        "{} failures:\n{}",
        failures.len(),
        failures.join("\n\n")
    );
    assert!(figures.run > 0 && undone.run > 0);
}

/// The scripts of a history, most often without the statements that leave open what they do.
fn statements(random: &mut Rng) -> Vec<String> {
    // A view of itself cannot be removed.
    const OPEN: [&str; 7] = [
        "IF ",
        "FOR ",
        "{",
        "fn::f",
        "LET ",
        "INSERT INTO t []",
        "u  AS SELECT",
    ];
    let with_all = random.u32(0..4) == 0;
    let scripts = history(random).into_iter().map(|mut script| {
        script.retain(|it| {
            with_all
                || !it.contains("$n")
                    && !OPEN
                        .iter()
                        .any(|open| it.starts_with(open) || it.contains("u  AS SELECT"))
        });
        script.join(";\n")
    });
    scripts.filter(|script| !script.is_empty()).collect()
}

/// Those scripts of a history that run behind each other.
async fn running(db: &Surreal<Any>, scripts: Vec<String>) -> Vec<String> {
    let database = Scratch::new(db).await;
    let mut running = Vec::new();
    for script in scripts {
        if run(db, &script).await.is_ok() {
            running.push(script);
        }
    }
    database.remove().await;
    running
}

async fn become_other(
    db: &Surreal<Any>,
    from: &[String],
    to: &[String],
    figures: &mut Figures,
) -> Result<(), String> {
    let (is, wanted) = (model(from), model(to));
    let transition = is.become_other(&wanted, &Texts, &String::new());
    if !transition.open.is_empty() || is.is_open() || wanted.is_open() {
        figures.open += 1;
        return Ok(());
    }
    let database = Scratch::new(db).await;
    for script in to {
        run(db, script).await?;
    }
    let expected = definitions(db).await;
    database.remove().await;
    let database = Scratch::new(db).await;
    for script in from {
        run(db, script).await?;
    }
    let outcome = run_transition(db, &transition, &expected).await;
    database.remove().await;
    figures.run += 1;
    figures.statements += transition.steps.len();
    outcome
}

/// Each script of a history is run, undone, and run again.
async fn undo_each(
    db: &Surreal<Any>,
    scripts: &[String],
    figures: &mut Figures,
) -> Result<(), String> {
    let database = Scratch::new(db).await;
    for (index, script) in scripts.iter().enumerate() {
        let before = model(&scripts[..index]);
        let mut after = before.branch();
        apply(&mut after, script);
        let transition = after.branch().undo(&after, &before, &Texts, &String::new());
        let expected = definitions(db).await;
        if run(db, script).await.is_err() {
            continue;
        }
        if !transition.open.is_empty() || is_unclear(&before) || is_unclear(&after) {
            figures.open += 1;
            continue;
        }
        figures.run += 1;
        figures.statements += transition.steps.len();
        let told = |what: String| format!("{:#?}\n{script}\n{what}", &scripts[..index]);
        run_transition(db, &transition, &expected)
            .await
            .map_err(told)?;
        // It may have left a record that it creates.
        match run(db, script).await {
            Err(error) if error.contains("Database record") => break,
            again => again.map_err(told)?,
        }
    }
    database.remove().await;
    Ok(())
}

async fn run_transition(
    db: &Surreal<Any>,
    transition: &Transition,
    expected: &BTreeMap<String, Value>,
) -> Result<(), String> {
    let statements = transition.steps.iter().map(|step| &*step.statement);
    let script = statements.collect::<Vec<_>>().join(";\n");
    match run(db, &script).await {
        // That is for the records to say.
        Err(error) if error.contains("Incorrect vector") => return Ok(()),
        // An analyzer is not found by the script that defines it, where there are records.
        Err(error) if error.contains("analyzer 'z' does not exist") => return Ok(()),
        // A view that was redefined as a table is still one for what it was made of.
        Err(error) if error.contains("are defined as a view") => return Ok(()),
        outcome => outcome.map_err(|error| format!("{script}\n{error}"))?,
    }
    let found = definitions(db).await;
    match found == *expected {
        true => Ok(()),
        false => Err(format!("{script}\n{}", difference(&found, expected))),
    }
}

/// What is in one of two and not in the other, line by line.
fn difference(found: &BTreeMap<String, Value>, expected: &BTreeMap<String, Value>) -> String {
    let lines = |it| serde_json::to_string_pretty(it).expect("it is plain data");
    let (found, expected): (String, String) = (lines(found), lines(expected));
    let only = |these: &str, others: &str, mark: char| -> String {
        let others: Vec<&str> = others.lines().collect();
        let only = these.lines().filter(|line| !others.contains(line));
        only.map(|line| format!("{mark} {line}\n")).collect()
    };
    only(&expected, &found, '-') + &only(&found, &expected, '+')
}

fn model(scripts: &[String]) -> Schema<'static, Place> {
    let mut schema = Schema::empty();
    scripts.iter().for_each(|script| apply(&mut schema, script));
    schema
}

fn apply(schema: &mut Schema<'_, Place>, script: &str) {
    for statement in parse(script).statements {
        let at = statement.span.text(script).to_owned();
        for change in &statement.changes {
            let _ = schema.apply(change, &at);
        }
    }
}

/// Whether something is there perhaps.
fn is_unclear(schema: &Schema<'_, Place>) -> bool {
    let objects = schema.possible().into_iter();
    let mut states = objects.map(|object| schema.state(&object));
    schema.is_open() || states.any(|state| state == State::Unclear)
}

/// What the engine has, apart from keys and hashes, which are others each time.
async fn definitions(db: &Surreal<Any>) -> BTreeMap<String, Value> {
    let mut schema = schema(db).await;
    for (name, table) in &mut schema {
        // The views of a table are there as they were before they were altered.
        if name != "database" {
            table["tables"].take();
        }
    }
    let kinds = ["users", "accesses", "functions"];
    let database = schema.get_mut("database").expect("it is always there");
    for definitions in kinds.map(|kind| database[kind].take()) {
        for (name, definition) in definitions.as_object().into_iter().flatten() {
            let has_secret = ["KEY", "PASSHASH"]
                .iter()
                .any(|word| definition.to_string().contains(word));
            if !has_secret {
                database[name] = definition.clone();
            }
        }
    }
    schema
}

/// Runs a script, again where it met what the engine does in the background.
async fn run(db: &Surreal<Any>, script: &str) -> Result<(), String> {
    const MOST: usize = 20;
    for _ in 1..MOST {
        match run_once(db, script).await {
            Err(error) if error.contains("can be retried") => {}
            outcome => return outcome,
        }
    }
    run_once(db, script).await
}

async fn run_once(db: &Surreal<Any>, script: &str) -> Result<(), String> {
    let query = format!("BEGIN;\n{script};\nCOMMIT;");
    let mut response = db.query(query).await.map_err(|error| error.to_string())?;
    let errors = response.take_errors().into_values();
    let errors: Vec<String> = errors.map(|error| error.to_string()).collect();
    match errors.is_empty() {
        true => Ok(()),
        false => Err(errors.join("\n")),
    }
}

/// A database of its own.
struct Scratch<'d> {
    db: &'d Surreal<Any>,
    name: String,
}

impl<'d> Scratch<'d> {
    async fn new(db: &'d Surreal<Any>) -> Self {
        let name = format!("x{:x}", fastrand::u64(..));
        let selected = db.use_db(&name).await;
        selected.expect("there may be another database");
        Self { db, name }
    }

    async fn remove(self) {
        let removal = format!("REMOVE DATABASE {}", self.name);
        let _ = self.db.query(removal).await;
    }
}
