//! The rows of the tables: how they are read, and what is bound when they are written.

use std::collections::BTreeMap;
use std::time::Duration;

use migrate_files::{Migration, StatementSpan, Version};
use surrealdb::types::{Datetime, Number, Object, RecordIdKey, SurrealValue, ToSql, Value};

use crate::database::script::{StoredScript, sha256};
use crate::database::tables::Tables;
use crate::error::{ErrorKind, Result};
use crate::report::Lease;

/// What [`Recorded`] is read from. The down script stays in the database until it is needed.
pub(crate) const HISTORY_COLUMNS: &str =
    "id, version, name, applied_at, checksum, duration, adopted, down != NONE AS has_down";

/// What a [`StoredScript`] is read from.
pub(crate) const SCRIPT_COLUMNS: &str =
    "id, version, down, down_checksum, down_file, down_statements";

/// A row of the history.
#[derive(Debug, Clone, Default)]
pub(crate) struct Recorded {
    pub version: Version,
    pub name: Option<String>,
    pub applied_at: Option<Datetime>,
    pub checksum: Option<String>,
    pub duration: Option<Duration>,
    pub has_down_script: bool,
    /// Whether it was recorded without being run.
    pub is_adopted: bool,
    /// Whether the row's id is not its version, as those of another program are.
    pub has_other_id: bool,
}

impl Recorded {
    /// Whether this library ran the migration: it was neither adopted, nor did another program or a
    /// person write the row.
    pub(crate) fn was_run(&self) -> bool {
        self.checksum.is_some() && !self.is_adopted
    }
}

/// How far a migration is that is applied statement by statement.
#[derive(Debug, Clone, Default)]
pub(crate) struct Progress {
    /// How many statements are committed.
    pub done: usize,
    /// How many there were when it was started.
    pub total: usize,
    /// The checksum of the text that it was started with.
    pub checksum: String,
    pub name: String,
    /// The statements that are committed.
    pub committed: Vec<String>,
}

/// A row of the history besides its times, as it is bound.
#[derive(SurrealValue)]
pub(crate) struct HistoryRow {
    id: i64,
    version: i64,
    name: String,
    checksum: Option<String>,
    down: Option<String>,
    down_checksum: Option<String>,
    down_file: Option<String>,
    down_statements: Option<Vec<i64>>,
    adopted: Option<bool>,
}

/// What a progress record holds besides version and time, as it is bound.
#[derive(SurrealValue)]
pub(crate) struct ProgressRow {
    name: String,
    checksum: String,
    script: String,
    statements: Vec<i64>,
}

impl HistoryRow {
    /// The rows of a migration that is applied: one, and of a baseline those of all that it stands for,
    /// of which none but the last was run.
    pub(crate) fn of(migration: &Migration) -> Vec<Self> {
        let rows = migration.versions().map(|version| {
            let row = Self::of_version(migration, version);
            match version == migration.version {
                true => row,
                false => row.adopted(),
            }
        });
        rows.collect()
    }

    /// The row of a version that a migration stands for.
    pub(crate) fn of_version(migration: &Migration, version: Version) -> Self {
        let (name, checksum) = migration.recorded_as(version);
        let name = match name {
            "" if version == migration.version => &migration.name,
            name => name,
        };
        // The down script of a baseline reverts all that it stands for. A build that has the scripts
        // themselves must not take it for the down script of the last of them.
        let down = migration.down.as_ref();
        let down = down.filter(|_| !migration.is_baseline());
        Self {
            id: version.into(),
            version: version.into(),
            name: name.to_owned(),
            checksum: checksum.map(ToString::to_string),
            down: down.map(|down| down.text.to_string()),
            down_checksum: down.map(|down| sha256(&down.text)),
            down_file: down.map(|down| down.file.to_string()),
            down_statements: down.map(|down| flatten(&down.statements)),
            adopted: None,
        }
    }

