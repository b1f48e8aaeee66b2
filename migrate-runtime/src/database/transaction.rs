//! Transactions: how a request with one or several of them is put together, and what its results
//! mean.
//!
//! A transaction is `BEGIN`, what writes the history, the script, `COMMIT`. The history comes first:
//! whatever ends a script early, its changes never stand there without their row. The row is also
//! where two processes that apply the same migration conflict.
//!
//! Several transactions in one request run one after the other, each committed or not by itself: one
//! that fails does not end the request. What follows it has to find that out by the history.

use std::collections::HashMap;
use std::ops::Range;
use std::time::Duration;

use surrealdb::method::{Stats, WithStats};
use surrealdb::types::Value;
use surrealdb::{Connection, IndexedResults, Surreal};

use crate::database::script::{Failure, Source};
use crate::database::statements::{HISTORY_CHANGED, WRITE_HISTORY};
use crate::error::{EngineError, Error, ErrorKind, Meaning, meaning};

/// How a transaction ended that did not fail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// All of it is in the database.
    Committed,
    /// Nothing of it is: another transaction wrote the same record, or the history is not as it was
    /// read. The history says whether another process has changed it.
    Conflict(EngineError),
}

/// Why there is no [`Outcome`].
#[derive(Debug)]
pub(crate) enum Stopped {
    /// A statement of a script failed.
    Script(Box<FailedScript>),
    /// Anything else.
    Other(Error),
}

impl Stopped {
    /// The part of the transaction that stopped it, as far as it is known.
    pub(crate) fn part(&self) -> usize {
        match self {
            Self::Script(failed) => failed.part,
            Self::Other(_) => 0,
        }
    }
}

/// Which script of a transaction failed, and how.
#[derive(Debug)]
pub(crate) struct FailedScript {
    /// Which part of the transaction, from 0.
    part: usize,
    pub failure: Failure,
    /// Whether the engine committed the rest nevertheless.
    pub is_committed: bool,
}

/// A script within a transaction, and our statements around it.
#[derive(Debug)]
pub(crate) struct Part<'a> {
    pub before: Vec<String>,
    pub source: Source<'a>,
    pub after: Vec<String>,
    /// A parameter that our statements refer to: its name and value.
    pub parameter: Option<(String, Value)>,
}

/// Everything that is committed together.
#[derive(Debug)]
pub(crate) struct Transaction<'a> {
    parts: Vec<Part<'a>>,
}

/// What became of a transaction.
#[derive(Debug)]
pub(crate) struct Ended {
    pub result: std::result::Result<Outcome, Stopped>,
    /// How long its statements took, by the database.
    pub duration: Duration,
}

impl Ended {
    fn refused(result: std::result::Result<Outcome, Stopped>) -> Self {
        let duration = Duration::ZERO;
        Self { result, duration }
    }
}

/// How many results there are before those of the first part: of `BEGIN`.
const LEADING: usize = 1;

/// Which statement of a transaction a result belongs to.
enum Origin {
    /// `BEGIN`, `COMMIT`, or one of our statements behind a script.
    Own,
    /// One of our statements before a script.
    Before,
    /// A statement of a script: which part, and which statement of it.
    Script(usize, usize),
}

type Sent = std::result::Result<Outcome, Stopped>;

/// Sends transactions in one request; what became of each of them, until the connection fails. Of
/// several, nothing if the database does not read the request: by itself each tells whether it is its
/// script.
pub(crate) async fn send<C: Connection>(
    db: &Surreal<C>,
    transactions: &[Transaction<'_>],
) -> Vec<Ended> {
    let text: String = transactions.iter().map(Transaction::text).collect();
    let mut query = db.query(text);
    let parts = transactions.iter().flat_map(|it| &it.parts);
    for (name, value) in parts.filter_map(|part| part.parameter.as_ref()) {
        query = query.bind((name.clone(), value.clone()));
    }
    match (query.with_stats().await, transactions) {
        (Ok(response), _) => read(transactions, response),
        (Err(error), [_, _, ..]) if error.is_validation() => Vec::new(),
        (Err(error), [first, ..]) => vec![Ended::refused(first.read_refusal(error))],
        (Err(_), []) => Vec::new(),
    }
}

/// What the results of a whole request mean.
fn read(transactions: &[Transaction<'_>], mut response: WithStats<IndexedResults>) -> Vec<Ended> {
    let count = response.num_statements();
    let lengths: Vec<usize> = match transactions {
        [_] => vec![count],
        several => several.iter().map(|it| it.expected(count)).collect(),
    };
    if lengths.iter().sum::<usize>() != count {
        return vec![Ended::refused(Err(ended_early()))];
    }
    let mut errors = response.take_errors();
    let mut first = 0;
    let ended = transactions.iter().zip(lengths).map(|(it, length)| {
        let results = Results {
            range: first..first + length,
            response: &mut response,
            errors: &mut errors,
        };
        first += length;
        it.read(results)
    });
    ended.collect()
}

/// The results of one transaction among those of a request.
struct Results<'r> {
    range: Range<usize>,
    response: &'r mut WithStats<IndexedResults>,
    errors: &'r mut HashMap<usize, (Stats, surrealdb::Error)>,
}

impl Results<'_> {
    fn duration(&mut self) -> Duration {
        let times = self.range.clone().filter_map(|index| {
            let stats = match self.errors.get(&index) {
                Some((stats, _)) => *stats,
                None => self.response.take::<Value>(index)?.0,
            };
            stats.execution_time
        });
        times.sum()
    }

    /// The errors by their index among these results, in order.
    fn take_errors(&mut self) -> Vec<(usize, surrealdb::Error)> {
        let range = self.range.clone();
        let errors = range.filter_map(|index| {
            let (_, error) = self.errors.remove(&index)?;
            Some((index - self.range.start, error))
        });
        errors.collect()
    }
}

