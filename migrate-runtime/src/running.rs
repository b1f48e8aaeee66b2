//! A transaction on its way, and what is told of each migration in it.

use std::time::{Duration, Instant};

use surrealdb::Connection;
use tracing::Instrument as _;

use crate::error::{Error, Result, ScriptError};
use crate::history::History;
use crate::observer::Event;
use crate::report::{Direction, Step};
use crate::runner::Runner;
use crate::transaction::{Outcome, Source, Stopped, Transaction};
use crate::{Migration, Version};

impl<C: Connection> Runner<'_, C> {
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
    pub(crate) fn up(migration: &Migration) -> Self {
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

    pub(crate) fn span(&self) -> tracing::Span {
        let Self {
            version,
            name,
            direction,
            ..
        } = self;
        tracing::info_span!("migration", version, name, %direction)
    }

    pub(crate) fn started(&self) -> Event {
        Event::Started {
            version: self.version,
            name: self.name.clone(),
            direction: self.direction,
        }
    }

    pub(crate) fn finished(&self, duration: Duration) -> Event {
        Event::Finished {
            version: self.version,
            name: self.name.clone(),
            direction: self.direction,
            duration,
        }
    }

    pub(crate) fn step(&self, duration: Duration) -> Step {
        Step {
            version: self.version,
            name: self.name.clone(),
            direction: self.direction,
            duration,
        }
    }

    /// The error of a request for this migration, of which so many statements had landed before.
    pub(crate) fn error(&self, history: &History, stopped: Stopped, landed: usize) -> Error {
        let failure = match stopped {
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
