//! Transactions being sent, and what became of each migration in them.

use surrealdb::Connection;
use tracing::Instrument as _;

use crate::database::history::History;
use crate::database::transaction::{self, Ended, Outcome, Transaction};
use crate::error::{EngineError, Error};
use crate::execute::context::Context;
use crate::execute::running::{Running, fail};
use crate::report::Step;

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

impl Rest {
    pub(crate) fn conflict(running: &Running, engine: EngineError) -> Self {
        let operation = running.operation();
        Self::Conflict { operation, engine }
    }
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
            Ok(Outcome::Conflict(engine)) => sent.rest = Rest::conflict(&running[0], engine),
            Err(stopped) => {
                let failed = running.get(stopped.part()).unwrap_or(&running[0]);
                sent.rest = Rest::Failed(fail(context, history, failed, stopped, 0));
            }
        }
    }
    sent
}
