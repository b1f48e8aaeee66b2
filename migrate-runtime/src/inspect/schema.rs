//! The definitions of a database, as it reports them.

use std::time::Duration;

use migrate_files::live::{LiveSchema, listed};
use surrealdb::types::{Object, Value};
use surrealdb::{Connection, Surreal};

use crate::database::request::answer;
use crate::database::tables::Tables;
use crate::error::{ErrorKind, Result};

const READ: &str = "read the schema";

const DEFINITIONS: &str = "
    LET $database = INFO FOR DB;
    RETURN {
        database: $database,
        tables: object::from_entries(object::keys($database.tables)
            .map(|$table| [$table, INFO FOR TABLE $table]))
    }";

/// Reads the definitions of a database apart from the runner's own tables, in one request.
pub(crate) async fn read_schema<C: Connection>(
    db: &Surreal<C>,
    tables: &Tables,
    timeout: Duration,
) -> Result<LiveSchema> {
    let mut response = answer(db.query(DEFINITIONS).into_future(), READ, timeout).await?;
    let failed = |error| ErrorKind::engine_error(READ, error);
    let found = response.take::<Value>(1).map_err(failed)?;
    let mut definitions = Vec::new();
    if let Some(lists) = object(&found, "database") {
        definitions.extend(of_lists(lists, None));
    }
    if let Some(tables) = object(&found, "tables") {
        definitions.extend(tables.iter().flat_map(|(table, lists)| match lists {
            Value::Object(lists) => of_lists(lists, Some(table)).collect(),
            _ => Vec::new(),
        }));
    }
    let own = tables.own_names();
    let is_own = |name: &str| own.iter().any(|own| own == name);
    let definitions = definitions.into_iter();
    let others = definitions.filter(|(table, ..)| !table.is_some_and(is_own));
    Ok(others
        .filter_map(|(table, list, name, text)| match (table, list) {
            (None, "tables") if is_own(name) => None,
            _ => listed(list, table, name, text),
        })
        .collect())
}

/// The table if it is one's own, the list, the name and the text of a definition.
type Listed<'v> = (Option<&'v str>, &'v str, &'v str, &'v str);

fn of_lists<'v>(lists: &'v Object, table: Option<&'v str>) -> impl Iterator<Item = Listed<'v>> {
    lists.iter().flat_map(move |(list, entries)| {
        let entries = match entries {
            Value::Object(entries) => Some(entries.iter()),
            _ => None,
        };
        let entries = entries.into_iter().flatten();
        entries.filter_map(move |(name, text)| match text {
            Value::String(text) => Some((table, &**list, &**name, &**text)),
            _ => None,
        })
    })
}

fn object<'v>(value: &'v Value, field: &str) -> Option<&'v Object> {
    let Value::Object(value) = value else {
        return None;
    };
    match value.get(field)? {
        Value::Object(found) => Some(found),
        _ => None,
    }
}
