//! A transaction being sent, and what is reported about each migration in it.

use std::time::{Duration, Instant};

use migrate_files::{Migration, Version};
use surrealdb::Connection;
use tracing::Instrument as _;

use crate::database::history::History;
use crate::database::script::Source;
use crate::database::transaction::{FailedScript, Outcome, Stopped, Transaction};
use crate::error::{EngineError, Error, ErrorKind, Result, ScriptError};
use crate::execute::context::Context;
use crate::execute::observer::Event;
use crate::report::format::title;
use crate::report::{Direction, Step};

/// A migration that is being applied or reverted.
#[derive(Debug, Clone)]
pub(crate) struct Running {
    version: Version,
    name: String,
    direction: Direction,
    file: String,
    is_stored: bool,
    /// Which one it is of all that the call is going to run, from 1.
    number: usize,
    total: usize,
}

impl Running {
    pub(crate) fn up(migration: &Migration, number: usize, total: usize) -> Self {
        Self {
            version: migration.version,
            name: migration.name.to_string(),
            direction: Direction::Up,
            file: migration.up.file.to_string(),
            is_stored: false,
            number,
            total,
        }
    }

    /// A migration in the same transaction as this one, so many places behind it.
    pub(crate) fn followed_by(&self, migration: &Migration, index: usize) -> Self {
        Self::up(migration, self.number + index, self.total)
    }

    pub(crate) fn down(
        version: Version,
        name: String,
        source: &Source<'_>,
        number: usize,
        total: usize,
    ) -> Self {
        Self {
            version,
            name,
            direction: Direction::Down,
            file: source.file.to_string(),
            is_stored: source.is_stored,
            number,
            total,
        }
    }

    pub(crate) fn span(&self) -> tracing::Span {
        let Self {
            version,
            name,
            direction,
            ..
        } = self;
        tracing::info_span!(target: "migrate_runtime", "migration", version, name, %direction)
    }

    /// What this is called in errors: `apply migration 7 (search)`.
    pub(crate) fn operation(&self) -> String {
        let verb = match self.direction {
            Direction::Up => "apply",
            Direction::Down => "revert",
        };
        format!("{verb} migration {}", title(self.version, &self.name))
    }

    /// The moment before this: `before migration 7 (search) was applied`.
    pub(crate) fn before(&self) -> String {
        let verb = match self.direction {
            Direction::Up => "applied",
            Direction::Down => "reverted",
        };
        format!(
            "before migration {} was {verb}",
            title(self.version, &self.name)
        )
    }

    /// The moment before the rest of this, after so many of its statements.
    pub(crate) fn before_rest(&self, done: usize, total: usize) -> String {
        match done {
            0 => self.before(),
            _ => format!(
                "in migration {}, of which {done} of {total} statements are committed",
                title(self.version, &self.name)
            ),
        }
    }

    pub(crate) fn started(&self) -> Event {
        Event::Started {
            version: self.version,
            name: self.name.clone(),
            direction: self.direction,
            number: self.number,
            total: self.total,
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

    pub(crate) fn failed(&self, error: &Error) -> Event {
        Event::Failed {
            version: self.version,
            name: self.name.clone(),
            direction: self.direction,
            error: error.clone(),
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

    /// The error of a script of this migration, after so many committed statements.
    fn script_error(&self, history: &History, failed: FailedScript, committed: usize) -> Error {
        // Only few of these have a kind of their own; this decides about a line of help alone.
        let already_exists = history.is_new
            && self.direction == Direction::Up
            && failed.failure.engine.message.contains("already exists");
        let FailedScript {
            failure,
            is_committed,
            ..
        } = failed;
        ErrorKind::Script(Box::new(ScriptError {
            version: self.version,
            name: self.name.clone(),
            direction: self.direction,
            file: self.file.clone(),
            is_stored: self.is_stored,
            place: failure.snippet.as_ref().map(|snippet| snippet.place),
            statement: failure.statement,
            engine: failure.engine,
            is_committed,
            already_exists,
            committed_statements: committed,
            current_version: history.current_version(),
            current_name: history.current_name().unwrap_or_default(),
            snippet: failure.snippet,
        }))
        .into()
    }
}

/// Turns what stopped a transaction into an error, and reports it for a migration of which so many
/// statements are committed.
pub(crate) fn fail<C: Connection>(
    context: &Context<'_, C>,
    history: &History,
    migration: &Running,
    stopped: Stopped,
    committed: usize,
) -> Error {
    let error = match stopped {
        Stopped::Other(error) => error,
        Stopped::Script(failed) => migration.script_error(history, *failed, committed),
    };
    context.options.observer.emit(&migration.failed(&error));
    error
}

/// How sending a transaction went.
#[derive(Debug)]
pub(crate) enum Sent {
    /// It is committed: the steps that it was.
    Committed(Vec<Step>),
    /// Nothing of it is: it conflicted with another transaction.
    Conflict(EngineError),
}

/// Sends a transaction, and reports each migration in it.
pub(crate) async fn send<C: Connection>(
    context: &Context<'_, C>,
    history: &History,
    running: &[Running],
    transaction: &Transaction<'_>,
) -> Result<Sent> {
    let Some(first) = running.first() else {
        return Ok(Sent::Committed(Vec::new()));
    };
    context.check_not_stopped(history, || first.before())?;
    let observer = &context.options.observer;
    let work = async {
        for migration in running {
            observer.emit(&migration.started());
        }
        let start = Instant::now();
        let outcome = transaction.send(context.db).await;
        let duration = start.elapsed();
        match outcome {
            Ok(Outcome::Conflict(engine)) => Ok(Sent::Conflict(engine)),
            Ok(Outcome::Committed) => {
                for migration in running {
                    observer.emit(&migration.finished(duration));
                }
                let steps = running.iter().map(|migration| migration.step(duration));
                Ok(Sent::Committed(steps.collect()))
            }
            Err(stopped) => {
                let failed = running.get(stopped.part()).unwrap_or(first);
                Err(fail(context, history, failed, stopped, 0))
            }
        }
    };
    // Several in one transaction share a request, and so a span.
    work.instrument(first.span()).await
}
