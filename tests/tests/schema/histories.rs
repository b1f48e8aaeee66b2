//! What the model says of a history, and what the engine does with it.

use fastrand::Rng;
use migrate_schema::model::{Object, Schema, State};
use migrate_schema::parse::parse;
use serde_json::Value;
use surrealdb::Surreal;
use surrealdb::engine::any::Any;
use tests::connection::Database;
use tests::on_every_engine;
use tests::questions::ask_json;

use crate::generated::{History, history};

on_every_engine!(the_model_and_the_engine_agree_on_generated_histories);

/// `HISTORIES` says how many histories, `HISTORY_SEED` with which seed the first one starts.
async fn the_model_and_the_engine_agree_on_generated_histories(db: &Database) {
    let number = |name: &str| std::env::var(name).ok()?.parse::<u64>().ok();
    let count = number("HISTORIES").unwrap_or(300);
    let first = number("HISTORY_SEED").unwrap_or_else(|| fastrand::u64(..1_000_000_000));
    println!("HISTORY_SEED={first} HISTORIES={count}");
    let mut total = Figures::default();
    for seed in first..first + count {
        let history = history(&mut Rng::with_seed(seed));
        match compare(db, &history, seed).await {
            Ok(figures) => total.add(&figures),
            Err(disagreement) => {
                let (history, disagreement) = shrink(db, history, disagreement, seed).await;
                panic!("HISTORY_SEED={seed}\n{history:#?}\n{disagreement}");
            }
        }
    }
    println!("{total:?}");
    assert!(total.foreseen > 0 && total.present > 0 && total.absent > 0);
}

/// How much the model knew.
#[derive(Debug, Default)]
struct Figures {
    scripts: usize,
    failures: usize,
    /// Failures that the model told.
    foreseen: usize,
    present: usize,
    absent: usize,
    unclear: usize,
}

impl Figures {
    fn add(&mut self, other: &Self) {
        self.scripts += other.scripts;
        self.failures += other.failures;
        self.foreseen += other.foreseen;
        self.present += other.present;
        self.absent += other.absent;
        self.unclear += other.unclear;
    }
}

/// Runs a history on both, in a database of its own.
async fn compare(db: &Surreal<Any>, history: &History, name: u64) -> Result<Figures, String> {
    let database = format!("h{name}_{:x}", fastrand::u64(..));
    db.use_db(&database)
        .await
        .map_err(|error| error.to_string())?;
    let mut figures = Figures::default();
    // Of every other database it is not said that it is empty.
    let mut schema: Schema<'_, usize> = match name % 2 {
        0 => Schema::empty(),
        _ => Schema::default(),
    };
    for (index, script) in history.iter().enumerate() {
        let text = script.join(";\n");
        let (branch, foreseen) = foresee(&schema, &text, index);
        let failed = fails(db, &text).await;
        figures.scripts += 1;
        figures.failures += usize::from(failed);
        match (foreseen, failed) {
            (Some(foreseen), false) => {
                return Err(format!("script {index} succeeds, in spite of: {foreseen}"));
            }
            (Some(_), true) => figures.foreseen += 1,
            (None, true) => {}
            (None, false) => {
                apply(&mut schema, &text, index);
                assert_eq!(
                    branch,
                    states(&schema),
                    "a branch is told the same: {history:#?}"
                );
            }
        }
        let found = Found::read(db).await;
        for object in objects() {
            let is_there = found.has(&object);
            match schema.state(&object) {
                State::Present(_) if !is_there => {
                    return Err(format!(
                        "after script {index}, {object} is not there: {found:?}"
                    ));
                }
                State::Absent(_) if is_there => {
                    return Err(format!(
                        "after script {index}, {object} is there: {found:?}"
                    ));
                }
                State::Present(_) => figures.present += 1,
                State::Absent(_) => figures.absent += 1,
                State::Unclear => figures.unclear += 1,
            }
        }
    }
    let removal = format!("REMOVE DATABASE `{database}`");
    let _ = db.query(removal).await;
    Ok(figures)
}

