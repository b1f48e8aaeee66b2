//! Recording the text that an applied migration has in this build, without running it.

use migrate_files::{Migration, Version};
use surrealdb::Connection;

use crate::database::history::{self, History};
use crate::database::rows::HistoryRow;
use crate::database::transaction::Outcome;
use crate::error::{ErrorKind, Result};
use crate::execute::compare::{Comparison, Tolerance, check};
use crate::execute::context::Context;
use crate::execute::freshness::check_fresh;
use crate::execute::lock::{Lock, holding, lock};
use crate::execute::retry::Conflicts;
use crate::report::{MigrationState, Report};

/// Records the text of one migration, where another one is recorded or none.
pub(crate) async fn accept<C: Connection>(
    context: &Context<'_, C>,
    version: Version,
) -> Result<Report> {
    check_fresh(context.set)?;
    let Some(migration) = context.set.standing_for(version) else {
        return Err(context.no_such_version(version));
    };
    let mut history = context.read().await?;
    let lock = lock(context, &mut history, |history| {
        is_accepted(context, history, version)
    });
    let mut accepted = Vec::new();
    if let Lock::Ready(holder) = lock.await? {
        let work = record(context, &mut history, migration, version);
        if holding(context, holder, work).await? {
            accepted.push(version);
        }
    }
    let current = history.current_version();
    Ok(Report {
        accepted,
        ..Report::of_steps(current, current, Vec::new())
    })
}

/// Whether the text of this build is recorded.
///
/// # Errors
/// The migration is not applied, or the history is damaged.
fn is_accepted<C: Connection>(
    context: &Context<'_, C>,
    history: &History,
    version: Version,
) -> Result<bool> {
    let tolerance = Tolerance {
        newer: true,
        changed: true,
    };
    check(context.set, history, tolerance)?;
    let comparison = Comparison::of(context.set, history, version);
    match comparison.state() {
        MigrationState::Pending => Err(ErrorKind::NotApplied {
            version,
            name: comparison.name().to_owned(),
            current: history.current_version(),
        }
        .into()),
        _ => Ok(comparison.is_recorded()),
    }
}

/// Whether it was this process that has recorded it.
async fn record<C: Connection>(
    context: &Context<'_, C>,
    history: &mut History,
    migration: &Migration,
    version: Version,
) -> Result<bool> {
    let (timeout, observer) = (context.options.request_timeout, &context.options.observer);
    let mut conflicts = Conflicts::of_scripts();
    let row = || vec![HistoryRow::of_version(migration, version)];
    while !is_accepted(context, history, version)? {
        match history::accept(context.db, &context.tables, row(), timeout).await? {
            Outcome::Committed => {
                history.add_rows(&row());
                return Ok(true);
            }
            Outcome::Conflict(engine) => {
                let operation = format!("accept the new text of version {version}");
                conflicts.pause(operation, engine, observer).await?;
                *history = context.read().await?;
            }
        }
    }
    Ok(false)
}
