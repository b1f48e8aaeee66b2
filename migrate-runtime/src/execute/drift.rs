//! A live database beside what its migrations make.

use migrate_files::live::drift as compare;
use surrealdb::Connection;

use crate::database::history::History;
use crate::error::{ErrorKind, Result};
use crate::execute::compare::{Tolerance, check, check_nothing_partially_applied};
use crate::execute::context::Context;
use crate::report::Drift;

/// Compares a database's schema with what the migrations up to its version make.
pub(crate) async fn drift<C: Connection>(context: &Context<'_, C>) -> Result<Drift> {
    let mut history = context.read().await?;
    loop {
        check_comparable(context, &history)?;
        let drift = drift_at(context, &history).await?;
        if drift.is_empty() {
            return Ok(drift);
        }
        // What another process has applied meanwhile is no drift.
        let now = context.read().await?;
        if now.position() == history.position() {
            return Ok(drift);
        }
        history = now;
    }
}

/// Whether this build has what is applied.
fn check_comparable<C: Connection>(context: &Context<'_, C>, history: &History) -> Result<()> {
    let tolerance = Tolerance {
        newer: false,
        ..context.options.tolerance
    };
    check(context.set, history, tolerance)?;
    check_nothing_partially_applied(context.set, history)
}

async fn drift_at<C: Connection>(context: &Context<'_, C>, history: &History) -> Result<Drift> {
    let live = context.schema().await?;
    let version = history.current_version();
    let assumed = context.set.assumed();
    let (schema, not_compared) = compare(context.set, version, assumed, context.set.table(), &live);
    Ok(Drift {
        version,
        schema,
        not_compared,
    })
}

/// # Errors
/// There is a difference, and the caller does not want to go on then. A migration that is partially
/// applied, and may be finished now, leaves a schema between two versions, which is not compared, and
/// nor is what only a newer build knows, if the caller accepts that.
pub(super) async fn check_no_drift<C: Connection>(context: &Context<'_, C>) -> Result<()> {
    if !context.options.refuses_drift {
        return Ok(());
    }
    match drift(context).await {
        Ok(drift) if drift.is_empty() => Ok(()),
        Ok(drift) => Err(ErrorKind::Drift { drift }.into()),
        Err(error) => match error.kind() {
            ErrorKind::PartiallyApplied { .. } => Ok(()),
            ErrorKind::Newer { .. } if context.options.tolerance.newer => Ok(()),
            _ => Err(error),
        },
    }
}
