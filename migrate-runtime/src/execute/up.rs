//! Going up: find what is next, send it, and read the history again if another process was faster.

use std::slice;
use std::time::Instant;

use migrate_files::{Execution, Migration, Version};
use surrealdb::Connection;
use tracing::Instrument as _;

use crate::database::history::{self, History};
use crate::database::progress;
use crate::database::rows::Progress;
use crate::database::transaction::{Outcome, Transaction};
use crate::error::{ErrorKind, Result};
use crate::execute::compare::{check, compare};
use crate::execute::context::Context;
#[cfg(feature = "schema")]
use crate::execute::drift::check_no_drift;
use crate::execute::existing::check_not_existing;
use crate::execute::freshness::check_fresh;
use crate::execute::group::check_group;
use crate::execute::indexes::report;
use crate::execute::lock::{Lock, holding, lock};
use crate::execute::observer::Event;
use crate::execute::retry::Conflicts;
use crate::execute::send::{Running, Sent, fail, send};
use crate::report::{Direction, MigrationState, Report, Step};

/// How far up a call goes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Target {
    Latest,
    Version(Version),
    Next,
}

/// Applies what is pending up to a target.
pub(crate) async fn up<C: Connection>(context: &Context<'_, C>, target: Target) -> Result<Report> {
    check_fresh(context.set)?;
    let Some(mut history) = context.read_unless_up_to_date().await? else {
        return up_to_date(context, target).await;
    };
    let tolerance = context.options.tolerance;
    check(context.set, &history, tolerance)?;
    check_not_existing(context, &history)?;
    let from = history.current_version();
    let goal = goal(context, target, from)?;
    let lock = lock(context, &mut history, |history| {
        check(context.set, history, tolerance)?;
        let nothing_pending = next(context, history, goal).is_none();
        Ok(nothing_pending && edited(context, history).is_empty())
    });
    let mut steps = Vec::new();
    if let Lock::Ready(holder) = lock.await? {
        let work = async {
            #[cfg(feature = "schema")]
            check_no_drift(context).await?;
            apply_up_to(context, &mut history, goal, &mut steps).await
        };
        if let Err(error) = holding(context, holder, work).await {
            return Err(error.after(steps));
        }
    } else {
        #[cfg(feature = "schema")]
        check_no_drift(context).await?;
    }
    let to = history.current_version();
    report(context, from, to, steps).await
}

async fn up_to_date<C: Connection>(context: &Context<'_, C>, target: Target) -> Result<Report> {
    #[cfg(feature = "schema")]
    check_no_drift(context).await?;
    let latest = context.set.latest_version();
    goal(context, target, latest)?;
    report(context, latest, latest, Vec::new()).await
}

/// The version that a call goes up to; at least the current one.
fn goal<C: Connection>(
    context: &Context<'_, C>,
    target: Target,
    current: Version,
) -> Result<Version> {
    let latest = context.set.latest_version();
    match target {
        Target::Latest => Ok(latest.max(current)),
        Target::Next => Ok(latest.min(current.saturating_add(1)).max(current)),
        Target::Version(version) if version < current => Err(ErrorKind::WrongDirection {
            direction: Direction::Up,
            version,
            current,
        }
        .into()),
        Target::Version(version) if version == current && version > 0 => Ok(version),
        Target::Version(version) => match context.set.get(version) {
            Some(_) => Ok(version),
            None => Err(context.no_such_version(version)),
        },
    }
}

fn next<'a, C: Connection>(
    context: &Context<'a, C>,
    history: &History,
    goal: Version,
) -> Option<&'a Migration> {
    let next = history.current_version().saturating_add(1);
    (next <= goal).then(|| context.set.get(next)).flatten()
}

/// Applies one migration after the other, or all in one transaction. If another process applied or
/// reverted one meanwhile, the history is read and checked again: it may be another build.
pub(crate) async fn apply_up_to<C: Connection>(
    context: &Context<'_, C>,
    history: &mut History,
    goal: Version,
    steps: &mut Vec<Step>,
) -> Result<()> {
    let mut conflicts = Conflicts::of_scripts();
    loop {
        let edited = edited(context, history);
        let (operation, engine) = if !edited.is_empty() {
            match accept(context, history, &edited).await? {
                Outcome::Committed => continue,
                Outcome::Conflict(engine) => ("record edited migrations".to_owned(), engine),
            }
        } else if let Some(next) = next(context, history, goal) {
            let running = announce(next, goal, steps.len());
            match apply_next(context, history, next, goal, &running).await? {
                Sent::Committed(applied) => {
                    steps.extend(applied);
                    conflicts.reset();
                    continue;
                }
                Sent::Conflict(engine) => (running.operation(), engine),
            }
        } else {
            return Ok(());
        };
        let before = history.position();
        let observer = &context.options.observer;
        conflicts.pause(operation, engine, observer).await?;
        *history = context.read().await?;
        if history.position() != before {
            conflicts.reset();
        }
        check(context.set, history, context.options.tolerance)?;
    }
}

