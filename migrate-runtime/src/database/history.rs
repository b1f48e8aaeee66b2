//! What is recorded in a database: the one request that reads it, and what changes it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::ops::RangeInclusive;
use std::time::Duration;

use migrate_files::{Migration, Version};
use surrealdb::types::{SurrealValue, Value};
use surrealdb::{Connection, IndexedResults, Surreal};

use crate::database::request::{answer, first_cause};
use crate::database::rows::{
    HISTORY_COLUMNS, HistoryRow, Progress, Recorded, SCRIPT_COLUMNS, read_history, read_lease,
    read_progress, read_scripts,
};
use crate::database::script::{Source, StoredScript, sha256};
use crate::database::selection::Selection;
use crate::database::statements::{self, Previous};
use crate::database::tables::Tables;
use crate::database::transaction::{Outcome, Part};
use crate::error::{EngineError, ErrorKind, Meaning, Result, meaning};
use crate::report::Lease;

const READ: &str = "read the migration history";

/// What the tables of a set hold.
#[derive(Debug, Clone)]
pub(crate) struct History {
    pub tables: Tables,
    /// The rows by version.
    pub recorded: BTreeMap<Version, Recorded>,
    /// How far migrations are that are applied statement by statement.
    pub progress: BTreeMap<Version, Progress>,
    /// Which process is at work.
    pub lease: Option<Lease>,
    /// Whether the tables are there with all their fields.
    pub is_defined: bool,
    /// Whether nothing was recorded when this was read.
    pub is_new: bool,
    /// The names of all tables of the database.
    pub all_tables: BTreeSet<String>,
}

/// How far a database is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Position {
    current_version: Version,
    rows: usize,
    statements: usize,
}

/// Reads everything in one statement, and so in one snapshot.
///
/// `INFO` is refused to a record user. `SELECT` would give one an empty result instead, which reads
/// like a database without migrations.
pub(crate) fn read_text(tables: &Tables) -> String {
    let Tables {
        history,
        lease,
        progress,
        ..
    } = tables;
    let rows = [
        (history, format!("SELECT {HISTORY_COLUMNS} FROM {history}")),
        (
            lease,
            format!("SELECT *, expires_at < time::now() AS is_expired FROM {lease}:run"),
        ),
        (progress, format!("SELECT * FROM {progress}")),
    ];
    let rows = rows.map(|(table, select)| Tables::where_it_is(table, &select));
    let defined = tables.defined();
    format!(
        "{{ \
         LET $_sbl_tables = (INFO FOR DB).tables; \
         LET $_sbl_found = {{ tables: object::keys($_sbl_tables), defined: {defined}, rows: [{}] }}; \
         $_sbl_found }};",
        rows.join(", ")
    )
}

/// A condition that compares the history with what it is after a set was applied, whose [`digest`] is bound. Fails if
/// a table is not there. A progress record is a difference in any case.
fn compare_text(tables: &Tables, set: &[&Migration]) -> String {
    let Tables {
        history, progress, ..
    } = tables;
    let checksum = match set.first() {
        Some(first) if !is_listed(first) => {
            format!(
                "IF version > {} {{ checksum }} ELSE {{ '' }}",
                first.version
            )
        }
        _ => "checksum".to_owned(),
    };
    format!(
        "crypto::sha256(array::join((SELECT VALUE string::concat(version, ':', {checksum}) \
         FROM {history}), ',')) = $_sbl_digest AND array::is_empty((SELECT VALUE id FROM {progress}))"
    )
}

/// Whether the checksums are known of all that a migration stands for: not of a baseline that does not
/// list it.
fn is_listed(migration: &Migration) -> bool {
    migration.recorded_as(migration.version).1.is_some()
}

/// What [`compare_text`] has the database compute, where just these migrations are applied.
fn digest(set: &[&Migration]) -> String {
    let mut rows = String::new();
    for migration in set {
        let is_listed = is_listed(migration);
        for version in migration.versions() {
            let separator = if rows.is_empty() { "" } else { "," };
            let (_, checksum) = migration.recorded_as(version);
            // Writing to a string does not fail.
            let _ = match checksum.filter(|_| is_listed) {
                Some(checksum) => write!(rows, "{separator}{version}:{checksum}"),
                None => write!(rows, "{separator}{version}:"),
            };
        }
    }
    sha256(&rows)
}

