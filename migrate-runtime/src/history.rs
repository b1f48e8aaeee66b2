//! The history table: its definition, its rows, and the one request that reads it.
//!
//! Two other programs write this table, and both are taken over as they stand: one writes
//! `_sbl_migrations:3` with `version` and `applied_at` on a table without a schema, the other rows
//! of any id with `version`, `name` and `applied_at` on a schemafull one. Both read the highest
//! `version` of all rows, so nothing without a version ever stands here.

use std::collections::BTreeMap;
use std::time::Duration;

use migrate_core::Statement;
use surrealdb::types::{Datetime, Number, Object, ToSql, Value};
use surrealdb::{Connection, IndexedResults, Surreal};

use crate::engine::{Meaning, meaning};
use crate::error::{Error, Result};
use crate::{Migration, Version};

/// The fields that a row of ours has beyond those of the other programs, with their types. All are
/// optional: the others go on writing rows without them.
const FIELDS: [(&str, &str); 5] = [
    ("checksum", "option<string>"),
    ("duration", "option<duration>"),
    ("down", "option<string>"),
    ("down_file", "option<string>"),
    ("down_statements", "option<array<int>>"),
];

/// What the history table holds.
#[derive(Debug, Clone)]
pub(crate) struct History {
    /// The table's name.
    pub table: String,
    /// The rows by version.
    pub recorded: BTreeMap<Version, Recorded>,
    /// Whether the table is there with all the fields that a row of ours has.
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
    pub statements: Vec<Statement>,
}

impl History {
    /// Reads the whole table in one request.
    pub(crate) async fn read<C: Connection>(
        db: &Surreal<C>,
        table: &str,
        patience: Duration,
    ) -> Result<Self> {
        const DOING: &str = "read the migration history";
        // `INFO` is refused to a user who is not of the database's system; `SELECT` would hand a
        // record user an empty table instead, which reads like a database without migrations.
        let query = format!("SELECT * FROM {table}; INFO FOR TABLE {table};");
        let response = tokio::time::timeout(patience, db.query(query).into_future()).await;
        let mut response = response
            .map_err(|_| Error::no_answer(DOING, patience))?
            .map_err(|error| Error::request(DOING, error))?;
        let info = take(&mut response, 1).map_err(|error| Error::engine(DOING, error))?;
        let rows = match take(&mut response, 0) {
            Ok(rows) => rows,
            Err(error) if meaning(&error) == Meaning::MissingTable => Value::None,
            Err(error) => return Err(Error::engine(DOING, error)),
        };
        Ok(Self {
            table: table.to_owned(),
            recorded: read_rows(table, rows)?,
            is_ready: has_fields(&info),
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

/// What defines the table, or brings one of another program up to what is needed. A table that
/// somebody opened to record users is closed again.
pub(crate) fn definition(table: &str) -> String {
    let fields: String = FIELDS
        .iter()
        .map(|(name, kind)| format!("DEFINE FIELD IF NOT EXISTS {name} ON {table} TYPE {kind}; "))
        .collect();
    format!(
        "BEGIN; \
         DEFINE TABLE IF NOT EXISTS {table} TYPE NORMAL SCHEMAFULL PERMISSIONS NONE; \
         ALTER TABLE {table} PERMISSIONS NONE; \
         DEFINE FIELD IF NOT EXISTS version ON {table} TYPE int; \
         DEFINE FIELD IF NOT EXISTS name ON {table} TYPE option<string>; \
         DEFINE FIELD IF NOT EXISTS applied_at ON {table} TYPE datetime DEFAULT time::now(); \
         {fields}\
         COMMIT;"
    )
}

/// The value of one statement's result.
pub(crate) fn take(response: &mut IndexedResults, index: usize) -> surrealdb::Result<Value> {
    response.take::<Value>(index)
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

fn read_rows(table: &str, rows: Value) -> Result<BTreeMap<Version, Recorded>> {
    let rows = match rows {
        Value::Array(rows) => rows.into_vec(),
        _ => Vec::new(),
    };
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
        Some(Value::String(text)) => Ok(Some(text.to_string())),
        None | Some(Value::None | Value::Null) => Ok(None),
        Some(_) => Err(format!("its `{field}` is not a string")),
    }
}

fn read_script(row: &Object) -> std::result::Result<Option<StoredScript>, String> {
    let Some(text) = read_string(row, "down")? else {
        return Ok(None);
    };
    let file = read_string(row, "down_file")?.unwrap_or_default();
    let statements = read_statements(row).unwrap_or_default();
    Ok(Some(StoredScript {
        file,
        text,
        statements,
    }))
}

/// Where the statements begin and end, one after the other. They serve messages alone, so anything
/// unexpected is nothing.
fn read_statements(row: &Object) -> Option<Vec<Statement>> {
    let Some(Value::Array(places)) = row.get("down_statements") else {
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
            .map(|pair| Statement {
                start: pair[0],
                end: pair[1],
            })
            .collect(),
    )
}
