//! Whether a database is there. To select one that is not creates it, so this has to come first
//! wherever nothing is to be created.

use surrealdb::Surreal;
use surrealdb::engine::any::Any;
use surrealdb::types::Value;

/// What is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    Namespace,
    Database,
}

/// What is not there, as far as the user may know. Who may not list the namespaces, or the databases of
/// one, is a user of what is listed there, so that it exists.
pub async fn missing(
    db: &Surreal<Any>,
    namespace: &str,
    database: &str,
) -> surrealdb::Result<Option<Missing>> {
    let listed = listed(db, "INFO FOR ROOT", "namespaces").await?;
    if listed.is_some_and(|names| !names.contains(&namespace.to_owned())) {
        return Ok(Some(Missing::Namespace));
    }
    db.use_ns(namespace).await?;
    let listed = self::listed(db, "INFO FOR NS", "databases").await?;
    let is_missing = listed.is_some_and(|names| !names.contains(&database.to_owned()));
    Ok(is_missing.then_some(Missing::Database))
}

/// The names in a part of what `INFO` says; `None` if the user may not ask.
async fn listed(
    db: &Surreal<Any>,
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
