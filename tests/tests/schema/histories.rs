//! What the model says of a history, and what the engine does with it.

use fastrand::Rng;
use migrate_schema::model::{
    Change, Definition, Difference, DifferenceKind, Object, Schema, State,
};
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
    assert!(total.definitions > 0 && total.differences > 0 && total.undone > 0);
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
    /// Definitions of which the model knew what they say.
    definitions: usize,
    /// Differences that it found between a schema and that two scripts before.
    differences: usize,
    /// Of those, how many the statements that it has for that undid.
    undone: usize,
    /// And how many not, since they failed: a table under a view is not removed.
    not_undone: usize,
}

impl Figures {
    fn add(&mut self, other: &Self) {
        self.scripts += other.scripts;
        self.failures += other.failures;
        self.foreseen += other.foreseen;
        self.present += other.present;
        self.absent += other.absent;
        self.unclear += other.unclear;
        self.definitions += other.definitions;
        self.differences += other.differences;
        self.undone += other.undone;
        self.not_undone += other.not_undone;
    }
}

/// Runs a history on both, in a database of its own.
async fn compare(db: &Surreal<Any>, history: &History, name: u64) -> Result<Figures, String> {
    let database = format!("h{name}_{:x}", fastrand::u64(..));
    db.use_db(&database)
        .await
        .map_err(|error| error.to_string())?;
    let mut both = Both::new(db, name).await;
    for script in history {
        both.run(script.join(";\n")).await?;
    }
    // Every script may be the down script of the one before it.
    both.undo_the_last_two().await?;
    let removal = format!("REMOVE DATABASE `{database}`");
    let _ = db.query(removal).await;
    Ok(both.figures)
}

/// A database and its model.
struct Both<'d> {
    db: &'d Surreal<Any>,
    is_empty_at_first: bool,
    /// The scripts that succeeded.
    scripts: Vec<String>,
    /// What the engine had before each of them, and has now.
    found: Vec<Found>,
    figures: Figures,
}

impl<'d> Both<'d> {
    async fn new(db: &'d Surreal<Any>, name: u64) -> Self {
        Self {
            db,
            // Of every other database it is not said that it is empty.
            is_empty_at_first: name.is_multiple_of(2),
            scripts: Vec::new(),
            found: vec![Found::read(db).await],
            figures: Figures::default(),
        }
    }

