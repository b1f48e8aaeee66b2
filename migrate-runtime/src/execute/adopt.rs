//! Recording migrations that another program or a person has applied, without running them.

use migrate_files::Version;
use surrealdb::Connection;

use crate::database::history::{self, History};
use crate::database::rows::HistoryRow;
use crate::database::transaction::Outcome;
use crate::error::{ErrorKind, Result};
use crate::execute::compare::{Comparison, Tolerance, check};
use crate::execute::context::Context;
#[cfg(feature = "schema")]
use crate::execute::drift::check_adoptable;
use crate::execute::freshness::check_fresh;
use crate::execute::lock::{Lock, holding, lock};
use crate::execute::retry::Conflicts;
use crate::report::Report;

/// Records everything up to a version as applied.
pub(crate) async fn adopt<C: Connection>(
    context: &Context<'_, C>,
    version: Version,
) -> Result<Report> {
    check_fresh(context.set)?;
    if context.set.get(version).is_none() {
        return Err(context.no_such_version(version));
    }
    let mut history = context.read().await?;
    let from = history.current_version();
    let lock = lock(context, &mut history, |history| {
        Ok(to_adopt(context, history, version)?.is_empty())
    });
    let mut adopted = Vec::new();
    if let Lock::Ready(holder) = lock.await? {
        let work = async {
            #[cfg(feature = "schema")]
            check_adoptable(context, version).await?;
            record(context, &mut history, version, &mut adopted).await
        };
        holding(context, holder, work).await?;
    }
    Ok(Report {
        adopted,
        ..Report::of_steps(from, history.current_version(), Vec::new())
    })
}

/// What is left to record up to a version: everything if there is no history, or what another
/// program has recorded without a checksum.
///
/// # Errors
/// The history is at another version, or does not fit this build.
fn to_adopt<C: Connection>(
    context: &Context<'_, C>,
    history: &History,
    version: Version,
) -> Result<Vec<HistoryRow>> {
    check(context.set, history, Tolerance::default())?;
    let current = history.current_version();
    if current != 0 && current != version {
        return Err(ErrorKind::AlreadyRecorded { version, current }.into());
    }
    let set = context.set.iter();
    let set = set.take_while(|migration| migration.version <= version);
    let versions = set.flat_map(|migration| migration.versions().map(move |it| (migration, it)));
    let left = versions.filter(|(_, version)| {
        let comparison = Comparison::of(context.set, history, *version);
        !comparison.is_recorded()
    });
    let rows = left.map(|(migration, version)| HistoryRow::of_version(migration, version));
    Ok(rows.collect())
}

async fn record<C: Connection>(
    context: &Context<'_, C>,
    history: &mut History,
    version: Version,
    adopted: &mut Vec<Version>,
) -> Result<()> {
    let (timeout, observer) = (context.options.request_timeout, &context.options.observer);
    let mut conflicts = Conflicts::of_scripts();
    loop {
        let left = to_adopt(context, history, version)?;
        if left.is_empty() {
            return Ok(());
        }
        let versions: Vec<Version> = left.iter().map(HistoryRow::version).collect();
        match history::adopt(context.db, history, left, timeout).await? {
            Outcome::Committed => {
                history.add_rows(&to_adopt(context, history, version)?);
                adopted.extend(versions);
            }
            Outcome::Conflict(engine) => {
                let operation = format!("adopt version {version}");
                conflicts.pause(operation, engine, observer).await?;
                *history = context.read().await?;
            }
        }
    }
}
