//! The SurrealQL that we write around scripts. Values are bound; only versions, which are numbers,
//! and the tables' names, which have been checked, are part of the text.

use std::ops::RangeInclusive;

use migrate_files::{Migration, Version};

use crate::database::tables::Tables;

/// What writing the history is called in errors.
pub(crate) const WRITE_HISTORY: &str = "write the migration history";

/// Thrown where a write wrote nothing. A user without the right to write a record gets no error from
/// the engine.
pub(crate) const NOT_WRITTEN: &str = "the row was not written";

/// Thrown where a script has deleted what says that it was run.
const ROW_DELETED: &str = "the script deletes its own row from the migration history";

/// Thrown where another process has changed the history since it was read.
pub(crate) const HISTORY_CHANGED: &str = "the history has changed";

/// A parameter for a migration: one for each, so that several fit into one request, and of a name
/// that no script has.
pub(crate) fn parameter(version: Version) -> String {
    format!("_sbl_{version}")
}

/// Fails unless a statement with `ONLY` found its record. In this form it costs the database the
/// least.
fn require(statement: &str, thrown: &str) -> String {
    format!("({statement}) || {{ THROW '{thrown}' }}")
}

/// Fails unless a statement returned so many values.
fn require_all(statement: &str, count: usize, thrown: &str) -> String {
    values_or_throw(statement, count, &format!("'{thrown}'"))
}

/// Fails unless a write of so many rows, which are there, returned a value for each. What is there and
/// was not written is what this user may not write.
fn require_written(write: &str, rows: &str, count: usize) -> String {
    let are_there = values(&format!("SELECT VALUE id FROM {rows}"), count);
    let thrown = format!("IF {are_there} {{ '{NOT_WRITTEN}' }} ELSE {{ '{HISTORY_CHANGED}' }}");
    values_or_throw(write, count, &thrown)
}

/// Throws what an expression says unless a statement returned so many values.
fn values_or_throw(statement: &str, count: usize, thrown: &str) -> String {
    let values = values(statement, count);
    format!("{values} ?? {{ THROW {thrown} }}")
}

/// The last one of so many values; nothing if there are fewer.
fn values(statement: &str, count: usize) -> String {
    let last = count.saturating_sub(1);
    format!("({statement})[{last}]")
}

/// Fails if a condition holds.
fn refuse(condition: &str) -> String {
    format!("IF {condition} {{ THROW '{HISTORY_CHANGED}' }}")
}

/// The migration before one that is applied.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Previous<'a> {
    /// One with a row that was read.
    Recorded {
        version: Version,
        /// Whether the row's id is its version: that of another program's row is not.
        has_own_id: bool,
    },
    /// One that the same request applies.
    Sent(&'a Migration),
}

/// Fails if the migration before this one is not applied; if the same request applies it, also if
/// another build has applied another text by that number.
///
/// Engines give snapshot isolation: two transactions that read each other's rows and write their own
/// both commit. Only a record that both write makes one of them fail. So this writes the row, which
/// a transaction that reverts the migration [deletes](delete_rows). An `UPDATE` without a change would
/// not be a write.
pub(crate) fn require_previous(tables: &Tables, previous: Previous<'_>) -> String {
    const SET: &str = "SET followed_at = time::now()";
    let table = &tables.history;
    match previous {
        Previous::Recorded {
            version,
            has_own_id,
        } => {
            let (from, filter) = match has_own_id {
                true => (format!("{table}:{version}"), String::new()),
                false => (table.clone(), format!(" WHERE version = {version}")),
            };
            let update = format!("UPDATE {from} {SET}{filter} RETURN VALUE id");
            require_written(&update, &format!("{from}{filter}"), 1)
        }
        Previous::Sent(migration) => {
            let version = migration.version;
            let filter = match migration.recorded_as(version) {
                (_, Some(checksum)) => format!(" WHERE checksum = '{checksum}'"),
                (_, None) => String::new(),
            };
            let update = format!("UPDATE ONLY {table}:{version} {SET}{filter} RETURN VALUE id");
            require(&update, HISTORY_CHANGED)
        }
    }
}

