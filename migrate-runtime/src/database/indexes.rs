//! Indexes that are built in the background. A definition with `CONCURRENTLY` is committed at once,
//! and what became of it is in `INFO FOR INDEX` alone.

use std::time::Duration;

use surrealdb::types::{Object, Value};
use surrealdb::{Connection, Surreal};

use crate::database::request::answer;
use crate::database::rows::{number, text};
use crate::error::{ErrorKind, Result};
use crate::report::{IndexBuild, IndexBuildState};

const READ: &str = "read the state of the indexes";

/// All indexes of the database that are not ready. The transaction that defines one sees it as
/// ready, so this has to be a request of its own.
const NOT_READY: &str = "
    RETURN object::keys((INFO FOR DB).tables)
        .map(|$table| object::keys((INFO FOR TABLE $table).indexes)
            .map(|$index| {
                table: $table,
                index: $index,
                building: (INFO FOR INDEX $index ON $table).building
            }))
        .flatten()
        .filter(|$index| $index.building.status != 'ready')";

/// The indexes of the database that are not ready, in one request.
pub(crate) async fn not_ready<C: Connection>(
    db: &Surreal<C>,
    timeout: Duration,
) -> Result<Vec<IndexBuild>> {
    let mut response = answer(db.query(NOT_READY).into_future(), READ, timeout).await?;
    let rows = response.take::<Value>(0);
    let rows = rows.map_err(|error| ErrorKind::engine_error(READ, error))?;
    let Value::Array(rows) = rows else {
        return Ok(Vec::new());
    };
    Ok(rows.iter().filter_map(read).collect())
}

fn read(row: &Value) -> Option<IndexBuild> {
    let Value::Object(row) = row else {
        return None;
    };
    let Some(Value::Object(building)) = row.get("building") else {
        return None;
    };
    let phase = text(building, "status")?;
    let state = match &*phase {
        "error" | "aborted" => IndexBuildState::Failed {
            reason: text(building, "error").unwrap_or(phase),
        },
        _ => IndexBuildState::Building {
            phase,
            initial: counted(building, "initial"),
            updated: counted(building, "updated"),
            pending: counted(building, "pending"),
        },
    };
    Some(IndexBuild {
        table: text(row, "table")?,
        index: text(row, "index")?,
        state,
    })
}

/// The engine leaves out what it has not counted yet.
fn counted(building: &Object, field: &str) -> u64 {
    number(building, field).unwrap_or(0)
}