impl History {
    /// Reads the tables in one request.
    pub(crate) async fn read<C: Connection>(
        db: &Surreal<C>,
        tables: &Tables,
        timeout: Duration,
    ) -> Result<Self> {
        let query = db.query(read_text(tables)).into_future();
        let response = answer(query, READ, timeout).await?;
        Self::from_response(tables, response, 0)
    }

    /// Whether all migrations of a set are applied and nothing else is, which the database finds out
    /// by itself. To have it read everything in the same request where that is not so would cost the
    /// request of every start to which it is: a text is parsed whether it is run or not.
    ///
    /// The database to look at is selected in the same request, if that is to be done.
    pub(crate) async fn is_up_to_date<'a, C: Connection>(
        db: &Surreal<C>,
        tables: &Tables,
        selection: Option<&Selection>,
        set: impl Iterator<Item = &'a Migration>,
        timeout: Duration,
    ) -> Result<bool> {
        let set: Vec<&Migration> = set.collect();
        let compare = compare_text(tables, &set);
        let (text, index) = match selection {
            None => (format!("RETURN {compare}"), 0),
            Some(_) => (Selection::before(&compare), Selection::STATEMENTS),
        };
        let mut query = db.query(text).bind(("_sbl_digest", digest(&set)));
        if let Some(selection) = selection {
            query = query.bind(selection.parameter());
        }
        let mut response = answer(query.into_future(), READ, timeout).await?;
        // What an error means, such as that of a table that is not there, is for whoever reads.
        let is_up_to_date = response.take::<Value>(index);
        Ok(matches!(is_up_to_date, Ok(Value::Bool(true))))
    }

    /// What the result of [`read_text`] says, by its index among those of a response.
    pub(crate) fn from_response(
        tables: &Tables,
        mut response: IndexedResults,
        index: usize,
    ) -> Result<Self> {
        let found = response.take::<Value>(index);
        let found = found.map_err(|error| ErrorKind::engine_error(READ, error))?;
        Self::from_found(tables, &found)
    }

    fn from_found(tables: &Tables, found: &Value) -> Result<Self> {
        let rows = |index: usize| -> &[Value] {
            let rows = match found {
                Value::Object(found) => found.get("rows"),
                _ => None,
            };
            match rows.and_then(|rows| rows.as_array()?.get(index)) {
                Some(Value::Array(rows)) => rows,
                _ => &[],
            }
        };
        Ok(Self {
            tables: tables.clone(),
            is_new: rows(0).is_empty(),
            all_tables: Tables::all_names(found),
            recorded: read_history(tables, rows(0))?,
            progress: read_progress(rows(2)),
            lease: read_lease(rows(1)),
            is_defined: Tables::are_defined(found),
        })
    }

    /// The down scripts of all migrations above a version, and whether the connection has rights
    /// beyond its database. One without any authentication has all rights, but then so has everybody
    /// who could have changed the scripts.
    pub(crate) async fn read_scripts<C: Connection>(
        &self,
        db: &Surreal<C>,
        above: Version,
        timeout: Duration,
    ) -> Result<(BTreeMap<Version, StoredScript>, bool)> {
        let table = &self.tables.history;
        let query = db.query(format!(
            "SELECT {SCRIPT_COLUMNS} FROM {table} WHERE version > {above}; \
             RETURN $token != NONE AND $token.DB = NONE"
        ));
        let mut response = answer(query.into_future(), READ, timeout).await?;
        let scripts = read_scripts(&self.tables, &take_rows(&mut response, 0)?)?;
        let has_more_rights = response.take::<Value>(1);
        let has_more_rights =
            has_more_rights.map_err(|error| ErrorKind::engine_error(READ, error))?;
        Ok((scripts, has_more_rights != Value::Bool(false)))
    }

    /// The highest version that is applied; 0 if none is.
    pub(crate) fn current_version(&self) -> Version {
        self.recorded
            .last_key_value()
            .map_or(0, |(version, _)| *version)
    }

    /// What changes whenever another process applies or reverts something.
    pub(crate) fn position(&self) -> Position {
        let progress = self.progress.values();
        Position {
            current_version: self.current_version(),
            rows: self.recorded.len(),
            statements: progress.map(|progress| progress.done).sum(),
        }
    }

    /// The version that is current once the last migration is reverted.
    pub(crate) fn previous_version(&self) -> Version {
        self.recorded.keys().nth_back(1).copied().unwrap_or(0)
    }

    /// The name of the current version, if it has one.
    pub(crate) fn current_name(&self) -> Option<String> {
        let (_, last) = self.recorded.last_key_value()?;
        last.name.clone()
    }

    /// What is applied before a migration, if anything is.
    pub(crate) fn previous(&self, migration: &Migration) -> Option<Previous<'static>> {
        let first = *migration.versions().start();
        let version = first.checked_sub(1).filter(|previous| *previous > 0)?;
        Some(Previous::Recorded {
            version,
            has_own_id: self.has_own_id(version),
        })
    }

    /// Whether the id of a migration's row is its version: that of another program's row is not.
    pub(crate) fn has_own_id(&self, version: Version) -> bool {
        let recorded = self.recorded.get(&version);
        recorded.is_none_or(|recorded| !recorded.has_other_id)
    }

    /// Adds a migration that this process has just applied, without another request.
    pub(crate) fn add(&mut self, migration: &Migration) {
        self.add_rows(&HistoryRow::of(migration));
    }

    /// Adds rows that this process has just written.
    pub(crate) fn add_rows(&mut self, rows: &[HistoryRow]) {
        let rows = rows.iter().map(|row| (row.version(), Recorded::from(row)));
        self.recorded.extend(rows);
    }

    /// Removes what this process has just reverted.
    pub(crate) fn remove(&mut self, versions: &RangeInclusive<Version>) {
        self.recorded
            .retain(|version, _| !versions.contains(version));
    }
}

