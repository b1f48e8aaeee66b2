//! The history table: its definition, its rows, and the one request that reads it.
//!
//! Two other programs write this table, and both are taken over as they stand: one writes
//! `_sbl_migrations:3` with `version` and `applied_at` on a table without a schema, the other rows
//! of any id with `version`, `name` and `applied_at` on a schemafull one. Both read the highest
//! `version` of all rows, so nothing without a version ever stands here.

use std::collections::BTreeMap;
use std::time::Duration;

use migrate_files::StatementSpan;
use surrealdb::types::{Datetime, Number, Object, SurrealValue, ToSql, Value};
use surrealdb::{Connection, IndexedResults, Surreal};

use crate::engine::{Meaning, meaning};
use crate::error::{Error, Result};
use crate::lease::{self, Lease};
use crate::progress::{self, Progress};
use crate::transaction::{DENIED, GONE, Part, Source};
use crate::{Migration, Version};

const READING: &str = "read the migration history";

/// The fields that a row of ours has beyond those of the other programs, with their types. All are
/// optional: the others go on writing rows without them.
const FIELDS: [(&str, &str); 5] = [
    ("checksum", "option<string>"),
    ("duration", "option<duration>"),
    ("down", "option<string>"),
    ("down_file", "option<string>"),
    ("down_statements", "option<array<int>>"),
];

/// What the tables of a set hold: the history, and what is under way.
#[derive(Debug, Clone)]
pub(crate) struct History {
    /// The history table's name.
    pub table: String,
    /// The rows by version.
    pub recorded: BTreeMap<Version, Recorded>,
    /// How far migrations are that are applied statement by statement.
    pub progress: BTreeMap<Version, Progress>,
    /// Who is at work.
    pub lease: Option<Lease>,
    /// Whether the tables are there with all the fields that rows of ours have.
    pub is_ready: bool,
}

/// One row.
#[derive(Debug, Clone, Default)]
pub(crate) struct Recorded {
    pub version: Version,
    pub name: Option<String>,
    pub applied_at: Option<Datetime>,
    pub checksum: Option<String>,
    pub duration: Option<Duration>,
    pub down: Option<StoredScript>,
}

/// A down script as the build that applied its migration left it.
#[derive(Debug, Clone)]
pub(crate) struct StoredScript {
    pub file: String,
    pub text: String,
    pub statements: Vec<StatementSpan>,
}

/// How many statements [`read_text`] has.
pub(crate) const READ_STATEMENTS: usize = 4;

/// What reads everything at once.
///
/// `INFO` is refused to a user who is not of the database's system; `SELECT` would hand a record
/// user an empty table instead, which reads like a database without migrations.
pub(crate) fn read_text(table: &str) -> String {
    let (lease, progress) = (lease::table(table), progress::table(table));
    format!(
        "SELECT * FROM `{table}`; INFO FOR TABLE `{table}`; \
         SELECT *, expires_at < time::now() AS is_expired FROM {lease}; SELECT * FROM {progress};"
    )
}

impl History {
    /// Reads the tables in one request.
    pub(crate) async fn read<C: Connection>(
        db: &Surreal<C>,
        table: &str,
        patience: Duration,
    ) -> Result<Self> {
        let query = db.query(read_text(table)).into_future();
        let response = answer(query, READING, patience).await?;
        Self::from_response(table, response, 0)
    }

    /// What the results of [`read_text`] say, which begin at index `first`.
    pub(crate) fn from_response(
        table: &str,
        mut response: IndexedResults,
        first: usize,
    ) -> Result<Self> {
        let info = response.take::<Value>(first + 1);
        let info = info.map_err(|error| Error::engine(READING, error))?;
        let rows = take_rows(&mut response, first)?;
        let leases = take_rows(&mut response, first + 2)?;
        let progress = take_rows(&mut response, first + 3)?;
        let is_ready = has_fields(&info) && leases.is_some() && progress.is_some();
        Ok(Self {
            table: table.to_owned(),
            recorded: read_rows(table, rows.unwrap_or_default())?,
            progress: progress::read_rows(&progress.unwrap_or_default()),
            lease: Lease::read(&leases.unwrap_or_default()),
            is_ready,
        })
    }

    /// The highest version that is applied; 0 for none.
    pub(crate) fn current_version(&self) -> Version {
        self.recorded
            .last_key_value()
            .map_or(0, |(version, _)| *version)
    }

    /// What the current version is called, where it has a name.
    pub(crate) fn current_name(&self) -> Option<String> {
        let (_, last) = self.recorded.last_key_value()?;
        last.name.clone()
    }

    /// Takes note of a migration that was just applied from here, without another request.
    pub(crate) fn add(&mut self, migration: &Migration) {
        let recorded = Recorded {
            version: migration.version,
            name: Some(migration.name.to_string()),
            checksum: Some(migration.checksum.to_string()),
            ..Recorded::default()
        };
        self.recorded.insert(migration.version, recorded);
    }