impl<'a> Transaction<'a> {
    pub(crate) fn new(parts: Vec<Part<'a>>) -> Self {
        Self { parts }
    }

    /// Sends it in a request of its own.
    pub(crate) async fn send<C: Connection>(self, db: &Surreal<C>) -> Sent {
        let ended = send(db, &[self]).await.pop();
        ended.map_or(Ok(Outcome::Committed), |ended| ended.result)
    }

    /// About how large it is in a request: its text, and the down scripts in the parameters.
    pub(crate) fn bytes(&self) -> usize {
        let parameters = self.parts.iter().filter_map(|part| part.parameter.as_ref());
        let parameters = parameters.map(|(_, value)| bytes_of(value));
        let texts = self.parts.iter().map(|part| part.source.sent().len());
        parameters.chain(texts).sum()
    }

    /// Whether another transaction may follow in the same request: how many results this one has is
    /// known, and none of its scripts sets a variable, which the next one would see.
    pub(crate) fn may_be_followed(&self) -> bool {
        let mut sources = self.parts.iter().map(|part| &part.source);
        sources.all(|source| source.sent_statements().is_some() && !source.sets_variables())
    }

    /// One text, each script on lines of its own. The first line is ours alone, so that the lines of
    /// the first script are one more in the engine's count than in its file.
    fn text(&self) -> String {
        let mut text = "BEGIN; ".to_owned();
        for part in &self.parts {
            text.push_str(&part.before.join("; "));
            text.push_str(";\n");
            text.push_str(part.source.sent());
            text.push_str("\n;");
            text.extend(part.after.iter().map(|own| format!("{own}; ")));
        }
        text.push_str("COMMIT;");
        text
    }

    fn read(&self, mut results: Results<'_>) -> Ended {
        let duration = results.duration();
        let result = self.read_errors(results.range.len(), results.take_errors());
        Ended { result, duration }
    }

    /// What its results mean, of which there are so many, with these errors among them.
    fn read_errors(&self, count: usize, mut errors: Vec<(usize, surrealdb::Error)>) -> Sent {
        let Some((last, _)) = errors.last() else {
            return match count < self.expected(count) {
                true => Err(self.ended_early(count)),
                false => Ok(Outcome::Committed),
            };
        };
        let is_committed = *last + 1 != count;
        // The cause is the first error that does not say that its statement was not executed; a
        // failed commit alone is reported by the last one.
        let is_cause = |(_, error): &(_, _)| meaning(error) != Meaning::NotExecuted;
        let cause = errors.iter().position(is_cause).unwrap_or(errors.len() - 1);
        let (index, error) = errors.swap_remove(cause);
        self.read_error(index, count, error, is_committed)
    }

    fn read_error(
        &self,
        index: usize,
        count: usize,
        error: surrealdb::Error,
        is_committed: bool,
    ) -> Sent {
        let other = |kind: ErrorKind| Err(Stopped::Other(kind.into()));
        let conflict = |error| Ok(Outcome::Conflict(EngineError::from(error)));
        match (meaning(&error), self.origin(index, count)) {
            (Meaning::Conflict, _) | (Meaning::AlreadyExists, Origin::Before) => conflict(&error),
            (Meaning::Thrown, Origin::Before) if error.message().ends_with(HISTORY_CHANGED) => {
                conflict(&error)
            }
            (Meaning::Thrown, Origin::Before) => other(ErrorKind::not_written(WRITE_HISTORY)),
            (_, Origin::Own | Origin::Before) => {
                other(ErrorKind::engine_error(WRITE_HISTORY, error))
            }
            (_, Origin::Script(part, statement)) => {
                let sent = self.statements(part, count);
                Err(Stopped::Script(Box::new(FailedScript {
                    part,
                    failure: self.parts[part].source.failure(statement, sent, &error),
                    is_committed,
                })))
            }
        }
    }

