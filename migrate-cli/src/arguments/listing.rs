//! The names of what there is, as `INFO` says them.

use surrealdb::types::Value;
use surrealdb::{Connection, Surreal};

/// The namespaces of the server; `None` if the user may not ask.
pub async fn namespaces<C: Connection>(db: &Surreal<C>) -> surrealdb::Result<Option<Vec<String>>> {
    listed(db, "INFO FOR ROOT", "namespaces").await
}

/// The databases of the selected namespace; `None` if the user may not ask.
pub async fn databases<C: Connection>(db: &Surreal<C>) -> surrealdb::Result<Option<Vec<String>>> {
    listed(db, "INFO FOR NS", "databases").await
}

/// The names in a part of what `INFO` says.
async fn listed<C: Connection>(
    db: &Surreal<C>,
    info: &str,
    part: &str,
) -> surrealdb::Result<Option<Vec<String>>> {
    let mut response = db.query(info).await?;
    let Ok(Value::Object(info)) = response.take::<Value>(0) else {
        return Ok(None);
    };
    Ok(match info.get(part) {
        Some(Value::Object(names)) => Some(names.keys().cloned().collect()),
        _ => None,
    })
}
