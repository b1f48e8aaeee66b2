//! Requests that have to be answered within a time limit, and what their results say.

use std::time::Duration;

use surrealdb::IndexedResults;
use surrealdb::types::Value;

use crate::error::{ErrorKind, Meaning, Result, meaning};

/// The answer to a short request.
pub(crate) async fn answer<T>(
    request: impl Future<Output = surrealdb::Result<T>>,
    operation: &'static str,
    timeout: Duration,
) -> Result<T> {
    let answered = tokio::time::timeout(timeout, request).await;
    let answered = answered.map_err(|_| ErrorKind::no_answer(operation, timeout))?;
    Ok(answered.map_err(|error| ErrorKind::request_error(operation, error))?)
}

/// The first error among the first `count` results that is the cause of the others.
pub(crate) fn first_cause(response: &mut IndexedResults, count: usize) -> Option<surrealdb::Error> {
    let errors = (0..count).filter_map(|index| response.take::<Value>(index).err());
    errors.min_by_key(|error| meaning(error) == Meaning::NotExecuted)
}
