//! Whether a database is there. To select one that is not creates it, so this has to come first
//! wherever nothing is to be created.

use surrealdb::Surreal;
use surrealdb::engine::any::Any;

use crate::arguments::listing::{databases, namespaces};

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
    if is_namespace_missing(db, namespace).await? {
        return Ok(Some(Missing::Namespace));
    }
    db.use_ns(namespace).await?;
    let databases = databases(db).await?;
    let is_missing = databases.is_some_and(|names| !names.contains(&database.to_owned()));
    Ok(is_missing.then_some(Missing::Database))
}

/// The same for a namespace alone.
pub async fn is_namespace_missing(db: &Surreal<Any>, namespace: &str) -> surrealdb::Result<bool> {
    let namespaces = namespaces(db).await?;
    Ok(namespaces.is_some_and(|names| !names.contains(&namespace.to_owned())))
}
