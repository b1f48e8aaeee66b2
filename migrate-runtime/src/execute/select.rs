//! Selecting the database of a call, where the connection has not selected it.

use std::time::Duration;

use surrealdb::{Connection, Surreal};

use crate::database::selection::Selection;
use crate::error::{EngineError, ErrorKind, Meaning, Result, meaning};
use crate::execute::observer::Observer;
use crate::execute::retry::Conflicts;

const SELECT: &str = "select the database";

/// Selects it. The engine creates a database that is not there: processes that do so at the same moment
/// conflict.
pub(crate) async fn select<C: Connection>(
    db: &Surreal<C>,
    selection: &Selection,
    timeout: Duration,
    observer: &Observer,
) -> Result<()> {
    let mut conflicts = Conflicts::of_tables();
    loop {
        let select = db.use_ns(&selection.namespace).use_db(&selection.database);
        let selected = tokio::time::timeout(timeout, select.into_future()).await;
        let selected = selected.map_err(|_| ErrorKind::no_answer(SELECT, timeout))?;
        match selected {
            Ok(_) => return Ok(()),
            Err(error) if meaning(&error) == Meaning::Conflict => {
                let (operation, engine) = (SELECT.to_owned(), EngineError::from(&error));
                conflicts.pause(operation, engine, observer).await?;
            }
            Err(error) => return Err(ErrorKind::request_error(SELECT, error).into()),
        }
    }
}
