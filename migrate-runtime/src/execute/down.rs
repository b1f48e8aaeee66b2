//! Going down: check that everything can be reverted, then revert one migration after the other.

use std::time::Instant;

use migrate_files::Version;
use surrealdb::Connection;

use crate::database::history::{self, History, Revert};
use crate::database::script::Source;
use crate::database::transaction::Transaction;
use crate::error::{ErrorKind, Result};
use crate::execute::compare::{check_not_below_baseline, check_nothing_partially_applied};
use crate::execute::context::Context;
use crate::execute::down_script::{StoredScripts, above, down_script, source, stored_scripts};
use crate::execute::group::check_group;
use crate::execute::indexes::report;
use crate::execute::lock::{Lock, holding, lock};
use crate::execute::pace::Pace;
use crate::execute::retry::Conflicts;
use crate::execute::running::Running;
use crate::execute::send::{Batch, Rest, Sent, send};
use crate::report::{Direction, Report, Step};

/// Reverts the last migration.
pub(crate) async fn revert_last<C: Connection>(context: &Context<'_, C>) -> Result<Report> {
    let history = context.read().await?;
    let target = history.previous_version();
    down(context, history, target).await
}

/// Reverts everything above a version.
pub(crate) async fn revert_to<C: Connection>(
    context: &Context<'_, C>,
    version: Version,
) -> Result<Report> {
    let history = context.read().await?;
    check_target(context, &history, version)?;
    down(context, history, version).await
}

/// Whether a version is the current one, or below it.
pub(super) fn check_target<C: Connection>(
    context: &Context<'_, C>,
    history: &History,
    version: Version,
) -> Result<()> {
    let current = history.current_version();
    if version <= current {
        return Ok(());
    }
    Err(match context.set.get(version) {
        None => context.no_such_version(version),
        Some(_) => ErrorKind::WrongDirection {
            direction: Direction::Down,
            version,
            current,
        }
        .into(),
    })
}

async fn down<C: Connection>(
    context: &Context<'_, C>,
    mut history: History,
    target: Version,
) -> Result<Report> {
    let from = history.current_version();
    let lock = lock(context, &mut history, |history| {
        check_revertible(context, history, target)?;
        Ok(history.current_version() <= target)
    });
    let mut steps = Vec::new();
    if let Lock::Ready(holder) = lock.await? {
        let work = revert_down_to(context, &mut history, target, &mut steps);
        if let Err(error) = holding(context, holder, work).await {
            return Err(error.after(steps));
        }
    }
    let to = history.current_version();
    report(context, from, to, steps).await
}

/// Whether everything above a version can be reverted.
pub(crate) fn check_revertible<C: Connection>(
    context: &Context<'_, C>,
    history: &History,
    target: Version,
) -> Result<()> {
    check_not_below_baseline(context.set, history)?;
    check_nothing_partially_applied(context.set, history)?;
    check_not_within_baseline(context, history, target)?;
    above(context, history, target)
        .try_for_each(|version| down_script(context, history, version).map(drop))
}

/// # Errors
/// The target is a version that the baseline stands for.
fn check_not_within_baseline<C: Connection>(
    context: &Context<'_, C>,
    history: &History,
    target: Version,
) -> Result<()> {
    let current = history.current_version();
    match context.set.baseline() {
        Some(baseline) if (1..baseline.version).contains(&target) && target < current => {
            Err(ErrorKind::WithinBaseline {
                version: target,
                baseline: baseline.version,
                file: baseline.up.file.to_string(),
                has_down_script: baseline.down.is_some(),
                current,
            }
            .into())
        }
        _ => Ok(()),
    }
}

/// Reverts one migration after the other, or all in one transaction.
pub(crate) async fn revert_down_to<C: Connection>(
    context: &Context<'_, C>,
    history: &mut History,
    target: Version,
    steps: &mut Vec<Step>,
) -> Result<()> {
    let (mut conflicts, mut pace) = (Conflicts::of_scripts(), Pace::new());
    let mut stored = stored_scripts(context, history, target).await?;
    while history.current_version() > target {
        let downs = downs(context, history, &stored, target, steps.len())?;
        let batch = match context.options.is_grouped {
            true => group(context, history, downs)?,
            false => batch(context, downs, &pace),
        };
        let start = Instant::now();
        let Sent {
            steps: reverted,
            rest,
        } = send(context, history, batch).await;
        match rest {
            Rest::Nothing => pace.committed(reverted.len(), start.elapsed()),
            _ => pace.stopped(),
        }
        if !reverted.is_empty() {
            conflicts.reset();
        }
        steps.extend(reverted);
        let (operation, engine) = match rest {
            Rest::Nothing | Rest::Unread => continue,
            Rest::Conflict { operation, engine } => (operation, engine),
            Rest::Failed(error) => return Err(error),
        };
        let (before, observer) = (history.position(), &context.options.observer);
        conflicts.pause(operation, engine, observer).await?;
        *history = context.read().await?;
        if history.position() != before {
            conflicts.reset();
        }
        check_revertible(context, history, target)?;
        stored = stored_scripts(context, history, target).await?;
    }
    Ok(())
}

/// A migration that is going to be reverted.
struct Down<'s> {
    version: Version,
    has_own_id: bool,
    script: Source<'s>,
    running: Running,
}

impl<'s> Down<'s> {
    fn into_revert<C: Connection>(self, context: &Context<'_, C>) -> (Revert<'s>, Running) {
        let versions = context.set.versions_with(self.version);
        let revert = Revert {
            versions,
            has_own_id: self.has_own_id,
            script: self.script,
        };
        (revert, self.running)
    }
}

/// What is above a target, the last one first, after so many steps.
fn downs<'s, C: Connection>(
    context: &Context<'s, C>,
    history: &History,
    stored: &'s StoredScripts,
    target: Version,
    done: usize,
) -> Result<Vec<Down<'s>>> {
    let total = done + above(context, history, target).count();
    let versions = above(context, history, target).zip(done + 1..);
    let downs = versions.map(|(version, number)| {
        let script = source(context, history, stored, version)?;
        let name = context.name(history, version);
        let running = Running::down(version, name, &script, number, total);
        Ok(Down {
            version,
            has_own_id: history.has_own_id(version),
            script,
            running,
        })
    });
    downs.collect()
}

/// All of them in one transaction.
fn group<'s, C: Connection>(
    context: &Context<'s, C>,
    history: &History,
    downs: Vec<Down<'s>>,
) -> Result<Batch<'s>> {
    let scripts = downs.iter().filter_map(|down| {
        let embedded = context.set.get(down.version)?.down.as_ref()?;
        Some((down.version, embedded))
    });
    check_group(context, history, scripts)?;
    let downs = downs.into_iter().map(|down| down.into_revert(context));
    let (reverts, running) = downs.unzip();
    let parts = history::revert(&context.tables, reverts);
    Ok(Batch::of(running, Transaction::new(parts)))
}

/// As many as one request reverts, each in a transaction of its own, which fails unless the one
/// before it is committed.
fn batch<'s, C: Connection>(
    context: &Context<'s, C>,
    downs: Vec<Down<'s>>,
    pace: &Pace,
) -> Batch<'s> {
    let mut batch = Batch::default();
    for down in downs {
        if !batch.may_go_on() || !pace.has_room(batch.len(), batch.bytes()) {
            break;
        }
        let (revert, running) = down.into_revert(context);
        let parts = history::revert(&context.tables, vec![revert]);
        batch.push(vec![running], Transaction::new(parts));
    }
    batch
}