/// The parts of a transaction that applies migrations in a row, each with its script. Before the first
/// script are the rows of all: they are committed together. How long one of several took is not known.
pub(crate) fn apply<'a>(
    tables: &Tables,
    previous: Option<Previous<'_>>,
    migrations: &[&'a Migration],
) -> Vec<Part<'a>> {
    let parts = migrations.iter().map(|migration| Part {
        before: Vec::new(),
        source: Source::from(&migration.up),
        after: Vec::new(),
        parameter: None,
    });
    let mut parts: Vec<Part<'a>> = parts.collect();
    let rows: Vec<HistoryRow> = migrations
        .iter()
        .flat_map(|it| HistoryRow::of(it))
        .collect();
    let (Some(version), count) = (rows.first().map(HistoryRow::version), rows.len()) else {
        return parts;
    };
    if let ([first, ..], [part, ..]) = (migrations, &mut *parts) {
        if first.is_baseline() {
            // Any other migration finds the row of the one before it.
            let refuse = statements::refuse_partially_applied(tables, version);
            part.before.push(refuse);
        }
        let insert = statements::insert_rows(tables, version, count, previous);
        part.before.push(insert);
        part.parameter = Some(rows_parameter(version, rows));
    }
    if let Some(last) = parts.last_mut() {
        last.after.push(match migrations {
            [one] => statements::set_duration(tables, one.version),
            _ => statements::require_rows(tables, version, count),
        });
    }
    parts
}

/// A migration to revert, or a baseline with all that it stands for.
#[derive(Debug)]
pub(crate) struct Revert<'a> {
    pub versions: RangeInclusive<Version>,
    /// Whether the row's [id is its version](History::has_own_id), if it is one migration.
    pub has_own_id: bool,
    pub script: Source<'a>,
}

