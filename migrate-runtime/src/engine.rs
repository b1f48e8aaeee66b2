//! What the engine's errors mean for a migration. They are told apart by kind, never by text.

use surrealdb::types::{ErrorDetails, NotFoundError, QueryError, ValidationError};

/// What an engine's error means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// A table that was never defined.
    MissingTable,
    /// The connection has not selected a namespace, or none of that name exists.
    NoNamespace,
    /// The connection has not selected a database, or none of that name exists.
    NoDatabase,
    /// The user may not do this.
    NotPermitted,
    /// The database cannot be reached, or the connection broke.
    Connection,
    /// Another transaction wrote the same; this one left nothing and may be tried again.
    Conflict,
    /// A record of that id is there already.
    AlreadyExists,
    /// Not the cause of anything: the statement was not run because another one failed.
    Echo,
    /// A `THROW`.
    Thrown,
    /// Anything else.
    Other,
}

pub(crate) fn meaning(error: &surrealdb::Error) -> Meaning {
    match error.details() {
        ErrorDetails::Validation(Some(ValidationError::NamespaceEmpty))
        | ErrorDetails::NotFound(Some(NotFoundError::Namespace { .. })) => Meaning::NoNamespace,
        ErrorDetails::Validation(Some(ValidationError::DatabaseEmpty))
        | ErrorDetails::NotFound(Some(NotFoundError::Database { .. })) => Meaning::NoDatabase,
        ErrorDetails::NotFound(Some(NotFoundError::Table { .. })) => Meaning::MissingTable,
        ErrorDetails::Query(Some(QueryError::NotExecuted | QueryError::Cancelled)) => Meaning::Echo,
        ErrorDetails::Query(Some(QueryError::TransactionConflict)) => Meaning::Conflict,
        ErrorDetails::AlreadyExists(_) => Meaning::AlreadyExists,
        ErrorDetails::Thrown => Meaning::Thrown,
        ErrorDetails::NotAllowed(_) => Meaning::NotPermitted,
        ErrorDetails::Connection(_) => Meaning::Connection,
        _ => Meaning::Other,
    }
}
