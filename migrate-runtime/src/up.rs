//! Going up: see what is next, send it, and read the history again where another process was
//! faster.

use std::time::Instant;

use migrate_core::Execution;
use surrealdb::Connection;
use tracing::Instrument;

use crate::conflicts::Conflicts;
use crate::error::{Error, Result, ScriptError};
use crate::history::{self, History};
use crate::locked::Lock;
use crate::observer::Event;
use crate::progress::{self, Progress};
use crate::report::{Direction, Report, Step};
use crate::runner::{Runner, Target};
use crate::states;
use crate::status::State;
use crate::transaction::{Failure, Outcome, Source, Stopped, Transaction};
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
                (false, Execution::Transaction) => self.apply(history, &[next]).await?,
                (false, Execution::PerStatement) => self.apply_by_statement(history, next).await?,
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

    /// Sends a transaction, and tells about each migration in it.
    pub(crate) async fn send(
        &self,
        history: &History,
        running: &[Running],
        transaction: &Transaction<'_>,
    ) -> Result<Option<Vec<Step>>> {
        let Some(first) = running.first() else {
            return Ok(Some(Vec::new()));
        };
        let work = async {
            for migration in running {
                self.observer.tell(&migration.started());
            }
            let start = Instant::now();
            let outcome = transaction.send(self.db).await;
            let duration = start.elapsed();
            match outcome {
                Ok(Outcome::Conflict) => Ok(None),
                Ok(Outcome::Committed) => {
                    for migration in running {
                        self.observer.tell(&migration.finished(duration));
                    }
                    let steps = running.iter().map(|migration| migration.step(duration));
                    Ok(Some(steps.collect()))
                }
                Err(Stopped::Script(failure)) => {
                    let failed = running.get(failure.part).unwrap_or(first);
                    Err(failed.error(history, Stopped::Script(failure), 0))
                }
                Err(stopped) => Err(first.error(history, stopped, 0)),
            }
        };
        work.instrument(first.span()).await
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

/// A migration on its way, and what is told of it.
#[derive(Debug, Clone)]
pub(crate) struct Running {
    pub version: Version,
    pub name: String,
    pub direction: Direction,
    pub file: String,
    pub is_stored: bool,
}

impl Running {
    fn up(migration: &Migration) -> Self {
        Self {
            version: migration.version,
            name: migration.name.to_string(),
            direction: Direction::Up,
            file: migration.up.file.to_string(),
            is_stored: false,
        }
    }

    pub(crate) fn down(version: Version, name: String, source: &Source<'_>) -> Self {
        Self {
            version,
            name,
            direction: Direction::Down,
            file: source.file.to_string(),
            is_stored: source.is_stored,
        }
    }

    fn span(&self) -> tracing::Span {
        let Self {
            version,
            name,
            direction,
            ..
        } = self;
        tracing::info_span!("migration", version, name, %direction)
    }

    fn started(&self) -> Event {
        Event::Started {
            version: self.version,
            name: self.name.clone(),
            direction: self.direction,
        }
    }

    fn finished(&self, duration: std::time::Duration) -> Event {
        Event::Finished {
            version: self.version,
            name: self.name.clone(),
            direction: self.direction,
            duration,
        }
    }

    fn step(&self, duration: std::time::Duration) -> Step {
        Step {
            version: self.version,
            name: self.name.clone(),
            direction: self.direction,
            duration,
        }
    }

    /// The error of a request for this migration, of which so many statements had landed before.
    fn error(&self, history: &History, stopped: Stopped, landed: usize) -> Error {
        let failure: Failure = match stopped {
            Stopped::Other(error) => return error,
            Stopped::Script(failure) => *failure,
        };
        Error::Script(Box::new(ScriptError {
            version: self.version,
            name: self.name.clone(),
            direction: self.direction,
            file: self.file.clone(),
            is_stored: self.is_stored,
            place: failure.snippet.as_ref().map(|snippet| snippet.place),
            statement: failure.statement,
            engine: failure.engine,
            is_committed: failure.is_committed,
            landed,
            current_version: history.current_version(),
            current_name: history.current_name().unwrap_or_default(),
            snippet: failure.snippet,
        }))
    }
}