/// Writes the row of a migration that is not applied, and leaves nothing of it; fails if it is there.
/// So whatever creates it at the same moment does not commit beside this.
pub(crate) fn touch_row(tables: &Tables, version: Version) -> [String; 2] {
    let row = format!("{}:{version}", tables.history);
    [
        // What the other programs' tables require of a row.
        format!(
            "CREATE {row} SET version = {version}, name = '', applied_at = time::now() RETURN NONE"
        ),
        format!("DELETE {row} RETURN NONE"),
    ]
}

/// Creates the rows of so many migrations in a row, which are bound as the [parameter] of the first
/// one; fails if there is one already, or if the migration before them is not applied. To insert
/// what is bound as a whole costs the database less than to set each field.
///
/// [parameter]: parameter
pub(crate) fn insert_rows(
    tables: &Tables,
    first: Version,
    count: usize,
    previous: Option<Previous<'_>>,
) -> String {
    let (table, parameter) = (&tables.history, parameter(first));
    let rows = match previous {
        None => format!("${parameter}"),
        Some(previous) => {
            let require = require_previous(tables, previous);
            format!("(({require}) && ${parameter})")
        }
    };
    if let Some(Previous::Sent(_)) = previous {
        // Whoever has written a row in this request may write another one: to ask again costs the
        // database as much as to write it.
        return format!("INSERT INTO {table} {rows} RETURN NONE");
    }
    let insert = format!("INSERT INTO {table} {rows} RETURN VALUE id");
    require_all(&insert, count, NOT_WRITTEN)
}

/// Records the text of this build for a migration that is applied; fails if it is not.
pub(crate) fn replace_text(tables: &Tables, version: Version) -> String {
    let (table, parameter) = (&tables.history, parameter(version));
    let row = format!("{table} WHERE version = {version}");
    let fields = [
        "name",
        "checksum",
        "down",
        "down_checksum",
        "down_file",
        "down_statements",
    ];
    let fields = fields.map(|field| format!("{field} = ${parameter}[0].{field}"));
    let fields = fields.join(", ");
    let update = format!("UPDATE {table} SET {fields} WHERE version = {version} RETURN VALUE id");
    require_written(&update, &row, 1)
}

/// Marks a row as one whose migration was recorded without being run.
pub(crate) fn mark_adopted(tables: &Tables, version: Version) -> String {
    let row = format!(
        "{} SET adopted = true WHERE version = {version}",
        tables.history
    );
    require_all(&format!("UPDATE {row} RETURN VALUE id"), 1, NOT_WRITTEN)
}

/// Writes how long a migration took, from when its row was created; fails if a script has deleted the
/// row.
pub(crate) fn set_duration(tables: &Tables, version: Version) -> String {
    let row = format!("{}:{version}", tables.history);
    require(
        &format!("UPDATE ONLY {row} SET duration = time::now() - applied_at RETURN VALUE id"),
        ROW_DELETED,
    )
}

/// Fails if a statement of a script has deleted the row of one of so many migrations.
pub(crate) fn require_rows(tables: &Tables, first: Version, count: usize) -> String {
    let table = &tables.history;
    let end = u64::from(first) + count as u64;
    require_all(
        &format!("SELECT VALUE id FROM {table}:{first}..{end}"),
        count,
        ROW_DELETED,
    )
}

/// Fails if a statement of a script has deleted the progress record of its migration.
pub(crate) fn require_progress_record(tables: &Tables, version: Version) -> String {
    let record = format!("SELECT VALUE id FROM ONLY {}:{version}", tables.progress);
    require(&record, ROW_DELETED)
}

/// Fails if a part of a migration is applied.
pub(crate) fn refuse_partially_applied(tables: &Tables, version: Version) -> String {
    refuse(&format!("record::exists({}:{version})", tables.progress))
}

/// Fails if a migration is applied.
pub(crate) fn refuse_applied(tables: &Tables, version: Version) -> String {
    let table = &tables.history;
    refuse(&format!(
        "!array::is_empty((SELECT VALUE id FROM {table} WHERE version = {version}))"
    ))
}