    /// What it means that a whole request was refused: the text does not parse there, or it never
    /// arrived.
    fn read_refusal(&self, error: surrealdb::Error) -> Sent {
        let bytes = self.bytes();
        if is_too_large(bytes, &error) {
            let engine = EngineError::from(&error);
            return Err(Stopped::Other(ErrorKind::TooLarge { bytes, engine }.into()));
        }
        match (meaning(&error), self.parts.first()) {
            (Meaning::Conflict, _) => Ok(Outcome::Conflict(EngineError::from(&error))),
            (Meaning::Other, Some(first)) if error.is_validation() => {
                Err(Stopped::Script(Box::new(FailedScript {
                    part: 0,
                    failure: first.source.refusal(&error),
                    is_committed: false,
                })))
            }
            _ => {
                let kind = ErrorKind::request_error("send a migration", error);
                Err(Stopped::Other(kind.into()))
            }
        }
    }

    /// How many results there are of a part's script. A set that was built without the parser does
    /// not know; for a script that is alone, it is what the other results leave.
    fn statements(&self, part: usize, count: usize) -> usize {
        match (self.parts[part].source.sent_statements(), &*self.parts) {
            (Some(known), _) => known,
            (None, [alone]) => count.saturating_sub(LEADING + alone.own() + 1),
            (None, _) => 0,
        }
    }

    fn expected(&self, count: usize) -> usize {
        let parts = self.parts.iter().enumerate();
        let results = parts.map(|(index, part)| part.own() + self.statements(index, count));
        LEADING + results.sum::<usize>() + 1
    }

    fn origin(&self, index: usize, count: usize) -> Origin {
        let mut first = LEADING;
        for (part, own) in self.parts.iter().enumerate() {
            let script = first + own.before.len();
            let after = script + self.statements(part, count);
            match index {
                index if index < first => return Origin::Own,
                index if index < script => return Origin::Before,
                index if index < after => return Origin::Script(part, index - script),
                _ => first = after + own.after.len(),
            }
        }
        Origin::Own
    }

    /// The failure of a script that left from within a statement, after which the engine skipped
    /// everything up to `COMMIT`. The build refuses the scripts for which this is known to happen.
    fn ended_early(&self, count: usize) -> Stopped {
        let last = count.saturating_sub(2);
        let (part, statement) = match self.origin(last, count) {
            Origin::Script(part, statement) => (part, statement),
            Origin::Own | Origin::Before => (0, 0),
        };
        let error = surrealdb::Error::internal(
            "the script ended here; the statements behind this one were skipped".to_owned(),
        );
        let sent = self.statements(part, count);
        Stopped::Script(Box::new(FailedScript {
            part,
            failure: self.parts[part].source.failure(statement, sent, &error),
            is_committed: true,
        }))
    }
}

/// A script that left from within a statement, in one of several transactions: the number of their
/// results does not tell which.
fn ended_early() -> Stopped {
    let error = surrealdb::Error::internal(
        "this script or one of those behind it in the same request ended early; the statements \
         behind that were skipped"
            .to_owned(),
    );
    Stopped::Script(Box::new(FailedScript {
        part: 0,
        failure: Failure {
            statement: None,
            snippet: None,
            engine: EngineError::from(&error),
        },
        is_committed: true,
    }))
}

/// The smallest limits that were found on SurrealDB 3.3.5, rounded down: 4 MiB for a request over
/// HTTP, and 64 MiB for a message over WebSocket.
const MIN_HTTP_LIMIT: usize = 4_000_000;
const MIN_WEBSOCKET_LIMIT: usize = 64_000_000;

/// Whether a request was refused for its size. Neither protocol has a kind of error for that: over
/// HTTP it is one without a kind, over WebSocket a message that is not valid.
fn is_too_large(bytes: usize, error: &surrealdb::Error) -> bool {
    let limit = match (error.is_internal(), error.is_validation()) {
        (true, _) => MIN_HTTP_LIMIT,
        (_, true) => MIN_WEBSOCKET_LIMIT,
        _ => usize::MAX,
    };
    bytes > limit
}

fn bytes_of(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Object(fields) => fields.values().map(bytes_of).sum(),
        _ => 0,
    }
}

impl Part<'_> {
    fn own(&self) -> usize {
        self.before.len() + self.after.len()
    }
}