    /// Takes note of a migration that was just reverted from here.
    pub(crate) fn remove(&mut self, version: Version) {
        self.recorded.remove(&version);
    }
}

/// What defines the tables, or brings a history of another program up to what is needed. One that
/// somebody opened to record users is closed again.
pub(crate) fn definitions(table: &str) -> String {
    let fields = FIELDS
        .map(|(name, kind)| format!("DEFINE FIELD IF NOT EXISTS {name} ON `{table}` TYPE {kind}; "))
        .concat();
    format!(
        "DEFINE TABLE IF NOT EXISTS `{table}` TYPE NORMAL SCHEMAFULL PERMISSIONS NONE; \
         ALTER TABLE `{table}` PERMISSIONS NONE; \
         DEFINE FIELD IF NOT EXISTS version ON `{table}` TYPE int; \
         DEFINE FIELD IF NOT EXISTS name ON `{table}` TYPE option<string>; \
         DEFINE FIELD IF NOT EXISTS applied_at ON `{table}` TYPE datetime DEFAULT time::now(); \
         {fields}{}{}",
        lease::definition(table),
        progress::definition(table),
    )
}

/// The part of a transaction that applies a migration: its row, its script, the time it took.
pub(crate) fn apply<'a>(table: &str, migration: &'a Migration) -> Part<'a> {
    let version = migration.version;
    let after =
        format!("UPDATE `{table}`:{version} SET duration = time::now() - applied_at RETURN NONE");
    let mut before = vec![insert(table, version)];
    before.extend(check_predecessor(table, version));
    Part {
        before,
        source: Source::from(&migration.up),
        after: vec![after],
        variable: Some((variable(version), Row::from(migration).into_value())),
    }
}

/// The part of a transaction that reverts a migration: its row goes first. Where it is gone already,
/// another process has reverted the migration since the history was read.
pub(crate) fn revert<'a>(table: &str, version: Version, down: Source<'a>) -> Part<'a> {
    let row = format!("`{table}` WHERE version = {version}");
    Part {
        before: vec![
            format!(
                "IF record::exists(`{table}`:{}) {{ THROW '{GONE}' }}",
                u64::from(version) + 1
            ),
            format!("IF array::is_empty((SELECT VALUE id FROM {row})) {{ THROW '{GONE}' }}"),
            format!("IF array::is_empty((DELETE {row} RETURN BEFORE)) {{ THROW '{DENIED}' }}"),
        ],
        source: down,
        after: Vec::new(),
        variable: None,
    }
}

/// Records the text of this build for a migration that was applied with another one.
pub(crate) async fn accept<C: Connection>(
    db: &Surreal<C>,
    table: &str,
    migration: &Migration,
) -> Result<()> {
    const DOING: &str = "record an edited migration";
    let version = migration.version;
    let row = variable(version);
    let query = format!(
        "IF array::is_empty((UPDATE `{table}` SET {} WHERE version = {version} RETURN id)) \
         {{ THROW '{DENIED}' }}",
        assignments(&row)
    );
    let response = db
        .query(query)
        .bind((row, Row::from(migration).into_value()));
    let response = response
        .await
        .map_err(|error| Error::request(DOING, error))?;
    let checked = response.check();
    checked
        .map(drop)
        .map_err(|error| Error::engine(DOING, error))
}

/// The statement that writes a migration's row; where there is one already, it fails.
pub(crate) fn insert(table: &str, version: Version) -> String {
    let assignments = assignments(&variable(version));
    format!(
        "IF array::is_empty((CREATE `{table}`:{version} SET version = {version}, \
         applied_at = time::now(), {assignments} RETURN id)) {{ THROW '{DENIED}' }}"
    )
}

/// The statement that fails where the migration before this one is not applied: another process has
/// reverted it since the history was read. Rows of other programs have other ids.
pub(crate) fn check_predecessor(table: &str, version: Version) -> Option<String> {
    let before = version.checked_sub(1).filter(|before| *before > 0)?;
    Some(format!(
        "IF !record::exists(`{table}`:{before}) \
         AND array::is_empty((SELECT VALUE id FROM `{table}` WHERE version = {before})) \
         {{ THROW '{GONE}' }}"
    ))
}

/// The parameter that holds a migration's row: one for each, so that several go into one request,
/// and of a name that no script has.
pub(crate) fn variable(version: Version) -> String {
    format!("_sbl_{version}")
}

fn assignments(variable: &str) -> String {
    ["name", "checksum", "down", "down_file", "down_statements"]
        .map(|field| format!("{field} = ${variable}.{field}"))
        .join(", ")
}

/// What a row holds beside version and times, as it is bound.
#[derive(SurrealValue)]
pub(crate) struct Row {
    name: String,
    checksum: String,
    down: Option<String>,
    down_file: Option<String>,
    down_statements: Option<Vec<i64>>,
}