    /// The row of a migration that is recorded without being run.
    pub(crate) fn adopted(self) -> Self {
        Self {
            adopted: Some(true),
            ..self
        }
    }

    pub(crate) fn version(&self) -> Version {
        // It is made of one.
        Version::try_from(self.version).unwrap_or_default()
    }
}

/// As it would be read.
impl From<&HistoryRow> for Recorded {
    fn from(row: &HistoryRow) -> Self {
        Self {
            version: row.version(),
            name: Some(row.name.clone()),
            checksum: row.checksum.clone(),
            has_down_script: row.down.is_some(),
            is_adopted: row.adopted.is_some(),
            ..Self::default()
        }
    }
}

impl From<&Migration> for ProgressRow {
    fn from(migration: &Migration) -> Self {
        Self {
            name: migration.name.to_string(),
            checksum: migration.checksum.to_string(),
            script: migration.up.text.to_string(),
            statements: flatten(&migration.up.statements),
        }
    }
}

/// Where statements begin and end, one after the other: how rows keep them.
fn flatten(statements: &[StatementSpan]) -> Vec<i64> {
    let spans = statements.iter();
    let ends = spans.flat_map(|span| [span.start, span.end]);
    ends.map(i64::from).collect()
}

/// The rows of the history by version.
pub(crate) fn read_history(tables: &Tables, rows: &[Value]) -> Result<BTreeMap<Version, Recorded>> {
    read_by_version(tables, rows, |row, version| {
        Ok(Recorded {
            version,
            name: read_string(row, "name")?,
            applied_at: read_time(row, "applied_at")?,
            checksum: read_string(row, "checksum")?,
            duration: match row.get("duration") {
                Some(Value::Duration(duration)) => Some(duration.into_inner()),
                _ => None,
            },
            has_down_script: matches!(row.get("has_down"), Some(Value::Bool(true))),
            is_adopted: matches!(row.get("adopted"), Some(Value::Bool(true))),
            has_other_id: !has_id(row, version),
        })
    })
}

/// The down scripts that rows of the history hold, by version.
pub(crate) fn read_scripts(
    tables: &Tables,
    rows: &[Value],
) -> Result<BTreeMap<Version, StoredScript>> {
    let scripts = read_by_version(tables, rows, |row, _| read_script(row))?;
    let scripts = scripts.into_iter();
    Ok(scripts
        .filter_map(|(version, script)| Some((version, script?)))
        .collect())
}

/// What is wrong with a row.
type Wrong<T> = std::result::Result<T, String>;

fn read_by_version<T>(
    tables: &Tables,
    rows: &[Value],
    read: impl Fn(&Object, Version) -> Wrong<T>,
) -> Result<BTreeMap<Version, T>> {
    let mut by_version = BTreeMap::new();
    for row in rows {
        let wrong = |problem| ErrorKind::History {
            row: row_id(tables, row),
            problem,
        };
        let Value::Object(row) = row else {
            return Err(wrong("it is not an object".to_owned()).into());
        };
        let version = read_version(row).map_err(wrong)?;
        let value = read(row, version).map_err(wrong)?;
        if by_version.insert(version, value).is_some() {
            let problem = format!("another row has version {version} as well");
            return Err(wrong(problem).into());
        }
    }
    Ok(by_version)
}

fn row_id(tables: &Tables, row: &Value) -> String {
    match row {
        Value::Object(row) => row.get("id").map(ToSql::to_sql),
        _ => None,
    }
    .unwrap_or_else(|| tables.name.clone())
}

fn has_id(row: &Object, version: Version) -> bool {
    match row.get("id") {
        Some(Value::RecordId(id)) => id.key == RecordIdKey::Number(version.into()),
        _ => false,
    }
}

