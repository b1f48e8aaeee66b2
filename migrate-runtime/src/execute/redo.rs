//! Reverting the last migration and applying it again, under one lease.

use migrate_files::Version;
use surrealdb::Connection;

use crate::database::history::History;
use crate::error::Result;
use crate::execute::compare::{Tolerance, check};
use crate::execute::context::Context;
use crate::execute::down::{check_revertible, revert_down_to};
use crate::execute::freshness::check_fresh;
use crate::execute::lock::{Lock, holding, lock};
use crate::execute::up::{Done, apply_up_to};
use crate::report::Report;

/// Reverts the last migration and applies it again; does nothing if none is applied.
pub(crate) async fn redo<C: Connection>(context: &Context<'_, C>) -> Result<Report> {
    check_fresh(context.set)?;
    let mut history = context.read().await?;
    let from = history.current_version();
    let lock = lock(context, &mut history, |history| {
        check_can_redo(context, history)?;
        Ok(history.current_version() == 0)
    });
    let mut done = Done::default();
    if let Lock::Ready(holder) = lock.await? {
        let work = async {
            let version = history.current_version();
            let target = history.previous_version();
            revert_down_to(context, &mut history, target, &mut done.steps).await?;
            apply_up_to(context, &mut history, version, &mut done).await
        };
        if let Err(error) = holding(context, holder, work).await {
            return Err(error.after(done.steps));
        }
    }
    let to = history.current_version();
    done.report(context, from, to).await
}

/// Whether the last migration can be reverted, and whether it could be applied after that: if not,
/// nothing is done at all.
fn check_can_redo<C: Connection>(context: &Context<'_, C>, history: &History) -> Result<()> {
    let last: Version = history.current_version();
    if last == 0 {
        return Ok(());
    }
    let Some(migration) = context.set.standing_for(last) else {
        return check(context.set, history, Tolerance::default());
    };
    check_revertible(context, history, history.previous_version())?;
    let mut reverted = history.clone();
    reverted.remove(&migration.versions());
    check(context.set, &reverted, context.options.tolerance)
}