    /// The model after the first scripts.
    fn schema(&self, scripts: usize) -> Schema<'static, usize> {
        let mut schema = match self.is_empty_at_first {
            true => Schema::empty(),
            false => Schema::default(),
        };
        for (index, script) in self.scripts[..scripts].iter().enumerate() {
            apply(&mut schema, script, index);
        }
        schema
    }

    /// Runs a script. Whether it succeeded.
    async fn run(&mut self, script: String) -> Result<bool, String> {
        let index = self.scripts.len();
        let before = self.schema(index);
        let mut branch = before.branch();
        let foreseen = apply(&mut branch, &script, index);
        let failed = fails(self.db, &script).await;
        self.figures.scripts += 1;
        self.figures.failures += usize::from(failed);
        match (foreseen, failed) {
            (Some(foreseen), false) => {
                return Err(format!("`{script}` succeeds, in spite of: {foreseen}"));
            }
            (Some(_), true) => self.figures.foreseen += 1,
            (None, true) => {}
            (None, false) => {
                self.scripts.push(script);
                let schema = self.schema(index + 1);
                assert_eq!(
                    states(&branch),
                    states(&schema),
                    "a branch is told the same"
                );
                self.found.push(Found::read(self.db).await);
                self.compare_states(&schema)?;
                self.compare_differences()?;
            }
        }
        Ok(!failed)
    }

    fn compare_states(&mut self, schema: &Schema<'_, usize>) -> Result<(), String> {
        let (figures, found) = (&mut self.figures, &self.found[self.found.len() - 1]);
        for object in objects() {
            let there = found.definition(&object);
            let disagreement = match (schema.state(&object), there) {
                (State::Present { .. }, None) => "is not there".to_owned(),
                (State::Absent(_), Some(there)) => format!("is there: {there}"),
                (State::Present { definition, .. }, Some(there)) => {
                    figures.present += 1;
                    let Some(known) = definition else { continue };
                    figures.definitions += 1;
                    let Some(there) = parse_definition(there) else {
                        continue;
                    };
                    if !known.differs_from(&there) {
                        continue;
                    }
                    format!("is {there}, and not {known}")
                }
                (State::Absent(_), None) => {
                    figures.absent += 1;
                    continue;
                }
                (State::Unclear, _) => {
                    figures.unclear += 1;
                    continue;
                }
            };
            let scripts = &self.scripts;
            return Err(format!("after {scripts:#?}, {object} {disagreement}"));
        }
        Ok(())
    }

    /// What differs from two scripts before.
    fn differences(&self) -> Vec<Difference<usize>> {
        let count = self.scripts.len();
        let Some(first) = count.checked_sub(2) else {
            return Vec::new();
        };
        let before = self.schema(first);
        let mut between = before.branch();
        apply(&mut between, &self.scripts[first], first);
        let mut after = between.branch();
        apply(&mut after, &self.scripts[first + 1], first + 1);
        after.differences(&between, &before)
    }

    fn compare_differences(&mut self) -> Result<(), String> {
        for Difference { object, kind } in self.differences() {
            self.figures.differences += 1;
            let [before, _, now] = self.found.last_chunk().expect("three");
            let is_true = match (before.definition(&object), now.definition(&object)) {
                (None, Some(_)) => matches!(kind, DifferenceKind::Left(_)),
                (Some(_), None) => matches!(kind, DifferenceKind::Lost { .. }),
                (Some(was), Some(is)) => {
                    was != is && matches!(kind, DifferenceKind::Changed { .. })
                }
                (None, None) => false,
            };
            if !is_true {
                let scripts = &self.scripts;
                return Err(format!("after {scripts:#?}, {object} is not {kind:?}"));
            }
        }
        Ok(())
    }

    /// Runs the statements that undo what differs from two scripts before.
    async fn undo_the_last_two(&mut self) -> Result<(), String> {
        let differences = self.differences();
        let remedies: Vec<String> = differences.iter().map(Difference::remedy).collect();
        if remedies.is_empty() || remedies.iter().any(|it| it.contains('…')) {
            return Ok(());
        }
        if !self.run(remedies.join(";\n")).await? {
            self.figures.not_undone += differences.len();
            return Ok(());
        }
        let [before, _, _, now] = self.found.last_chunk().expect("four");
        for Difference { object, .. } in &differences {
            let [was, is] = [before, now].map(|it| it.definition(object));
            let [was, is] = [was, is].map(|it| it.map(parse_definition));
            if was != is {
                let scripts = &self.scripts;
                return Err(format!(
                    "after {scripts:#?}, {object} is {is:?}, it was {was:?}"
                ));
            }
        }
        self.figures.undone += differences.len();
        Ok(())
    }
}

/// Applies a script, and says how it fails.
fn apply(schema: &mut Schema<'_, usize>, text: &str, index: usize) -> Option<String> {
    let parsed = parse(text);
    if !parsed.errors.is_empty() {
        // Not everywhere where a name may stand may a variable.
        assert!(text.contains("$n"), "{text}: {:?}", parsed.errors);
        return None;
    }
    let mut first = None;
    for change in parsed.statements.iter().flat_map(|it| &it.changes) {
        let failure = schema.apply(change, &index).err();
        // What is NONE need not fail.
        let fails = !matches!(change, Change::Reads { .. });
        if let Some(failure) = failure.filter(|_| fails) {
            first.get_or_insert_with(|| format!("{failure:?}"));
        }
    }
    first
}

/// What the engine's own text of a definition says.
fn parse_definition(text: &str) -> Option<Definition> {
    let statement = parse(text).statements.into_iter().next()?;
    match statement.changes.into_iter().next()? {
        Change::Defines { definition, .. } => definition,
        _ => None,
    }
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

    /// What the engine says of a definition.
    fn definition(&self, object: &Object) -> Option<&str> {
        let (kind, name) = match object {
            Object::Table(name) => ("tables", name),
            Object::Function(name) => ("functions", name),
            Object::Param(name) => ("params", name),
            Object::Analyzer(name) => ("analyzers", name),
            Object::Sequence(name) => ("sequences", name),
            Object::Access(name) => ("accesses", name),
            Object::Field(table, name) => return self.on_table(table, "fields", name),
            Object::Index(table, name) => return self.on_table(table, "indexes", name),
            Object::Event(table, name) => return self.on_table(table, "events", name),
            _ => return None,
        };
        self.database[kind][&**name].as_str()
    }

    fn on_table(&self, table: &str, kind: &str, name: &str) -> Option<&str> {
        self.tables[table][kind][name].as_str()
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
