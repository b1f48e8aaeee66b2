//! Going up: find what is next, send it, and read the history again if another process was faster.

use std::time::Instant;

use migrate_files::{Execution, Migration, Version};
use surrealdb::Connection;
use tracing::Instrument as _;

use crate::database::history::{self, History};
use crate::database::progress;
use crate::database::rows::{HistoryRow, Progress};
use crate::database::statements::Previous;
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
use crate::execute::pace::Pace;
use crate::execute::retry::Conflicts;
use crate::execute::running::{Running, fail};
use crate::execute::send::{Batch, Rest, Sent, send};
use crate::report::{Direction, MigrationState, Report, Step};

/// How far up a call goes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Target {
    Latest,
    Version(Version),
    Next,
}

/// What a call has done so far.
#[derive(Debug, Default)]
pub(crate) struct Done {
    pub steps: Vec<Step>,
    /// The versions of which it has recorded an edited text.
    pub accepted: Vec<Version>,
}

impl Done {
    /// The report of a call that has done this.
    pub(crate) async fn report<C: Connection>(
        self,
        context: &Context<'_, C>,
        from: Version,
        to: Version,
    ) -> Result<Report> {
        Ok(Report {
            accepted: self.accepted,
            ..report(context, from, to, self.steps).await?
        })
    }
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
    let mut done = Done::default();
    if let Lock::Ready(holder) = lock.await? {
        let work = async {
            #[cfg(feature = "schema")]
            check_no_drift(context).await?;
            apply_up_to(context, &mut history, goal, &mut done).await
        };
        if let Err(error) = holding(context, holder, work).await {
            return Err(error.after(done.steps));
        }
    } else {
        #[cfg(feature = "schema")]
        check_no_drift(context).await?;
    }
    let to = history.current_version();
    done.report(context, from, to).await
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
        Target::Next => {
            let next = context.set.next(current);
            Ok(next.map_or(current, |next| next.version))
        }
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
    let next = context.set.next(history.current_version());
    next.filter(|next| next.version <= goal)
}

/// Applies one migration after the other, or all in one transaction. If another process applied or
/// reverted one meanwhile, the history is read and checked again: it may be another build.
pub(crate) async fn apply_up_to<C: Connection>(
    context: &Context<'_, C>,
    history: &mut History,
    goal: Version,
    done: &mut Done,
) -> Result<()> {
    let (mut conflicts, mut pace) = (Conflicts::of_scripts(), Pace::new());
    loop {
        let edited = edited(context, history);
        let (operation, engine) = if !edited.is_empty() {
            match accept(context, history, &edited).await? {
                Outcome::Committed => {
                    done.accepted.extend(edited);
                    continue;
                }
                Outcome::Conflict(engine) => ("record edited migrations".to_owned(), engine),
            }
        } else if let Some(next) = next(context, history, goal) {
            let going = Going {
                next,
                goal,
                done: done.steps.len(),
            };
            let Sent {
                steps: applied,
                rest,
            } = apply_next(context, history, &going, &mut pace).await?;
            if !applied.is_empty() {
                conflicts.reset();
            }
            done.steps.extend(applied);
            match rest {
                Rest::Nothing | Rest::Unread => continue,
                Rest::Conflict { operation, engine } => (operation, engine),
                Rest::Failed(error) => return Err(error),
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

/// Where a call is.
struct Going<'a> {
    next: &'a Migration,
    goal: Version,
    /// How many steps are done.
    done: usize,
}

impl Going<'_> {
    /// A migration with its number among those up to the goal.
    fn running(&self, migration: &Migration) -> Running {
        let from_next = |version: Version| version.saturating_sub(self.next.version) as usize + 1;
        let number = self.done + from_next(migration.version);
        Running::up(migration, number, self.done + from_next(self.goal))
    }
}

/// Applies the next migration, with others in the same request; in a grouped run all up to the goal.
async fn apply_next<C: Connection>(
    context: &Context<'_, C>,
    history: &mut History,
    going: &Going<'_>,
    pace: &mut Pace,
) -> Result<Sent> {
    if context.options.is_grouped {
        return apply_group(context, history, going).await;
    }
    if is_by_statement(going.next) {
        return Ok(apply_by_statement(context, history, going).await);
    }
    let batch = batch(context, history, going, pace);
    let start = Instant::now();
    let sent = send(context, history, batch).await;
    match sent.rest {
        Rest::Nothing => pace.committed(sent.steps.len(), start.elapsed()),
        _ => pace.stopped(),
    }
    Ok(sent)
}

fn is_by_statement(migration: &Migration) -> bool {
    migration.execution == Execution::PerStatement && migration.up.statements.len() > 1
}

/// What one request applies: each migration in a transaction of its own, which fails unless the one
/// before it is committed.
fn batch<'a, C: Connection>(
    context: &Context<'a, C>,
    history: &History,
    going: &Going<'_>,
    pace: &Pace,
) -> Batch<'a> {
    let mut batch = Batch::default();
    let mut previous = history.previous(going.next);
    for migration in pending(context, going).take_while(|it| !is_by_statement(it)) {
        if !batch.may_go_on() || !pace.has_room(batch.len(), batch.bytes()) {
            break;
        }
        let parts = history::apply(&context.tables, previous, &[migration]);
        batch.push(vec![going.running(migration)], Transaction::new(parts));
        previous = Some(Previous::Sent(migration));
    }
    batch
}

