//! A database and its model, side by side.

use std::collections::BTreeSet;

use migrate_schema::effect::Name;
use migrate_schema::model::{
    Change, Definition, Difference, DifferenceKind, Object, Schema, State,
};
use migrate_schema::parse::{parse, parse_object};
use serde_json::Value;
use surrealdb::Surreal;
use surrealdb::engine::any::Any;
use tests::questions::ask_json;

/// How much the model knew.
#[derive(Debug, Default)]
pub struct Figures {
    pub scripts: usize,
    pub failures: usize,
    /// Failures that the model told.
    pub foreseen: usize,
    pub present: usize,
    pub absent: usize,
    pub unclear: usize,
    /// Definitions of which the model knew what they say.
    pub definitions: usize,
    /// Differences that it found between a schema and that two scripts before.
    pub differences: usize,
    /// Of those, how many the statements that it has for that undid.
    pub undone: usize,
    /// And how many not, since they failed: a table under a view is not removed.
    pub not_undone: usize,
}

impl Figures {
    pub fn add(&mut self, other: &Self) {
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

/// What a script does to the schema.
type Changes = Vec<Change>;

/// A database and its model.
pub struct Both<'d> {
    db: &'d Surreal<Any>,
    is_empty_at_first: bool,
    /// Those that succeeded, for messages.
    scripts: Vec<String>,
    /// What each of them did.
    changes: Vec<Changes>,
    /// What the engine had before each of them, and has now.
    found: Vec<Found>,
    pub figures: Figures,
}

impl<'d> Both<'d> {
    /// On an empty database, which the model knows to be empty, or not.
    pub async fn new(db: &'d Surreal<Any>, is_empty_at_first: bool) -> Self {
        Self {
            db,
            is_empty_at_first,
            scripts: Vec::new(),
            changes: Vec::new(),
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
        for (index, changes) in self.changes[..scripts].iter().enumerate() {
            apply(&mut schema, changes, index);
        }
        schema
    }

    /// Runs a script. Whether it succeeded.
    pub async fn run(&mut self, script: String) -> Result<bool, String> {
        let index = self.scripts.len();
        let changes = changes(&script);
        let before = self.schema(index);
        let mut branch = before.branch();
        let foreseen = apply(&mut branch, &changes, index);
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
                self.changes.push(changes);
                let schema = self.schema(index + 1);
                self.found.push(Found::read(self.db).await);
                self.compare_states(&schema, &branch)?;
                self.compare_differences()?;
            }
        }
        Ok(!failed)
    }

    /// What the engine says of a definition.
    pub fn found(&self, object: &Object) -> Option<&str> {
        self.found.last()?.definition(object)
    }

