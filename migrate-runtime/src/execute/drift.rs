//! A live database beside what its migrations make.

use migrate_files::live::drift as compare;
use surrealdb::Connection;

use crate::error::{ErrorKind, Result};
use crate::execute::compare::{Tolerance, check, check_nothing_partially_applied};
use crate::execute::context::Context;
use crate::report::Drift;

/// Compares a database's schema with what the migrations up to its version make.
pub(crate) async fn drift<C: Connection>(context: &Context<'_, C>) -> Result<Drift> {
    let history = context.read().await?;
    // What this build does not have, it cannot compare with.
    let tolerance = Tolerance {
        newer: false,
        ..context.options.tolerance
    };
    check(context.set, &history, tolerance)?;
    check_nothing_partially_applied(context.set, &history)?;
    let live = context.schema().await?;
    let version = history.current_version();
    let applied = context.set.iter().filter(|it| it.version <= version);
    let assumed = context.set.assumed();
    let (schema, not_compared) = compare(applied, assumed, context.set.table(), &live);
    Ok(Drift {
        version,
        schema,
        not_compared,
    })
}

/// # Errors
/// There is a difference, and the caller does not want to go on then.
pub(super) async fn check_no_drift<C: Connection>(context: &Context<'_, C>) -> Result<()> {
    if !context.options.refuses_drift {
        return Ok(());
    }
    let drift = drift(context).await?;
    match drift.is_empty() {
        true => Ok(()),
        false => Err(ErrorKind::Drift { drift }.into()),
    }
}
