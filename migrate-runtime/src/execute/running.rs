//! A migration that is being applied or reverted, and what is reported about it.

use std::time::Duration;

use migrate_files::{Migration, Version};
use surrealdb::Connection;

use crate::database::history::History;
use crate::database::script::Source;
use crate::database::transaction::{FailedScript, Stopped};
use crate::error::{Error, ErrorKind, ScriptError};
use crate::execute::context::Context;
use crate::execute::observer::{Event, Observer};
use crate::report::format::title;
use crate::report::{Direction, Step};
use crate::set::Migrations;

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
    /// What is logged about it is logged in here.
    span: tracing::Span,
}

impl Running {
    pub(crate) fn up(migration: &Migration, number: usize, total: usize) -> Self {
        Self {
            span: span(migration.version, &migration.name, Direction::Up),
            version: migration.version,
            name: migration.name.to_string(),
            direction: Direction::Up,
            file: migration.up.file.to_string(),
            is_stored: false,
            number,
            total,
        }
    }

    pub(crate) fn down(
        version: Version,
        name: String,
        source: &Source<'_>,
        number: usize,
        total: usize,
    ) -> Self {
        Self {
            span: span(version, &name, Direction::Down),
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
        self.span.clone()
    }

    pub(crate) fn report(&self, observer: &Observer, event: &Event) {
        self.span.in_scope(|| observer.emit(event));
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

    /// Keeps in the history that it was committed.
    pub(crate) fn record(&self, set: &Migrations, history: &mut History) {
        match (self.direction, set.get(self.version)) {
            (Direction::Up, Some(migration)) => history.add(migration),
            (Direction::Up, None) => {}
            (Direction::Down, _) => history.remove(&set.versions_with(self.version)),
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

fn span(version: Version, name: &str, direction: Direction) -> tracing::Span {
    tracing::info_span!(target: "migrate_runtime", "migration", version, name, %direction)
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
    migration.report(&context.options.observer, &migration.failed(&error));
    error
}
