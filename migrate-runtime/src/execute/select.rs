//! Selecting the database of a call, where the connection has not selected it.

use surrealdb::Connection;

use crate::error::{EngineError, ErrorKind, Meaning, Result, meaning};
use crate::execute::context::Context;
use crate::execute::retry::Conflicts;

const SELECT: &str = "select the database";

/// Selects it. The engine creates a database that is not there: processes that do so at the same moment
/// conflict.
pub(crate) async fn select<C: Connection>(context: &Context<'_, C>) -> Result<()> {
    let Some(selection) = &context.selection else {
        return Ok(());
    };
    let (timeout, mut conflicts) = (context.options.request_timeout, Conflicts::of_tables());
    loop {
        let database = context.db.use_ns(&selection.namespace);
        let select = database.use_db(&selection.database).into_future();
        let selected = tokio::time::timeout(timeout, select).await;
        let selected = selected.map_err(|_| ErrorKind::no_answer(SELECT, timeout))?;
        match selected {
            Ok(_) => return Ok(()),
            Err(error) if meaning(&error) == Meaning::Conflict => {
                let (operation, engine) = (SELECT.to_owned(), EngineError::from(&error));
                let observer = &context.options.observer;
                conflicts.pause(operation, engine, observer).await?;
            }
            Err(error) => return Err(ErrorKind::request_error(SELECT, error).into()),
        }
    }
}
