//! What the engine's errors say, and what they mean for a migration. They are distinguished by kind,
//! never by their text.

use std::fmt;
use std::time::Duration;

use serde::Serialize;
use surrealdb::types::{ErrorDetails, NotFoundError, QueryError, ValidationError};

/// What the engine said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct EngineError {
    /// The engine's name for this kind of error.
    pub kind: String,
    /// The engine's words.
    pub message: String,
}

impl EngineError {
    /// No answer within the time limit. A client that reconnects by itself says nothing while it
    /// tries.
    pub(crate) fn no_answer(limit: Duration) -> Self {
        Self {
            kind: "Timeout".to_owned(),
            message: format!("nothing, for {limit:.1?}"),
        }
    }

    /// A write that the engine answered with nothing, which is what a user gets who may not write.
    pub(crate) fn not_written() -> Self {
        Self {
            kind: "NotAllowed".to_owned(),
            message: "nothing: it accepted the write, but wrote no record".to_owned(),
        }
    }
}

impl From<&surrealdb::Error> for EngineError {
    fn from(error: &surrealdb::Error) -> Self {
        Self {
            kind: error.kind_str().to_owned(),
            message: error.message().trim_end().to_owned(),
        }
    }
}

impl fmt::Display for EngineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for EngineError {}

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
    /// Another transaction wrote the same record; this one left nothing and may be tried again.
    Conflict,
    /// A record or definition of that name is there already.
    AlreadyExists,
    /// Not the cause of anything: the statement was not executed because another one failed.
    NotExecuted,
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
        ErrorDetails::Query(Some(QueryError::NotExecuted | QueryError::Cancelled)) => {
            Meaning::NotExecuted
        }
        ErrorDetails::Query(Some(QueryError::TransactionConflict)) => Meaning::Conflict,
        ErrorDetails::AlreadyExists(_) => Meaning::AlreadyExists,
        ErrorDetails::Thrown => Meaning::Thrown,
        ErrorDetails::NotAllowed(_) => Meaning::NotPermitted,
        ErrorDetails::Connection(_) => Meaning::Connection,
        _ => Meaning::Other,
    }
}
