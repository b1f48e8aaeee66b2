//! One request that is one transaction: how it is put together, and what its results mean.
//!
//! The request is `BEGIN`, what writes the history, the script, `COMMIT`. The history comes first:
//! whatever ends a script early, its changes never stand there without their row. The row is also
//! where two processes that apply the same migration conflict.

use surrealdb::types::Value;
use surrealdb::{Connection, IndexedResults, Surreal};

use crate::database::script::{Failure, Source};
use crate::database::statements::{HISTORY_CHANGED, WRITE_HISTORY};
use crate::error::{Error, ErrorKind, Meaning, meaning};

/// How a request ended that did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// All of it is in the database.
    Committed,
    /// Nothing of it is: another process wrote the same record. The history tells what it did.
    Conflict,
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
pub(crate) struct Transaction<'a>(pub Vec<Part<'a>>);

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

impl Transaction<'_> {
    pub(crate) async fn send<C: Connection>(&self, db: &Surreal<C>) -> Sent {
        let mut query = db.query(self.text());
        for part in &self.0 {
            if let Some((name, value)) = &part.parameter {
                query = query.bind((name.clone(), value.clone()));
            }
        }
        match query.await {
            Ok(response) => self.read(response),
            Err(error) => self.read_refusal(error),
        }
    }

    /// One text, each script on lines of its own. The first line is ours alone, so that the lines of
    /// the first script are one more in the engine's count than in its file.
    fn text(&self) -> String {
        let mut text = "BEGIN; ".to_owned();
        for part in &self.0 {
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
        match (meaning(&error), self.origin(index, count)) {
            (Meaning::Conflict, _) | (Meaning::AlreadyExists, Origin::Before) => {
                Ok(Outcome::Conflict)
            }
            (Meaning::Thrown, Origin::Before) if error.message().ends_with(HISTORY_CHANGED) => {
                Ok(Outcome::Conflict)
            }
            (Meaning::Thrown, Origin::Before) => other(ErrorKind::not_written(WRITE_HISTORY)),
            (_, Origin::Own | Origin::Before) => {
                other(ErrorKind::engine_error(WRITE_HISTORY, error))
            }
            (_, Origin::Script(part, statement)) => {
                let sent = self.statements(part, count);
                Err(Stopped::Script(Box::new(FailedScript {
                    part,
                    failure: self.0[part].source.failure(statement, sent, &error),
                    is_committed,
                })))
            }
        }
    }

    /// What it means that a whole request was refused: the text does not parse there, or it never
    /// arrived.
    fn read_refusal(&self, error: surrealdb::Error) -> Sent {
        match (meaning(&error), self.0.first()) {
            (Meaning::Conflict, _) => Ok(Outcome::Conflict),
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
        match (self.0[part].source.sent_statements(), &*self.0) {
            (Some(known), _) => known,
            (None, [alone]) => count.saturating_sub(2 + alone.own()),
            (None, _) => 0,
        }
    }

    fn expected(&self, count: usize) -> usize {
        let parts = (0..self.0.len()).map(|part| self.0[part].own() + self.statements(part, count));
        2 + parts.sum::<usize>()
    }

    fn origin(&self, index: usize, count: usize) -> Origin {
        let mut first = 1;
        for (part, own) in self.0.iter().enumerate() {
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
            failure: self.0[part].source.failure(statement, sent, &error),
            is_committed: true,
        }
    }
}

impl Part<'_> {
    fn own(&self) -> usize {
        self.before.len() + self.after.len()
    }
}