    fn compare_states(
        &mut self,
        schema: &Schema<'_, usize>,
        branch: &Schema<'_, usize>,
    ) -> Result<(), String> {
        let (figures, found) = (&mut self.figures, &self.found[self.found.len() - 1]);
        let mut objects = found.objects();
        objects.extend(schema.present().into_iter().cloned());
        objects.extend(USUAL.iter().filter_map(|text| parse_object(text)));
        for object in objects {
            assert_eq!(
                branch.state(&object),
                schema.state(&object),
                "a branch is told the same"
            );
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
                    if !known.differs_in_text(&there) {
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
        apply(&mut between, &self.changes[first], first);
        let mut after = between.branch();
        apply(&mut after, &self.changes[first + 1], first + 1);
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
    pub async fn undo_the_last_two(&mut self) -> Result<(), String> {
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

/// Asked for even where nothing has them.
const USUAL: [&str; 11] = [
    "TABLE t",
    "FIELD a ON t",
    "FIELD o.* ON u",
    "INDEX i ON t",
    "FUNCTION fn::f",
    "ANALYZER z",
    "SEQUENCE s",
    "API '/x'",
    "BUCKET b",
    "CONFIG GRAPHQL",
    "MODULE mod::m",
];

/// What a script does to the schema; nothing, where it does not parse.
fn changes(script: &str) -> Changes {
    let parsed = parse(script);
    if !parsed.errors.is_empty() {
        // Not everywhere where a name may stand may a variable.
        assert!(script.contains("$n"), "{script}: {:?}", parsed.errors);
        return Vec::new();
    }
    let statements = parsed.statements.into_iter();
    statements.flat_map(|it| it.changes).collect()
}

/// Applies a script, and says how it fails.
fn apply(schema: &mut Schema<'_, usize>, changes: &Changes, index: usize) -> Option<String> {
    let mut first = None;
    for change in changes {
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
    // What a body writes to comes before it.
    let mut changes = statement.changes.into_iter();
    changes.find_map(|change| match change {
        Change::Defines { definition, .. } => definition,
        _ => None,
    })
}

async fn fails(db: &Surreal<Any>, text: &str) -> bool {
    match db.query(format!("BEGIN;\n{text};\nCOMMIT;")).await {
        Err(_) => true,
        Ok(mut response) => !response.take_errors().is_empty(),
    }
}

/// A kind of definitions, as `INFO` calls it.
type Kind<N> = (&'static str, fn(N) -> Object);

/// Those of `INFO FOR DB`.
const OF_DATABASE: &[Kind<Name>] = &[
    ("tables", Object::Table),
    ("functions", Object::Function),
    ("params", Object::Param),
    ("analyzers", Object::Analyzer),
    ("sequences", Object::Sequence),
    ("accesses", Object::Access),
    ("users", Object::User),
    ("apis", Object::Api),
    ("buckets", Object::Bucket),
    ("configs", Object::Config),
    ("modules", Object::Module),
];

/// Those of `INFO FOR TABLE`, by the table and the name.
const OF_TABLE: &[Kind<(Name, Name)>] = &[
    ("fields", |(table, name)| Object::Field(table, name)),
    ("indexes", |(table, name)| Object::Index(table, name)),
    ("events", |(table, name)| Object::Event(table, name)),
];

/// Writes the entries of a list as statements have them.
fn renamed(list: &mut Value, as_written: impl Fn(String, Value) -> (String, Value)) {
    if let Value::Object(list) = list {
        let entries = std::mem::take(list).into_iter();
        list.extend(entries.map(|(name, text)| as_written(name, text)));
    }
}

/// What the engine has.
#[derive(Debug)]
struct Found {
    database: Value,
    tables: Value,
}

impl Found {
    async fn read(db: &Surreal<Any>) -> Self {
        const TABLES: &str = "RETURN object::from_entries(object::keys((INFO FOR DB).tables)
            .map(|$table| [$table, INFO FOR TABLE $table]))";
        let mut database = ask_json(db, "INFO FOR DB").await;
        renamed(&mut database["modules"], |name, text| {
            let name = name.strip_prefix("mod::").unwrap_or(&name);
            (name.to_owned(), text)
        });
        renamed(&mut database["configs"], |name, text| {
            let text = text.as_str().expect("a text");
            (name.to_uppercase(), format!("DEFINE CONFIG {text}").into())
        });
        Self {
            database,
            tables: ask_json(db, TABLES).await,
        }
    }

    /// Everything that is there and that the model has.
    fn objects(&self) -> BTreeSet<Object> {
        let names = |kinds: &Value| -> Vec<Name> {
            let names = kinds.as_object().into_iter().flat_map(|it| it.keys());
            names.map(|name| name.clone().into()).collect()
        };
        let mut objects = BTreeSet::new();
        for (kind, object) in OF_DATABASE {
            objects.extend(names(&self.database[*kind]).into_iter().map(object));
        }
        for table in names(&self.database["tables"]) {
            for (kind, object) in OF_TABLE {
                let names = names(&self.tables[&*table][*kind]).into_iter();
                objects.extend(names.map(|name| object((table.clone(), name))));
            }
        }
        objects
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
            Object::User(name) => ("users", name),
            Object::Api(path) => ("apis", path),
            Object::Bucket(name) => ("buckets", name),
            Object::Config(name) => ("configs", name),
            Object::Module(name) => ("modules", name),
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
