//! The SurrealQL that we write around scripts. Values are bound; only versions, which are numbers,
//! and the tables' names, which have been checked, are part of the text.

use migrate_files::Version;

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

/// Fails unless a statement returned a value.
fn require(statement: &str, thrown: &str) -> String {
    require_all(statement, 1, thrown)
}

/// Fails unless a statement returned so many values. In this form it costs the database the least.
fn require_all(statement: &str, count: usize, thrown: &str) -> String {
    let last = count.saturating_sub(1);
    format!("({statement})[{last}] ?? {{ THROW '{thrown}' }}")
}

/// Fails if a condition holds.
fn refuse(condition: &str) -> String {
    format!("IF {condition} {{ THROW '{HISTORY_CHANGED}' }}")
}

/// The row that a migration stands behind.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Previous {
    pub version: Version,
    /// Whether the row's id is its version: that of another program's row is not.
    pub has_own_id: bool,
}

/// Fails if the migration before this one is not applied, and writes its row.
///
/// Engines give snapshot isolation: two transactions that read each other's rows and write their own
/// both commit. Only a record that both write makes one of them fail. A transaction that reverts the
/// migration before this one deletes this row, so that it cannot commit beside this one. A value has
/// to change: an `UPDATE` that changes none counts as no write.
pub(crate) fn follow(tables: &Tables, previous: Previous) -> String {
    let (table, version) = (&tables.history, previous.version);
    let set = "SET followed_at = time::now()";
    let update = match previous.has_own_id {
        true => format!("UPDATE {table}:{version} {set}"),
        false => format!("UPDATE {table} {set} WHERE version = {version}"),
    };
    require(&format!("{update} RETURN VALUE id"), HISTORY_CHANGED)
}

/// Creates a migration's row; fails if there is one already.
pub(crate) fn create_row(tables: &Tables, version: Version) -> String {
    let (table, fields) = (&tables.history, row_fields(version));
    require(
        &format!(
            "CREATE {table}:{version} SET version = {version}, applied_at = time::now(), \
             {fields} RETURN VALUE id"
        ),
        NOT_WRITTEN,
    )
}

/// Records the text of this build for a migration that is applied; fails if it is not.
pub(crate) fn replace_text(tables: &Tables, version: Version) -> [String; 2] {
    let (table, fields) = (&tables.history, row_fields(version));
    let row = format!("{table} WHERE version = {version}");
    [
        require(&format!("SELECT VALUE id FROM {row}"), HISTORY_CHANGED),
        require(
            &format!("UPDATE {table} SET {fields} WHERE version = {version} RETURN VALUE id"),
            NOT_WRITTEN,
        ),
    ]
}

fn row_fields(version: Version) -> String {
    let parameter = parameter(version);
    let fields = [
        "name",
        "checksum",
        "down",
        "down_checksum",
        "down_file",
        "down_statements",
    ];
    fields
        .map(|field| format!("{field} = ${parameter}.{field}"))
        .join(", ")
}

/// Marks a row as one whose migration was recorded without being run.
pub(crate) fn mark_adopted(tables: &Tables, version: Version) -> String {
    let row = format!(
        "{} SET adopted = true WHERE version = {version}",
        tables.history
    );
    require(&format!("UPDATE {row} RETURN VALUE id"), NOT_WRITTEN)
}

/// Writes how long migrations took, from when their rows were created; fails if a script has deleted
/// one of them.
pub(crate) fn set_durations(tables: &Tables, versions: &[Version]) -> String {
    let table = &tables.history;
    let rows = versions.iter().map(|version| format!("{table}:{version}"));
    let rows = rows.collect::<Vec<_>>().join(", ");
    require_all(
        &format!("UPDATE {rows} SET duration = time::now() - applied_at RETURN VALUE id"),
        versions.len(),
        ROW_DELETED,
    )
}

/// Fails if a statement of a script has deleted the row of its migration.
pub(crate) fn require_row(tables: &Tables, version: Version) -> String {
    let row = format!("SELECT VALUE id FROM {}:{version}", tables.history);
    require(&row, ROW_DELETED)
}

/// Fails if a statement of a script has deleted the progress record of its migration.
pub(crate) fn require_progress_record(tables: &Tables, version: Version) -> String {
    let record = format!("SELECT VALUE id FROM {}:{version}", tables.progress);
    require(&record, ROW_DELETED)
}

/// Fails if the migration after this one is applied, or a part of it.
pub(crate) fn refuse_next(tables: &Tables, version: Version) -> String {
    let Tables {
        history, progress, ..
    } = tables;
    let next = u64::from(version) + 1;
    refuse(&format!(
        "record::exists({history}:{next}) OR record::exists({progress}:{next})"
    ))
}

/// Fails if a migration is applied.
pub(crate) fn refuse_applied(tables: &Tables, version: Version) -> String {
    let table = &tables.history;
    refuse(&format!(
        "!array::is_empty((SELECT VALUE id FROM {table} WHERE version = {version}))"
    ))
}

/// Deletes a migration's row; fails if it is gone.
pub(crate) fn delete_row(tables: &Tables, version: Version) -> [String; 2] {
    let row = format!("{} WHERE version = {version}", tables.history);
    [
        require(&format!("SELECT VALUE id FROM {row}"), HISTORY_CHANGED),
        require(
            &format!("DELETE {row} RETURN VALUE $before.id"),
            NOT_WRITTEN,
        ),
    ]
}

/// Creates the record of how far a migration is, with its first statement done.
pub(crate) fn create_progress(tables: &Tables, version: Version) -> String {
    let (table, parameter) = (&tables.progress, parameter(version));
    let fields = ["name", "checksum", "script", "statements"]
        .map(|field| format!("{field} = ${parameter}.{field}"))
        .join(", ");
    require(
        &format!(
            "CREATE {table}:{version} SET version = {version}, done = 1, {fields}, \
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
            "UPDATE {table}:{version} SET done = {next} \
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
            "SELECT VALUE id FROM {table}:{version} \
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
            "UPSERT {table}:run SET holder = $_sbl.holder, since = time::now(), \
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