/// The parts of a transaction that reverts migrations, each with its row and its down script.
///
/// Nothing may be applied behind the first of them. The rows behind the others are those of the ones
/// before them, which this transaction deletes.
pub(crate) fn revert<'a>(tables: &Tables, reverts: Vec<Revert<'a>>) -> Vec<Part<'a>> {
    let parts = reverts.into_iter().enumerate().map(|(index, revert)| {
        let Revert {
            versions,
            has_own_id,
            script,
        } = revert;
        let next = (index == 0).then(|| u64::from(*versions.end()) + 1);
        let delete = statements::delete_rows(tables, &versions, has_own_id, next);
        Part {
            before: vec![delete],
            source: script,
            after: Vec::new(),
            parameter: None,
        }
    });
    parts.collect()
}

/// The rows of migrations as the parameter of the first one.
fn rows_parameter(first: Version, rows: Vec<HistoryRow>) -> (String, Value) {
    (statements::parameter(first), rows.into_value())
}

/// A migration's row as a parameter.
pub(crate) fn row_parameter(migration: &Migration) -> (String, Value) {
    rows_parameter(migration.version, HistoryRow::of(migration))
}

/// Records the text of this build for migrations that were applied with another one, in one
/// transaction.
pub(crate) async fn accept<C: Connection>(
    db: &Surreal<C>,
    tables: &Tables,
    rows: Vec<HistoryRow>,
    timeout: Duration,
) -> Result<Outcome> {
    let versions = rows.iter().map(HistoryRow::version);
    let statements = versions.map(|version| statements::replace_text(tables, version));
    let statements: Vec<String> = statements.collect();
    let parameters = rows.into_iter();
    let parameters = parameters.map(|row| rows_parameter(row.version(), vec![row]));
    let parameters = parameters.collect();
    write(
        db,
        &statements,
        parameters,
        "record edited migrations",
        timeout,
    )
    .await
}

/// Records migrations as applied without running them, in one transaction: new rows, or the texts of
/// rows that another program wrote.
pub(crate) async fn adopt<C: Connection>(
    db: &Surreal<C>,
    history: &History,
    rows: Vec<HistoryRow>,
    timeout: Duration,
) -> Result<Outcome> {
    let tables = &history.tables;
    let (mut statements, mut parameters) = (Vec::new(), Vec::new());
    for row in rows {
        let version = row.version();
        match history.recorded.contains_key(&version) {
            true => {
                statements.push(statements::replace_text(tables, version));
                statements.push(statements::mark_adopted(tables, version));
            }
            false => statements.push(statements::insert_rows(tables, version, 1, None)),
        }
        parameters.push(rows_parameter(version, vec![row.adopted()]));
    }
    write(db, &statements, parameters, "adopt migrations", timeout).await
}

/// Changes the history alone, in one transaction, with parameters by name.
async fn write<C: Connection>(
    db: &Surreal<C>,
    statements: &[String],
    parameters: Vec<(String, Value)>,
    operation: &'static str,
    timeout: Duration,
) -> Result<Outcome> {
    let mut query = db.query(format!("BEGIN; {}; COMMIT;", statements.join("; ")));
    for parameter in parameters {
        query = query.bind(parameter);
    }
    let mut response = answer(query.into_future(), operation, timeout).await?;
    let count = response.num_statements();
    let Some(error) = first_cause(&mut response, count) else {
        return Ok(Outcome::Committed);
    };
    match meaning(&error) {
        Meaning::Conflict | Meaning::AlreadyExists => {
            Ok(Outcome::Conflict(EngineError::from(&error)))
        }
        Meaning::Thrown if error.message().ends_with(statements::HISTORY_CHANGED) => {
            Ok(Outcome::Conflict(EngineError::from(&error)))
        }
        Meaning::Thrown => Err(ErrorKind::not_written(operation).into()),
        _ => Err(ErrorKind::engine_error(operation, error).into()),
    }
}

/// The rows of a statement's result; none if the table is not there.
fn take_rows(response: &mut IndexedResults, index: usize) -> Result<Vec<Value>> {
    match response.take::<Value>(index) {
        Ok(Value::Array(rows)) => Ok(rows.into_vec()),
        Ok(_) => Ok(Vec::new()),
        Err(error) if meaning(&error) == Meaning::MissingTable => Ok(Vec::new()),
        Err(error) => Err(ErrorKind::engine_error(READ, error).into()),
    }
}
