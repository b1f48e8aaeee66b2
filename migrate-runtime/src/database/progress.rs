//! Migrations that are applied statement by statement, for what is too much for one transaction.
//!
//! Each statement runs in a transaction of its own together with a record of the progress, in a
//! table beside the history. The last one writes the history row and removes the record. The record
//! says which statement is next: of two processes at the same one, one gets a conflict.

use migrate_files::Migration;
use surrealdb::types::SurrealValue;

use crate::database::history::{self, History};
use crate::database::rows::ProgressRow;
use crate::database::script::Source;
use crate::database::statements;
use crate::database::tables::Tables;
use crate::database::transaction::Part;

/// The part of a transaction that applies one statement, from 0, behind the record of the progress.
pub(crate) fn apply_statement<'a>(
    history: &History,
    migration: &'a Migration,
    statement: usize,
) -> Part<'a> {
    let (tables, version) = (&history.tables, migration.version);
    let last = migration.up.statements.len().saturating_sub(1);
    let checksum = migration.checksum.to_string();
    let (write, parameter) = match statement {
        0 => (
            begin(tables, migration),
            Some(progress_parameter(migration)),
        ),
        done if done == last => (
            finish(tables, migration, done),
            Some(history::row_parameter(migration)),
        ),
        done => (
            vec![statements::advance_progress(
                tables, version, done, &checksum,
            )],
            None,
        ),
    };
    let after = match statement == last {
        true => statements::require_rows(tables, version, 1),
        false => statements::require_progress_record(tables, version),
    };
    let previous = history.previous(migration);
    let require = previous.map(|previous| statements::require_previous(tables, previous));
    let mut before = Vec::from_iter(require);
    before.extend(write);
    Part {
        before,
        source: Source::from(&migration.up).only(statement),
        after: vec![after],
        parameter,
    }
}

fn begin(tables: &Tables, migration: &Migration) -> Vec<String> {
    let version = migration.version;
    let mut before = vec![statements::refuse_applied(tables, version)];
    // Another build may apply the same migration in one transaction.
    before.extend(statements::touch_row(tables, version));
    before.push(statements::create_progress(tables, version));
    before
}

fn finish(tables: &Tables, migration: &Migration, done: usize) -> Vec<String> {
    let (version, checksum) = (migration.version, migration.checksum.to_string());
    let mut before = vec![
        statements::require_progress(tables, version, done, &checksum),
        statements::insert_rows(tables, version, 1, None),
    ];
    before.extend(statements::finish_progress(tables, version));
    before
}

fn progress_parameter(migration: &Migration) -> (String, surrealdb::types::Value) {
    let name = statements::parameter(migration.version);
    (name, ProgressRow::from(migration).into_value())
}
