//! A live database beside what its migrations make.

use std::ops::RangeBounds;

use migrate_files::Version;
use migrate_files::live::{drift as compare, drift_by_version};
use surrealdb::Connection;

use crate::database::history::History;
use crate::error::{ErrorKind, Result};
use crate::execute::compare::{Tolerance, check, check_nothing_partially_applied};
use crate::execute::context::Context;
use crate::report::{Drift, VersionGuess};

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

/// # Errors
/// The schema is not what the migrations up to a version make, and the caller has not said that it may
/// be so.
pub(super) async fn check_adoptable<C: Connection>(
    context: &Context<'_, C>,
    version: Version,
) -> Result<()> {
    if context.options.allows_drift {
        return Ok(());
    }
    let mut differs = None;
    compare_as_adopted(context, version..=version, |drift| {
        differs = Some(drift).filter(|drift| !drift.is_empty());
    })
    .await?;
    match differs {
        Some(drift) => Err(ErrorKind::CannotAdopt { drift }.into()),
        None => Ok(()),
    }
}

/// The versions to which a database's schema fits best.
pub(crate) async fn guess_version<C: Connection>(context: &Context<'_, C>) -> Result<VersionGuess> {
    let mut guess = VersionGuess::default();
    compare_as_adopted(context, .., |drift| guess.consider(drift)).await?;
    Ok(guess)
}

/// Compares a database's schema with what the migrations up to each of some versions make, 0 among
/// them, apart from what no migration has to do with.
async fn compare_as_adopted<C: Connection>(
    context: &Context<'_, C>,
    versions: impl RangeBounds<Version>,
    mut found: impl FnMut(Drift),
) -> Result<()> {
    let live = context.schema().await?;
    let set = context.set;
    drift_by_version(
        set,
        set.assumed(),
        set.table(),
        &live,
        versions,
        |version, schema, not_compared| {
            found(Drift {
                version,
                schema,
                not_compared,
            });
        },
    );
    Ok(())
}
