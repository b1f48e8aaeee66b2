//! Transactions being sent, and what is reported about each migration in them.

use std::time::Duration;

use migrate_files::{Migration, Version};
use surrealdb::Connection;
use tracing::Instrument as _;

use crate::database::history::History;
use crate::database::script::Source;
use crate::database::transaction::{self, Ended, FailedScript, Outcome, Stopped, Transaction};
use crate::error::{EngineError, Error, ErrorKind, ScriptError};
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

    fn report(&self, observer: &Observer, event: &Event) {
        self.span.in_scope(|| observer.emit(event));
    }

    /// What this is called in errors: `apply migration 7 (search)`.
    fn operation(&self) -> String {
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

    pub(crate) fn conflict(&self, engine: EngineError) -> Rest {
        let operation = self.operation();
        Rest::Conflict { operation, engine }
    }

    /// Keeps in the history that it was committed.
    fn record(&self, set: &Migrations, history: &mut History) {
        match (self.direction, set.get(self.version)) {
            (Direction::Up, Some(migration)) => history.add(migration),
            (Direction::Up, None) => {}
            (Direction::Down, _) => history.remove(self.version),
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

/// Transactions that are sent in one request, each with the migrations that it applies or reverts.
#[derive(Debug, Default)]
pub(crate) struct Batch<'a> {
    transactions: Vec<Transaction<'a>>,
    running: Vec<Vec<Running>>,
}

impl<'a> Batch<'a> {
    /// Of one transaction alone.
    pub(crate) fn of(running: Vec<Running>, transaction: Transaction<'a>) -> Self {
        let mut batch = Self::default();
        batch.push(running, transaction);
        batch
    }

    pub(crate) fn push(&mut self, running: Vec<Running>, transaction: Transaction<'a>) {
        self.running.push(running);
        self.transactions.push(transaction);
    }

    pub(crate) fn len(&self) -> usize {
        self.transactions.len()
    }

    /// About how large the request is.
    pub(crate) fn bytes(&self) -> usize {
        self.transactions.iter().map(Transaction::bytes).sum()
    }

    /// Whether another transaction may follow.
    pub(crate) fn may_go_on(&self) -> bool {
        let last = self.transactions.last();
        last.is_none_or(Transaction::may_be_followed)
    }
}

/// How sending went.
#[derive(Debug, Default)]
pub(crate) struct Sent {
    /// What was committed.
    pub steps: Vec<Step>,
    /// Why not everything was.
    pub rest: Rest,
}

/// What is left of what was sent.
#[derive(Debug, Default)]
pub(crate) enum Rest {
    /// Nothing: all of it was committed.
    #[default]
    Nothing,
    /// The database did not read the request, of several transactions. Each has to be sent by itself.
    Unread,
    /// The first one that is left conflicted with another transaction.
    Conflict {
        /// What it was to do, as errors call it.
        operation: String,
        engine: EngineError,
    },
    /// The first one that is left failed.
    Failed(Error),
}

/// Sends what belongs into one request, reports each migration in it, and keeps the history up to
/// date.
///
/// The engine answers when all of it is done. So the migrations behind the first transaction are
/// reported as started when they have ended, and not at all where those before them failed.
pub(crate) async fn send<C: Connection>(
    context: &Context<'_, C>,
    history: &mut History,
    batch: Batch<'_>,
) -> Sent {
    let Batch {
        transactions,
        running,
    } = batch;
    let Some(first) = running.first().and_then(|running| running.first()) else {
        return Sent::default();
    };
    if let Err(error) = context.check_not_stopped(history, || first.before()) {
        return Sent {
            rest: Rest::Failed(error),
            ..Sent::default()
        };
    }
    let observer = &context.options.observer;
    let start = |running: &[Running]| {
        for migration in running {
            migration.report(observer, &migration.started());
        }
    };
    start(&running[0]);
    let work = transaction::send(context.db, &transactions);
    let ended = work.instrument(first.span()).await;
    let mut sent = Sent::default();
    if ended.is_empty() {
        sent.rest = Rest::Unread;
    }
    for (index, (running, Ended { result, duration })) in running.iter().zip(ended).enumerate() {
        let is_lost = matches!(result, Ok(Outcome::Conflict(_)));
        let follows_another = !matches!(sent.rest, Rest::Nothing);
        if index > 0 && !is_lost && !(follows_another && result.is_err()) {
            start(running);
        }
        match result {
            Ok(Outcome::Committed) => {
                for migration in running {
                    migration.report(observer, &migration.finished(duration));
                    migration.record(context.set, history);
                    sent.steps.push(migration.step(duration));
                }
            }
            // It has found out by the history that the one before it is left.
            _ if follows_another => {}
            Ok(Outcome::Conflict(engine)) => sent.rest = running[0].conflict(engine),
            Err(stopped) => {
                let failed = running.get(stopped.part()).unwrap_or(&running[0]);
                sent.rest = Rest::Failed(fail(context, history, failed, stopped, 0));
            }
        }
    }
    sent
}
