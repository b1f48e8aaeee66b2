//! One request that is one transaction: how it is put together, and what its results mean.
//!
//! The request is `BEGIN`, what writes the history, the script, `COMMIT`. The history comes first:
//! whatever ends a script early, its changes never stand there without their row. The row is also
//! where two processes that apply the same migration conflict.

use surrealdb::types::Value;
use surrealdb::{Connection, IndexedResults, Surreal};

use crate::database::script::{Failure, Source};
use crate::database::statements::{HISTORY_CHANGED, WRITE_HISTORY};
use crate::error::{EngineError, Error, ErrorKind, Meaning, meaning};

/// How a request ended that did not fail.
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

impl<'a> Transaction<'a> {
    pub(crate) fn new(parts: Vec<Part<'a>>) -> Self {
        Self { parts }
    }

    pub(crate) async fn send<C: Connection>(&self, db: &Surreal<C>) -> Sent {
        let text = self.text();
        let bytes = text.len() + self.parameter_bytes();
        let mut query = db.query(text);
        for part in &self.parts {
            if let Some((name, value)) = &part.parameter {
                query = query.bind((name.clone(), value.clone()));
            }
        }
        match query.await {
            Ok(response) => self.read(response),
            Err(error) => self.read_refusal(bytes, error),
        }
    }

    /// About how much the parameters add to a request: down scripts, above all.
    fn parameter_bytes(&self) -> usize {
        let parameters = self.parts.iter().filter_map(|part| part.parameter.as_ref());
        parameters.map(|(_, value)| bytes_of(value)).sum()
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

    /// What the results of a whole request mean.
    fn read(&self, mut response: IndexedResults) -> Sent {
        let count = response.num_statements();
        let mut errors = response.take_errors();
        if errors.is_empty() {
            return match count < self.expected(count) {
                true => Err(Stopped::Script(Box::new(self.ended_early(count)))),
                false => Ok(Outcome::Committed),
            };
        }
        let is_committed = !errors.contains_key(&(count - 1));
        // The cause is the first error that does not say that its statement was not executed; a
        // failed commit alone is reported by the last one.
        let mut indices: Vec<usize> = errors.keys().copied().collect();
        indices.sort_unstable();
        let is_cause = |index: &&usize| meaning(&errors[*index]) != Meaning::NotExecuted;
        let index = indices.iter().find(is_cause).or_else(|| indices.last());
        let index = index.copied().unwrap_or_default();
        let Some(error) = errors.remove(&index) else {
            return Ok(Outcome::Committed);
        };
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
    fn read_refusal(&self, bytes: usize, error: surrealdb::Error) -> Sent {
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
    fn ended_early(&self, count: usize) -> FailedScript {
        let last = count.saturating_sub(2);
        let (part, statement) = match self.origin(last, count) {
            Origin::Script(part, statement) => (part, statement),
            Origin::Own | Origin::Before => (0, 0),
        };
        let error = surrealdb::Error::internal(
            "the script ended here; the statements behind this one were skipped".to_owned(),
        );
        let sent = self.statements(part, count);
        FailedScript {
            part,
            failure: self.parts[part].source.failure(statement, sent, &error),
            is_committed: true,
        }
    }
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