/// Deletes the rows of a migration: one, or those of all that a baseline stands for. Fails if one is
/// gone, and, if a version is said to be next, if that one is applied or a part of it is. A row that is
/// found by its id costs the same however long the history is.
pub(crate) fn delete_rows(
    tables: &Tables,
    versions: &RangeInclusive<Version>,
    has_own_id: bool,
    next: Option<u64>,
) -> String {
    let Tables {
        history, progress, ..
    } = tables;
    let (first, last) = (versions.start(), versions.end());
    let (from, by_version) = match first == last {
        true if has_own_id => (format!("{history}:{last}"), None),
        true => (history.clone(), Some(format!("version = {last}"))),
        false => {
            let range = format!("version >= {first} AND version <= {last}");
            (history.clone(), Some(range))
        }
    };
    let mut conditions = Vec::from_iter(by_version);
    if let Some(next) = next {
        conditions.extend([history, progress].map(|it| format!("!record::exists({it}:{next})")));
    }
    let rows = match &*conditions {
        [] => from,
        conditions => format!("{from} WHERE {}", conditions.join(" AND ")),
    };
    let delete = format!("DELETE {rows} RETURN VALUE $before.id");
    require_written(&delete, &rows, (last - first) as usize + 1)
}

/// Creates the record of how far a migration is, with its first statement done.
pub(crate) fn create_progress(tables: &Tables, version: Version) -> String {
    let (table, parameter) = (&tables.progress, parameter(version));
    let fields = ["name", "checksum", "script", "statements"]
        .map(|field| format!("{field} = ${parameter}.{field}"))
        .join(", ");
    require(
        &format!(
            "CREATE ONLY {table}:{version} SET version = {version}, done = 1, {fields}, \
             started_at = time::now() RETURN VALUE id"
        ),
        NOT_WRITTEN,
    )
}

/// Counts one more statement as done; fails unless just the ones before it are.
pub(crate) fn advance_progress(
    tables: &Tables,
    version: Version,
    done: usize,
    checksum: &str,
) -> String {
    let (table, next) = (&tables.progress, done + 1);
    require(
        &format!(
            "UPDATE ONLY {table}:{version} SET done = {next} \
             WHERE done = {done} AND checksum = '{checksum}' RETURN VALUE id"
        ),
        HISTORY_CHANGED,
    )
}

/// Fails unless just the statements before the last one are done.
pub(crate) fn require_progress(
    tables: &Tables,
    version: Version,
    done: usize,
    checksum: &str,
) -> String {
    let table = &tables.progress;
    require(
        &format!(
            "SELECT VALUE id FROM ONLY {table}:{version} \
             WHERE done = {done} AND checksum = '{checksum}'"
        ),
        HISTORY_CHANGED,
    )
}

/// Turns the progress of a migration into its duration.
pub(crate) fn finish_progress(tables: &Tables, version: Version) -> [String; 2] {
    let Tables {
        history, progress, ..
    } = tables;
    [
        format!(
            "UPDATE {history}:{version} SET duration = time::now() - \
             (SELECT VALUE started_at FROM ONLY {progress}:{version}) RETURN NONE"
        ),
        format!("DELETE {progress}:{version} RETURN NONE"),
    ]
}

/// Takes the lease unless another process holds it.
pub(crate) fn take_lease(tables: &Tables) -> String {
    let table = &tables.lease;
    let take = require(
        &format!(
            "UPSERT ONLY {table}:run SET holder = $_sbl.holder, since = time::now(), \
             expires_at = time::now() + $_sbl.term RETURN VALUE id"
        ),
        NOT_WRITTEN,
    );
    format!(
        "IF array::is_empty((SELECT VALUE id FROM {table}:run WHERE expires_at >= time::now())) \
         {{ {take} }}"
    )
}

/// Renews the lease of this process.
pub(crate) fn renew_lease(tables: &Tables) -> String {
    format!(
        "UPDATE {}:run SET expires_at = time::now() + $_sbl.term \
         WHERE holder = $_sbl.holder RETURN NONE",
        tables.lease
    )
}

/// Gives the lease of this process back.
pub(crate) fn release_lease(tables: &Tables) -> String {
    format!(
        "DELETE {}:run WHERE holder = $_sbl.holder RETURN NONE",
        tables.lease
    )
}
