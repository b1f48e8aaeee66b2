//! Going up: see what is next, send it, and read the history again where another process was
//! faster.

use std::time::Instant;

use migrate_files::Execution;
use surrealdb::Connection;
use tracing::Instrument as _;

use crate::conflicts::Conflicts;
use crate::error::{Error, Result};
use crate::history::{self, History};
use crate::locked::Lock;
use crate::observer::Event;
use crate::progress::{self, Progress};
use crate::report::{Direction, Report, Step};
use crate::runner::{Runner, Target};
use crate::running::Running;
use crate::states;
use crate::status::State;
use crate::transaction::{Outcome, Transaction};
use crate::{Migration, Version};

impl<'a, C: Connection> Runner<'a, C> {
    pub(crate) async fn up(&self, target: Target) -> Result<Report> {
        self.check_fresh()?;
        let mut history = self.read().await?;
        states::check(self.set, &history, self.tolerance)?;
        let from = history.current_version();
        let goal = self.goal(target, from)?;
        let mut steps = Vec::new();
        let lock = self.lock(&mut history, |history| {
            states::check(self.set, history, self.tolerance)?;
            Ok(self.next(history, goal).is_none() && self.edited(history).is_empty())
        });
        if let Lock::Ready(holder) = lock.await? {
            let work = async {
                self.accept_edited(&mut history).await?;
                self.apply_up_to(&mut history, goal, &mut steps).await
            };
            self.holding(holder, work).await?;
        }
        Ok(Report {
            from,
            to: history.current_version(),
            steps,
        })
    }

    /// The version that a call goes up to; at least the current one.
    fn goal(&self, target: Target, current: Version) -> Result<Version> {
        let latest = self.set.latest_version();
        match target {
            Target::Latest => Ok(latest.max(current)),
            Target::Next => Ok(latest.min(current + 1).max(current)),
            Target::Version(version) if version < current => Err(Error::WrongDirection {
                direction: Direction::Up,
                version,
                current,
            }),
            Target::Version(version) if version == current && version > 0 => Ok(version),
            Target::Version(version) => match self.set.get(version) {
                Some(_) => Ok(version),
                None => Err(self.no_such_version(version)),
            },
        }
    }

    fn next(&self, history: &History, goal: Version) -> Option<&'a Migration> {
        let next = history.current_version() + 1;
        (next <= goal).then(|| self.set.get(next)).flatten()
    }

    /// Applies one migration after the other, or all in one transaction. Where another process was
    /// at the same one, the history is read again, and checked again: it may be another build.
    async fn apply_up_to(
        &self,
        history: &mut History,
        goal: Version,
        steps: &mut Vec<Step>,
    ) -> Result<()> {
        let mut conflicts = Conflicts::default();
        while let Some(next) = self.next(history, goal) {
            let applied = match (self.is_grouped, next.execution) {
                (true, _) => self.apply_group(history, goal).await?,
                (false, Execution::PerStatement) => self.apply_by_statement(history, next).await?,
                (false, _) => self.apply(history, &[next]).await?,
            };
            if let Some(applied) = applied {
                steps.extend(applied);
                continue;
            }
            let done = history.progress.get(&next.version);
            let done = done.map_or(0, |progress| progress.done);
            conflicts
                .pause((next.version, done), &self.observer)
                .await?;
            *history = self.read().await?;
            states::check(self.set, history, self.tolerance)?;
        }
        Ok(())
    }

    async fn apply_group(&self, history: &mut History, goal: Version) -> Result<Option<Vec<Step>>> {
        let from = history.current_version();
        let pending = self.set.iter();
        let pending = pending.filter(|migration| (from + 1..=goal).contains(&migration.version));
        let pending: Vec<&Migration> = pending.collect();
        let not_whole = |migration: &&&Migration| migration.execution == Execution::PerStatement;
        if let Some(migration) = pending.iter().find(not_whole) {
            return Err(Error::CannotGroup {
                version: migration.version,
                name: migration.name.to_string(),
            });
        }
        self.apply(history, &pending).await
    }

    /// Applies migrations in one transaction; `None` where another process was at them.
    async fn apply(
        &self,
        history: &mut History,
        migrations: &[&Migration],
    ) -> Result<Option<Vec<Step>>> {
        let parts = migrations.iter();
        let parts = parts.map(|migration| history::apply(&history.table, migration));
        let transaction = Transaction(parts.collect());
        let running: Vec<Running> = migrations.iter().copied().map(Running::up).collect();
        let steps = self.send(history, &running, &transaction).await?;
        if steps.is_some() {
            for migration in migrations {
                history.add(migration);
            }
        }
        Ok(steps)
    }

    /// Applies what is left of a migration, one statement and one transaction after the other;
    /// `None` where another process was at the same statement.
    async fn apply_by_statement(
        &self,
        history: &mut History,
        migration: &Migration,
    ) -> Result<Option<Vec<Step>>> {
        let total = migration.up.statements.len();
        if total < 2 {
            return self.apply(history, &[migration]).await;
        }
        let version = migration.version;
        let span = Running::up(migration).span();
        let work = async {
            let running = Running::up(migration);
            self.observer.tell(&running.started());
            let start = Instant::now();
            loop {
                let done = history.progress.get(&version);
                let done = done.map_or(0, |progress| progress.done);
                if done >= total {
                    break;
                }
                let part = progress::apply_statement(&history.table, migration, done);
                match Transaction(vec![part]).send(self.db).await {
                    Ok(Outcome::Conflict) => return Ok(None),
                    Ok(Outcome::Committed) => {}
                    Err(stopped) => return Err(running.error(history, stopped, done)),
                }
                let done = done + 1;
                let progress = Progress {
                    done,
                    total,
                    ..Progress::default()
                };
                history.progress.insert(version, progress);
                self.observer.tell(&Event::Progress {
                    version,
                    done,
                    total,
                });
            }
            let duration = start.elapsed();
            self.observer.tell(&running.finished(duration));
            history.progress.remove(&version);
            history.add(migration);
            Ok(Some(vec![running.step(duration)]))
        };
        work.instrument(span).await
    }

    /// Migrations whose text was edited since, where that is to be accepted.
    fn edited(&self, history: &History) -> Vec<&'a Migration> {
        if !self.tolerance.changed {
            return Vec::new();
        }
        let known = states::known(self.set, history).into_values();
        let edited = known.filter(|known| known.state() == State::Changed);
        edited.filter_map(|known| known.embedded).collect()
    }

    async fn accept_edited(&self, history: &mut History) -> Result<()> {
        for migration in self.edited(history) {
            history::accept(self.db, &history.table, migration).await?;
            history.add(migration);
        }
        Ok(())
    }
}