/// The next migration and those behind it, up to the goal.
fn pending<'a, C: Connection>(
    context: &Context<'a, C>,
    going: &Going<'_>,
) -> impl Iterator<Item = &'a Migration> {
    let versions = going.next.version..=going.goal;
    let migrations = context.set.iter();
    migrations.filter(move |migration| versions.contains(&migration.version))
}

async fn apply_group<C: Connection>(
    context: &Context<'_, C>,
    history: &mut History,
    going: &Going<'_>,
) -> Result<Sent> {
    let pending: Vec<&Migration> = pending(context, going).collect();
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
    let running = pending.iter().map(|migration| going.running(migration));
    let running: Vec<Running> = running.collect();
    let previous = history.previous(going.next);
    let parts = history::apply(&context.tables, previous, &pending);
    let batch = Batch::of(running, Transaction::new(parts));
    Ok(send(context, history, batch).await)
}

/// Applies what is left of a migration, one statement and one transaction after the other.
async fn apply_by_statement<C: Connection>(
    context: &Context<'_, C>,
    history: &mut History,
    going: &Going<'_>,
) -> Sent {
    let (migration, running) = (going.next, going.running(going.next));
    let observer = &context.options.observer;
    let (version, total) = (migration.version, migration.up.statements.len());
    let mut steps = Vec::new();
    let work = async {
        observer.emit(&running.started());
        let start = Instant::now();
        loop {
            let done = history.progress.get(&version);
            let done = done.map_or(0, |progress| progress.done);
            if done >= total {
                break;
            }
            let before = || running.before_rest(done, total);
            if let Err(error) = context.check_not_stopped(history, before) {
                return Rest::Failed(error);
            }
            let part = progress::apply_statement(history, migration, done);
            let transaction = Transaction::new(vec![part]);
            match transaction.send(context.db).await {
                Ok(Outcome::Conflict(engine)) => return Rest::conflict(&running, engine),
                Ok(Outcome::Committed) => {}
                Err(stopped) => {
                    return Rest::Failed(fail(context, history, &running, stopped, done));
                }
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
        steps.push(running.step(duration));
        Rest::Nothing
    };
    let rest = work.instrument(running.span()).await;
    Sent { steps, rest }
}

/// The versions whose text was edited since, if that is to be accepted.
fn edited<C: Connection>(context: &Context<'_, C>, history: &History) -> Vec<Version> {
    if !context.options.tolerance.changed {
        return Vec::new();
    }
    let compared = compare(context.set, history).into_iter();
    let edited = compared.filter(|(_, comparison)| comparison.state() == MigrationState::Changed);
    edited.map(|(version, _)| version).collect()
}

async fn accept<C: Connection>(
    context: &Context<'_, C>,
    history: &mut History,
    edited: &[Version],
) -> Result<Outcome> {
    let rows = || -> Vec<HistoryRow> {
        let embedded = edited
            .iter()
            .filter_map(|version| Some((context.set.standing_for(*version)?, *version)));
        let rows = embedded.map(|(migration, version)| HistoryRow::of_version(migration, version));
        rows.collect()
    };
    let timeout = context.options.request_timeout;
    let outcome = history::accept(context.db, &context.tables, rows(), timeout).await?;
    if outcome == Outcome::Committed {
        history.add_rows(&rows());
    }
    Ok(outcome)
}