impl From<&Migration> for Row {
    fn from(migration: &Migration) -> Self {
        let down = migration.down.as_ref();
        Self {
            name: migration.name.to_string(),
            checksum: migration.checksum.to_string(),
            down: down.map(|down| down.text.to_string()),
            down_file: down.map(|down| down.file.to_string()),
            down_statements: down.map(|down| flatten(&down.statements)),
        }
    }
}

/// Where statements begin and end, one after the other: how rows keep them.
pub(crate) fn flatten(statements: &[StatementSpan]) -> Vec<i64> {
    let places = statements.iter();
    let places = places.flat_map(|place| [place.start, place.end]);
    places.map(i64::from).collect()
}

/// The answer to a short request, which has to come in time.
pub(crate) async fn answer(
    query: impl Future<Output = surrealdb::Result<IndexedResults>>,
    doing: &'static str,
    patience: Duration,
) -> Result<IndexedResults> {
    let answered = tokio::time::timeout(patience, query).await;
    answered
        .map_err(|_| Error::no_answer(doing, patience))?
        .map_err(|error| Error::request(doing, error))
}

/// The rows of a statement's result; `None` where the table is not there.
fn take_rows(response: &mut IndexedResults, index: usize) -> Result<Option<Vec<Value>>> {
    match response.take::<Value>(index) {
        Ok(Value::Array(rows)) => Ok(Some(rows.into_vec())),
        Ok(_) => Ok(Some(Vec::new())),
        Err(error) if meaning(&error) == Meaning::MissingTable => Ok(None),
        Err(error) => Err(Error::engine(READING, error)),
    }
}

fn has_fields(info: &Value) -> bool {
    let Value::Object(info) = info else {
        return false;
    };
    let Some(Value::Object(fields)) = info.get("fields") else {
        return false;
    };
    FIELDS.iter().all(|(name, _)| fields.contains_key(*name))
}

fn read_rows(table: &str, rows: Vec<Value>) -> Result<BTreeMap<Version, Recorded>> {
    let mut recorded = BTreeMap::new();
    for row in rows {
        let id = row_id(table, &row);
        let read = read_row(&row).map_err(|problem| Error::History {
            row: id.clone(),
            problem,
        })?;
        let version = read.version;
        if recorded.insert(version, read).is_some() {
            return Err(Error::History {
                row: id,
                problem: format!("another row has version {version} as well"),
            });
        }
    }
    Ok(recorded)
}

fn row_id(table: &str, row: &Value) -> String {
    match row {
        Value::Object(row) => row.get("id").map(ToSql::to_sql),
        _ => None,
    }
    .unwrap_or_else(|| table.to_owned())
}

/// Reads a row field by field: one that another program wrote has fewer, and a wrong one is told
/// by its name.
fn read_row(row: &Value) -> std::result::Result<Recorded, String> {
    let Value::Object(row) = row else {
        return Err("it is not an object".to_owned());
    };
    Ok(Recorded {
        version: read_version(row)?,
        name: read_string(row, "name")?,
        applied_at: match row.get("applied_at") {
            Some(Value::Datetime(at)) => Some(*at),
            None | Some(Value::None | Value::Null) => None,
            Some(_) => return Err("its `applied_at` is not a datetime".to_owned()),
        },
        checksum: read_string(row, "checksum")?,
        duration: match row.get("duration") {
            Some(Value::Duration(took)) => Some(took.into_inner()),
            _ => None,
        },
        down: read_script(row)?,
    })
}

fn read_version(row: &Object) -> std::result::Result<Version, String> {
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

fn read_string(row: &Object, field: &str) -> std::result::Result<Option<String>, String> {
    match row.get(field) {
        Some(Value::String(text)) => Ok(Some(text.clone())),
        None | Some(Value::None | Value::Null) => Ok(None),
        Some(_) => Err(format!("its `{field}` is not a string")),
    }
}

fn read_script(row: &Object) -> std::result::Result<Option<StoredScript>, String> {
    let Some(text) = read_string(row, "down")? else {
        return Ok(None);
    };
    let file = read_string(row, "down_file")?.unwrap_or_default();
    let statements = read_statements(row, "down_statements").unwrap_or_default();
    Ok(Some(StoredScript {
        file,
        text,
        statements,
    }))
}

/// Where the statements begin and end, one after the other. They serve messages alone, so anything
/// unexpected is nothing.
pub(crate) fn read_statements(row: &Object, field: &str) -> Option<Vec<StatementSpan>> {
    let Some(Value::Array(places)) = row.get(field) else {
        return None;
    };
    let places: Option<Vec<u32>> = places
        .iter()
        .map(|place| match place {
            Value::Number(Number::Int(place)) => u32::try_from(*place).ok(),
            _ => None,
        })
        .collect();
    let pairs = places?;
    let pairs = pairs.chunks_exact(2);
    Some(
        pairs
            .map(|pair| StatementSpan::new(pair[0], pair[1]))
            .collect(),
    )
}
