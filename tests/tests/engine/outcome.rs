//! What becomes of a script when it is applied as the runner applies one: in one transaction, in one
//! request, and again after a conflict.

use surrealdb::types::{ErrorDetails, QueryError};
use surrealdb::{Error, Surreal, engine::any::Any};

/// How often a script is tried before its conflict counts as one with itself: nobody else writes.
const MAX_ATTEMPTS: u32 = 3;

/// What becomes of a script.
#[derive(Debug)]
pub enum Outcome {
    /// It was committed, after so many conflicts.
    Committed { conflicts: u32 },
    /// It ended in a conflict each time.
    AlwaysConflict,
    /// A statement failed.
    Failed(Error),
}

impl Outcome {
    pub fn is_committed(&self) -> bool {
        matches!(self, Self::Committed { .. })
    }

    pub fn is_always_conflict(&self) -> bool {
        matches!(self, Self::AlwaysConflict)
    }

    /// The engine's own words, where a statement failed.
    pub fn message(&self) -> &str {
        match self {
            Self::Failed(error) => error.message(),
            Self::Committed { .. } | Self::AlwaysConflict => "",
        }
    }
}

/// Applies a script.
pub async fn apply(db: &Surreal<Any>, script: &str) -> Outcome {
    for conflicts in 0..MAX_ATTEMPTS {
        match cause(db, &in_transaction(script)).await {
            None => return Outcome::Committed { conflicts },
            Some(error) if is_conflict(&error) => {}
            Some(error) => return Outcome::Failed(error),
        }
    }
    Outcome::AlwaysConflict
}

/// Applies a script that has to be committed.
pub async fn commit(db: &Surreal<Any>, script: &str) {
    let outcome = apply(db, script).await;
    assert!(outcome.is_committed(), "{script}: {outcome:?}");
}

/// The text of a request that holds a script as one transaction.
pub fn in_transaction(script: &str) -> String {
    format!("BEGIN; {script}; COMMIT;")
}

/// Why a request failed: the first error that is not the consequence of another one.
pub async fn cause(db: &Surreal<Any>, request: &str) -> Option<Error> {
    let mut response = match db.query(request).await {
        Ok(response) => response,
        Err(error) => return Some(error),
    };
    let mut errors: Vec<(usize, Error)> = response.take_errors().into_iter().collect();
    errors.sort_unstable_by_key(|(index, _)| *index);
    let first = errors
        .iter()
        .position(|(_, error)| !is_consequence(error))
        .unwrap_or_default();
    errors.into_iter().nth(first).map(|(_, error)| error)
}

pub fn is_conflict(error: &Error) -> bool {
    matches!(
        error.details(),
        ErrorDetails::Query(Some(QueryError::TransactionConflict))
    )
}

fn is_consequence(error: &Error) -> bool {
    matches!(
        error.details(),
        ErrorDetails::Query(Some(QueryError::NotExecuted | QueryError::Cancelled))
    )
}
