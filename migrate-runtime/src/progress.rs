//! Migrations that are applied statement by statement, for what is too much for one transaction.
//!
//! Each statement runs in a transaction of its own together with a note of how far the migration
//! is, in a table beside the history. The last one writes the history row and removes the note. The
//! note says which statement is next: of two processes at the same one, one gets a conflict.

use std::collections::BTreeMap;

use migrate_files::StatementSpan;
use surrealdb::types::{Number, Object, SurrealValue, Value};

use crate::history::{self, Row, flatten, read_statements};
use crate::transaction::{DENIED, GONE, Part, Source};
use crate::{Migration, Version};

/// How far a migration is.
#[derive(Debug, Clone, Default)]
pub(crate) struct Progress {
    /// How many statements have landed.
    pub done: usize,
    /// How many there were when it was begun.
    pub total: usize,
    /// The checksum of the text that it was begun with.
    pub checksum: String,
    /// What it is called.
    pub name: String,
    /// The statements that have landed.
    pub landed: Vec<String>,
}

/// What the note holds beside version and time, as it is bound.
#[derive(SurrealValue)]
struct Note {
    name: String,
    checksum: String,
    script: String,
    statements: Vec<i64>,
}

/// The table of notes of a history table.
pub(crate) fn table(history: &str) -> String {
    format!("{history}_progress")
}

pub(crate) fn definition(history: &str) -> String {
    let table = table(history);
    format!(
        "DEFINE TABLE IF NOT EXISTS {table} TYPE NORMAL SCHEMAFULL PERMISSIONS NONE; \
         DEFINE FIELD IF NOT EXISTS version ON {table} TYPE int; \
         DEFINE FIELD IF NOT EXISTS name ON {table} TYPE string; \
         DEFINE FIELD IF NOT EXISTS done ON {table} TYPE int; \
         DEFINE FIELD IF NOT EXISTS checksum ON {table} TYPE string; \
         DEFINE FIELD IF NOT EXISTS script ON {table} TYPE string; \
         DEFINE FIELD IF NOT EXISTS statements ON {table} TYPE array<int>; \
         DEFINE FIELD IF NOT EXISTS started_at ON {table} TYPE datetime; "
    )
}

/// The part of a transaction that applies one statement, the note of it first.
pub(crate) fn apply_statement<'a>(
    history: &str,
    migration: &'a Migration,
    statement: usize,
) -> Part<'a> {
    let version = migration.version;
    let last = migration.up.statements.len().saturating_sub(1);
    let source = Source::from(&migration.up).only(statement);
    let checksum = migration.checksum.to_string();
    let (before, value) = match statement {
        0 => (
            begin(history, version),
            Some(Note::from(migration).into_value()),
        ),
        next if next == last => (
            finish(history, version, next, &checksum),
            Some(Row::from(migration).into_value()),
        ),
        next => (vec![advance(history, version, next, &checksum)], None),
    };
    Part {
        before,
        source,
        after: Vec::new(),
        variable: value.map(|value| (history::variable(version), value)),
    }
}

/// The note is written with the first statement. Where another process has begun, or is through
/// with the whole migration, this conflicts.
fn begin(history: &str, version: Version) -> Vec<String> {
    let (table, note) = (table(history), history::variable(version));
    let mut before = vec![
        format!(
            "IF array::len((SELECT VALUE id FROM `{history}` WHERE version = {version})) > 0 \
             {{ THROW '{GONE}' }}"
        ),
        format!(
            "IF array::is_empty((CREATE {table}:{version} SET version = {version}, done = 1, \
             name = ${note}.name, checksum = ${note}.checksum, script = ${note}.script, \
             statements = ${note}.statements, started_at = time::now() RETURN id)) \
             {{ THROW '{DENIED}' }}"
        ),
    ];
    before.extend(history::check_predecessor(history, version));
    before
}

fn advance(history: &str, version: Version, next: usize, checksum: &str) -> String {
    let table = table(history);
    format!(
        "IF array::is_empty((UPDATE {table}:{version} SET done = {} \
         WHERE done = {next} AND checksum = '{checksum}' RETURN id)) {{ THROW '{GONE}' }}",
        next + 1
    )
}

fn finish(history: &str, version: Version, next: usize, checksum: &str) -> Vec<String> {
    let note = format!("{}:{version}", table(history));
    vec![
        format!(
            "IF array::is_empty((SELECT VALUE id FROM {note} \
             WHERE done = {next} AND checksum = '{checksum}')) {{ THROW '{GONE}' }}"
        ),
        history::insert(history, version),
        format!(
            "UPDATE `{history}`:{version} SET duration = \
             time::now() - (SELECT VALUE started_at FROM ONLY {note}) RETURN NONE"
        ),
        format!("DELETE {note} RETURN NONE"),
    ]
}

impl From<&Migration> for Note {
    fn from(migration: &Migration) -> Self {
        Self {
            name: migration.name.to_string(),
            checksum: migration.checksum.to_string(),
            script: migration.up.text.to_string(),
            statements: flatten(&migration.up.statements),
        }
    }
}

/// The notes by version. A row that is none of ours is nobody's progress.
pub(crate) fn read_rows(rows: &[Value]) -> BTreeMap<Version, Progress> {
    let rows = rows.iter().filter_map(|row| match row {
        Value::Object(row) => read_row(row),
        _ => None,
    });
    rows.collect()
}

fn read_row(row: &Object) -> Option<(Version, Progress)> {
    let number = |field: &str| match row.get(field) {
        Some(Value::Number(Number::Int(number))) => usize::try_from(*number).ok(),
        _ => None,
    };
    let text = |field: &str| match row.get(field) {
        Some(Value::String(text)) => Some(text.clone()),
        _ => None,
    };
    let version = Version::try_from(number("version")?).ok()?;
    let done = number("done")?;
    let script = text("script").unwrap_or_default();
    let statements = read_statements(row, "statements").unwrap_or_default();
    let landed = statements.iter().take(done);
    let landed = landed.filter_map(|StatementSpan { start, end, .. }| {
        script
            .get(*start as usize..*end as usize)
            .map(str::to_owned)
    });
    let progress = Progress {
        done,
        total: statements.len(),
        checksum: text("checksum")?,
        name: text("name").unwrap_or_default(),
        landed: landed.collect(),
    };
    Some((version, progress))
}
