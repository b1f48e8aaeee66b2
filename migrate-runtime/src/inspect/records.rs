//! The records of a database.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use migrate_files::live::LiveSchema;
use surrealdb::types::{Object, ToSql as _, Value};
use surrealdb::{Connection, Surreal};

use crate::database::request::answer;
use crate::error::{ErrorKind, Result};
use crate::report::{RecordDifference, RecordDifferenceKind};

const READ: &str = "read the records";

const RECORDS: &str = "
    RETURN object::from_entries($tables
        .map(|$table| [$table, (SELECT * FROM type::table($table))]))";

/// The records of each table, by their ids.
#[derive(Debug, Default)]
pub(crate) struct Records(BTreeMap<String, BTreeMap<String, Object>>);

/// Reads all records apart from those of views, in one request.
pub(crate) async fn read_records<C: Connection>(
    db: &Surreal<C>,
    schema: &LiveSchema,
    timeout: Duration,
) -> Result<Records> {
    let tables: Vec<String> = schema.written_tables().map(str::to_owned).collect();
    if tables.is_empty() {
        return Ok(Records::default());
    }
    let query = db.query(RECORDS).bind(("tables", tables));
    let mut response = answer(query.into_future(), READ, timeout).await?;
    let found = response.take::<Value>(0);
    let found = found.map_err(|error| ErrorKind::engine_error(READ, error))?;
    let Value::Object(tables) = found else {
        return Ok(Records::default());
    };
    let tables = tables.into_iter().map(|(table, records)| {
        let records = match records {
            Value::Array(records) => records.into_iter().filter_map(by_id).collect(),
            _ => BTreeMap::new(),
        };
        (table, records)
    });
    Ok(Records(tables.collect()))
}

fn by_id(record: Value) -> Option<(String, Object)> {
    let Value::Object(record) = record else {
        return None;
    };
    Some((record.get("id")?.to_sql(), record))
}

/// What has become of the records of those tables that were there before. What the engine makes by
/// itself, such as a time of the last change, is not compared.
pub(crate) fn compare(
    (before, was): (&Records, &LiveSchema),
    (after, is): (&Records, &LiveSchema),
) -> Vec<RecordDifference> {
    let mut differences = Vec::new();
    for (table, before) in &before.0 {
        let none = BTreeMap::new();
        let after = after.0.get(table).unwrap_or(&none);
        let made = was.made_fields(table).chain(is.made_fields(table));
        let made: BTreeSet<&str> = made.collect();
        let ids: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        differences.extend(ids.into_iter().filter_map(|id| {
            let kind = match (before.get(id), after.get(id)) {
                (None, _) => RecordDifferenceKind::Left,
                (Some(_), None) => RecordDifferenceKind::Lost,
                (Some(was), Some(is)) => RecordDifferenceKind::Changed {
                    fields: changed_fields(was, is, &made)?,
                },
            };
            let record = id.clone();
            Some(RecordDifference { record, kind })
        }));
    }
    differences
}

/// The names of the fields that differ, if any does.
fn changed_fields(was: &Object, is: &Object, made: &BTreeSet<&str>) -> Option<Vec<String>> {
    let [was, is] = [was, is].map(|record| {
        let mut record = record.clone();
        for path in made {
            remove(&mut record, path);
        }
        record
    });
    let names: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
    let changed = names
        .into_iter()
        .filter(|name| was.get(*name) != is.get(*name));
    let changed: Vec<String> = changed.cloned().collect();
    (!changed.is_empty()).then_some(changed)
}

/// Removes what is at a path; where that leads into a list, the whole list.
fn remove(record: &mut Object, path: &str) {
    let (name, rest) = match path.split_once('.') {
        Some((name, rest)) => (name, Some(rest)),
        None => (path, None),
    };
    match (record.get_mut(name), rest) {
        (Some(Value::Object(inner)), Some(rest)) => remove(inner, rest),
        _ => drop(record.remove(name)),
    }
}