/// A migration with its number among those up to the goal, after so many steps.
fn announce(migration: &Migration, goal: Version, steps: usize) -> Running {
    let pending = goal.saturating_sub(migration.version) as usize + 1;
    Running::up(migration, steps + 1, steps + pending)
}

/// Applies the next migration, or in a grouped run all up to the goal.
async fn apply_next<C: Connection>(
    context: &Context<'_, C>,
    history: &mut History,
    next: &Migration,
    goal: Version,
    running: &Running,
) -> Result<Sent> {
    let by_statement = next.execution == Execution::PerStatement && next.up.statements.len() > 1;
    if context.options.is_grouped {
        return apply_group(context, history, goal, running).await;
    }
    match by_statement {
        true => apply_by_statement(context, history, next, running).await,
        false => apply(context, history, &[next], slice::from_ref(running)).await,
    }
}

async fn apply_group<C: Connection>(
    context: &Context<'_, C>,
    history: &mut History,
    goal: Version,
    first: &Running,
) -> Result<Sent> {
    let from = history.current_version();
    let pending = context.set.iter();
    let pending = pending.filter(|migration| from < migration.version && migration.version <= goal);
    let pending: Vec<&Migration> = pending.collect();
    let by_statement = |migration: &&&Migration| migration.execution == Execution::PerStatement;
    if let Some(migration) = pending.iter().find(by_statement) {
        return Err(ErrorKind::CannotGroup {
            version: migration.version,
            name: migration.name.to_string(),
        }
        .into());
    }
    let scripts = pending.iter().map(|it| (it.version, &it.up));
    check_group(context, history, scripts)?;
    let numbered = pending.iter().zip(0..);
    let running = numbered.map(|(migration, index)| first.followed_by(migration, index));
    let running: Vec<Running> = running.collect();
    apply(context, history, &pending, &running).await
}

/// Applies migrations in one transaction.
async fn apply<C: Connection>(
    context: &Context<'_, C>,
    history: &mut History,
    migrations: &[&Migration],
    running: &[Running],
) -> Result<Sent> {
    let transaction = Transaction::new(history::apply(history, migrations));
    let sent = send(context, history, running, &transaction).await?;
    if let Sent::Committed(_) = sent {
        for migration in migrations {
            history.add(migration);
        }
    }
    Ok(sent)
}

/// Applies what is left of a migration, one statement and one transaction after the other.
async fn apply_by_statement<C: Connection>(
    context: &Context<'_, C>,
    history: &mut History,
    migration: &Migration,
    running: &Running,
) -> Result<Sent> {
    let observer = &context.options.observer;
    let (version, total) = (migration.version, migration.up.statements.len());
    let work = async {
        observer.emit(&running.started());
        let start = Instant::now();
        loop {
            let done = history.progress.get(&version);
            let done = done.map_or(0, |progress| progress.done);
            if done >= total {
                break;
            }
            context.check_not_stopped(history, || running.before_rest(done, total))?;
            let part = progress::apply_statement(history, migration, done);
            let transaction = Transaction::new(vec![part]);
            match transaction.send(context.db).await {
                Ok(Outcome::Conflict(engine)) => return Ok(Sent::Conflict(engine)),
                Ok(Outcome::Committed) => {}
                Err(stopped) => return Err(fail(context, history, running, stopped, done)),
            }
            let done = done + 1;
            let progress = Progress {
                done,
                total,
                ..Progress::default()
            };
            history.progress.insert(version, progress);
            observer.emit(&Event::Progress {
                version,
                done,
                total,
            });
        }
        let duration = start.elapsed();
        observer.emit(&running.finished(duration));
        history.progress.remove(&version);
        history.add(migration);
        Ok(Sent::Committed(vec![running.step(duration)]))
    };
    work.instrument(running.span()).await
}

/// Migrations whose text was edited since, if that is to be accepted.
fn edited<'a, C: Connection>(context: &Context<'a, C>, history: &History) -> Vec<&'a Migration> {
    if !context.options.tolerance.changed {
        return Vec::new();
    }
    let compared = compare(context.set, history).into_values();
    let edited = compared.filter(|comparison| comparison.state() == MigrationState::Changed);
    edited
        .filter_map(|comparison| comparison.embedded)
        .collect()
}

async fn accept<C: Connection>(
    context: &Context<'_, C>,
    history: &mut History,
    edited: &[&Migration],
) -> Result<Outcome> {
    let timeout = context.options.request_timeout;
    let outcome = history::accept(context.db, &context.tables, edited, timeout).await?;
    if outcome == Outcome::Committed {
        for migration in edited {
            history.add(migration);
        }
    }
    Ok(outcome)
}