fn read_version(row: &Object) -> Wrong<Version> {
    let version = match row.get("version") {
        Some(Value::Number(Number::Int(version))) => *version,
        None | Some(Value::None | Value::Null) => return Err("it has no `version`".to_owned()),
        Some(_) => return Err("its `version` is not an integer".to_owned()),
    };
    match Version::try_from(version) {
        Ok(version) if version > 0 => Ok(version),
        _ => Err(format!("its `version` is {version}; versions start at 1")),
    }
}

fn read_time(row: &Object, field: &str) -> Wrong<Option<Datetime>> {
    match row.get(field) {
        Some(Value::Datetime(time)) => Ok(Some(*time)),
        None | Some(Value::None | Value::Null) => Ok(None),
        Some(_) => Err(format!("its `{field}` is not a datetime")),
    }
}

fn read_string(row: &Object, field: &str) -> Wrong<Option<String>> {
    match row.get(field) {
        Some(Value::String(text)) => Ok(Some(text.clone())),
        None | Some(Value::None | Value::Null) => Ok(None),
        Some(_) => Err(format!("its `{field}` is not a string")),
    }
}

fn read_script(row: &Object) -> Wrong<Option<StoredScript>> {
    let Some(text) = read_string(row, "down")? else {
        return Ok(None);
    };
    Ok(Some(StoredScript {
        file: read_string(row, "down_file")?.unwrap_or_default(),
        checksum: read_string(row, "down_checksum")?,
        text,
        statements: read_spans(row, "down_statements").unwrap_or_default(),
    }))
}

/// Where statements begin and end, one after the other. They serve messages alone, so anything
/// unexpected counts as nothing.
fn read_spans(row: &Object, field: &str) -> Option<Vec<StatementSpan>> {
    let Some(Value::Array(ends)) = row.get(field) else {
        return None;
    };
    let ends: Option<Vec<u32>> = ends
        .iter()
        .map(|end| match end {
            Value::Number(Number::Int(end)) => u32::try_from(*end).ok(),
            _ => None,
        })
        .collect();
    let ends = ends?;
    let pairs = ends.chunks_exact(2);
    let spans = pairs.map(|pair| StatementSpan::new(pair[0], pair[1]));
    Some(spans.collect())
}

/// The progress records by version. A row that is not one of ours is skipped.
pub(crate) fn read_progress(rows: &[Value]) -> BTreeMap<Version, Progress> {
    let rows = rows.iter().filter_map(|row| match row {
        Value::Object(row) => read_progress_row(row),
        _ => None,
    });
    rows.collect()
}

fn read_progress_row(row: &Object) -> Option<(Version, Progress)> {
    let version = read_version(row).ok()?;
    let done = number(row, "done")?;
    let script = text(row, "script").unwrap_or_default();
    let statements = read_spans(row, "statements").unwrap_or_default();
    let committed = statements.iter().take(done);
    let committed = committed.map(|span| span.text(&script).to_owned());
    let progress = Progress {
        done,
        total: statements.len(),
        checksum: text(row, "checksum")?,
        name: text(row, "name").unwrap_or_default(),
        committed: committed.collect(),
    };
    Some((version, progress))
}

/// A string, if it is one.
pub(crate) fn text(row: &Object, field: &str) -> Option<String> {
    read_string(row, field).ok().flatten()
}

/// An integer, if it is one that fits.
pub(crate) fn number<N: TryFrom<i64>>(row: &Object, field: &str) -> Option<N> {
    match row.get(field) {
        Some(Value::Number(Number::Int(number))) => N::try_from(*number).ok(),
        _ => None,
    }
}

/// The lease among the rows of its table.
pub(crate) fn read_lease(rows: &[Value]) -> Option<Lease> {
    let Value::Object(row) = rows.first()? else {
        return None;
    };
    Some(Lease {
        holder: read_string(row, "holder").ok()??,
        since: read_time(row, "since").ok()??,
        expires_at: read_time(row, "expires_at").ok()??,
        is_expired: matches!(row.get("is_expired"), Some(Value::Bool(true))),
    })
}