/// What is there after a script, and its first failure.
fn foresee(
    schema: &Schema<'_, usize>,
    text: &str,
    index: usize,
) -> (Vec<State<usize>>, Option<String>) {
    let mut branch = schema.branch();
    let failure = apply(&mut branch, text, index);
    (states(&branch), failure)
}

/// Applies a script, and says how it fails.
fn apply(schema: &mut Schema<'_, usize>, text: &str, index: usize) -> Option<String> {
    let parsed = parse(text);
    if !parsed.errors.is_empty() {
        return None;
    }
    let mut first = None;
    for change in parsed.statements.iter().flat_map(|it| &it.changes) {
        if let Err(failure) = schema.apply(change, &index) {
            first.get_or_insert_with(|| format!("{failure:?}"));
        }
    }
    first
}

fn states(schema: &Schema<'_, usize>) -> Vec<State<usize>> {
    objects()
        .iter()
        .map(|object| schema.state(object))
        .collect()
}

async fn fails(db: &Surreal<Any>, text: &str) -> bool {
    match db.query(format!("BEGIN;\n{text};\nCOMMIT;")).await {
        Err(_) => true,
        Ok(mut response) => !response.take_errors().is_empty(),
    }
}

/// The names of what the engine has.
#[derive(Debug)]
struct Found {
    database: Value,
    tables: Value,
}

impl Found {
    async fn read(db: &Surreal<Any>) -> Self {
        const TABLES: &str = "RETURN object::from_entries(object::keys((INFO FOR DB).tables)
            .map(|$table| [$table, INFO FOR TABLE $table]))";
        Self {
            database: ask_json(db, "INFO FOR DB").await,
            tables: ask_json(db, TABLES).await,
        }
    }

    fn has(&self, object: &Object) -> bool {
        let (kind, name) = match object {
            Object::Table(name) => ("tables", name),
            Object::Function(name) => ("functions", name),
            Object::Param(name) => ("params", name),
            Object::Analyzer(name) => ("analyzers", name),
            Object::Sequence(name) => ("sequences", name),
            Object::Access(name) => ("accesses", name),
            Object::Field(table, name) => return self.has_on(table, "fields", name),
            Object::Index(table, name) => return self.has_on(table, "indexes", name),
            Object::Event(table, name) => return self.has_on(table, "events", name),
            _ => return false,
        };
        !self.database[kind][&**name].is_null()
    }

    fn has_on(&self, table: &str, kind: &str, name: &str) -> bool {
        !self.tables[table][kind][name].is_null()
    }
}

/// Everything that the generated statements are about.
fn objects() -> Vec<Object> {
    let mut objects = vec![
        Object::Function("f".into()),
        Object::Param("p".into()),
        Object::Analyzer("z".into()),
        Object::Sequence("s".into()),
        Object::Access("k".into()),
    ];
    for table in ["t", "u", "r"] {
        objects.push(Object::Table(table.into()));
        objects.push(Object::Index(table.into(), "i".into()));
        objects.push(Object::Event(table.into(), "e".into()));
        for field in ["a", "b", "o", "o.*", "o.x", "o.*.*", "in", "out"] {
            objects.push(Object::Field(table.into(), field.into()));
        }
    }
    objects
}

/// Leaves out scripts and statements as long as there still is a disagreement.
async fn shrink(
    db: &Surreal<Any>,
    mut history: History,
    mut disagreement: String,
    seed: u64,
) -> (History, String) {
    loop {
        let mut smaller = None;
        for candidate in candidates(&history) {
            if let Err(still) = compare(db, &candidate, seed).await {
                smaller = Some((candidate, still));
                break;
            }
        }
        match smaller {
            Some((candidate, still)) => (history, disagreement) = (candidate, still),
            None => return (history, disagreement),
        }
    }
}

fn candidates(history: &History) -> Vec<History> {
    let mut candidates = Vec::new();
    for script in 0..history.len() {
        let mut without = history.clone();
        without.remove(script);
        candidates.push(without);
        for statement in 0..history[script].len() {
            let mut without = history.clone();
            without[script].remove(statement);
            if !without[script].is_empty() {
                candidates.push(without);
            }
        }
    }
    candidates
}
