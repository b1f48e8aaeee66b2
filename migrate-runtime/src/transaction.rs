//! Scripts on their way: one transaction, one request.
//!
//! A request is `BEGIN`, what writes the history, the script, `COMMIT`. The history comes first:
//! whatever ends a script early, what it changed never stands there without its row. The row is also
//! what two processes at the same migration meet at: one of them gets a conflict.

use std::borrow::Cow;

use migrate_files::{Script, Snippet, StatementSpan};
use surrealdb::types::Value;
use surrealdb::{Connection, IndexedResults, Surreal};

use crate::engine::{Meaning, meaning};
use crate::error::{EngineError, Error, FailedStatement};
use crate::history::StoredScript;

/// What statements of ours throw. A user without the right to write a record gets no error from the
/// engine: nothing is written, and nothing is said.
pub(crate) const DENIED: &str = "the row was not written";

/// Another process has been here since the history was read.
pub(crate) const GONE: &str = "the row is not as it was read";

/// How a request ended that did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// All of it is in the database.
    Committed,
    /// Nothing of it is: another process wrote the same. The history tells what it did.
    Conflict,
}

/// Why there is no [`Outcome`].
#[derive(Debug)]
pub(crate) enum Stopped {
    /// A statement of a script.
    Script(Box<Failure>),
    /// Anything else.
    Other(Error),
}

/// A script that did not run through.
#[derive(Debug)]
pub(crate) struct Failure {
    /// Which part of the transaction, from 0.
    pub part: usize,
    /// Which statement, where that can be told.
    pub statement: Option<FailedStatement>,
    /// The line in question, where it is known.
    pub snippet: Option<Snippet>,
    pub engine: EngineError,
    /// Set where the engine committed the rest all the same.
    pub is_committed: bool,
}

/// A script to be sent, from a file of this build or from the history.
#[derive(Debug, Clone)]
pub(crate) struct Source<'a> {
    pub file: Cow<'a, str>,
    /// The whole text.
    pub text: &'a str,
    /// All its statements.
    pub statements: &'a [StatementSpan],
    /// The statement that is sent, from 0; all of them where it is `None`.
    only: Option<usize>,
    /// Left in the history by the build that applied the migration.
    pub is_stored: bool,
}

impl<'a> From<&'a Script> for Source<'a> {
    fn from(script: &'a Script) -> Self {
        Self {
            file: Cow::Borrowed(&script.file),
            text: &script.text,
            statements: &script.statements,
            only: None,
            is_stored: false,
        }
    }
}

impl<'a> From<&'a StoredScript> for Source<'a> {
    fn from(script: &'a StoredScript) -> Self {
        Self {
            file: Cow::Borrowed(&script.file),
            text: &script.text,
            statements: &script.statements,
            only: None,
            is_stored: true,
        }
    }
}

/// A script within a transaction, and statements of ours around it.
#[derive(Debug)]
pub(crate) struct Part<'a> {
    pub before: Vec<String>,
    pub source: Source<'a>,
    pub after: Vec<String>,
    /// What the statements of ours refer to: a parameter's name and value.
    pub variable: Option<(String, Value)>,
}

/// Everything that is to be committed together.
#[derive(Debug)]
pub(crate) struct Transaction<'a>(pub Vec<Part<'a>>);

/// Where in a transaction a result belongs.
enum Region {
    /// `BEGIN`, `COMMIT`, or a statement of ours behind a script.
    Own,
    /// A statement of ours before a script.
    Before,
    /// A statement of a script: which part, and which statement of it.
    Script(usize, usize),
}

impl Transaction<'_> {
    pub(crate) async fn send<C: Connection>(
        &self,
        db: &Surreal<C>,
    ) -> std::result::Result<Outcome, Stopped> {
        let mut query = db.query(self.text());
        for part in &self.0 {
            if let Some((name, value)) = &part.variable {
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
    fn read(&self, mut response: IndexedResults) -> std::result::Result<Outcome, Stopped> {
        let count = response.num_statements();
        let mut errors = response.take_errors();
        if errors.is_empty() {
            return match count < self.expected(count) {
                true => Err(Stopped::Script(Box::new(self.ended_early(count)))),
                false => Ok(Outcome::Committed),
            };
        }
        let is_committed = !errors.contains_key(&(count - 1));
        // The cause is the first error that is not an echo of another one; a failed commit alone
        // is told by the last one.
        let mut indices: Vec<usize> = errors.keys().copied().collect();
        indices.sort_unstable();
        let is_cause = |index: &&usize| meaning(&errors[*index]) != Meaning::Echo;
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
    ) -> std::result::Result<Outcome, Stopped> {
        const DOING: &str = "write the migration history";
        match (meaning(&error), self.region(index, count)) {
            (Meaning::Conflict, _) | (Meaning::AlreadyExists, Region::Before) => {
                Ok(Outcome::Conflict)
            }
            (Meaning::Thrown, Region::Before) if error.message().ends_with(GONE) => {
                Ok(Outcome::Conflict)
            }
            (Meaning::Thrown, Region::Before) => Err(Stopped::Other(Error::denied(DOING))),
            (_, Region::Own | Region::Before) => Err(Stopped::Other(Error::engine(DOING, error))),
            (_, Region::Script(part, statement)) => {
                let source = &self.0[part].source;
                let total = source.total(self.statements(part, count));
                Err(Stopped::Script(Box::new(Failure {
                    part,
                    is_committed,
                    ..source.failure(statement, total, &error)
                })))
            }
        }
    }

    /// What it means that a request was refused whole: the text does not parse there, or it never
    /// arrived.
    fn read_refusal(&self, error: surrealdb::Error) -> std::result::Result<Outcome, Stopped> {
        match meaning(&error) {
            Meaning::Conflict => Ok(Outcome::Conflict),
            Meaning::Other if error.is_validation() => {
                Err(Stopped::Script(Box::new(self.0[0].source.refusal(&error))))
            }
            _ => Err(Stopped::Other(Error::request("send a migration", error))),
        }
    }

    /// How many results there are of a part's script. A set that was built without the parser does
    /// not know; then it is what all results leave for a script that is alone.
    fn statements(&self, part: usize, count: usize) -> usize {
        let known = self.0[part].source.sent_statements();
        if known > 0 || self.0.len() > 1 {
            return known;
        }
        count.saturating_sub(2 + self.0[part].own())
    }

    fn expected(&self, count: usize) -> usize {
        let parts = (0..self.0.len()).map(|part| self.0[part].own() + self.statements(part, count));
        2 + parts.sum::<usize>()
    }

    fn region(&self, index: usize, count: usize) -> Region {
        let mut first = 1;
        for (part, own) in self.0.iter().enumerate() {
            let script = first + own.before.len();
            let after = script + self.statements(part, count);
            match index {
                index if index < first => return Region::Own,
                index if index < script => return Region::Before,
                index if index < after => return Region::Script(part, index - script),
                _ => first = after + own.after.len(),
            }
        }
        Region::Own
    }

    /// The failure of a script that left from within a statement, after which the engine skipped
    /// everything up to `COMMIT`. The build refuses the scripts for which this is known to happen.
    fn ended_early(&self, count: usize) -> Failure {
        let last = count.saturating_sub(2);
        let (part, statement) = match self.region(last, count) {
            Region::Script(part, statement) => (part, statement),
            Region::Own | Region::Before => (0, 0),
        };
        let source = &self.0[part].source;
        let error = surrealdb::Error::internal(
            "the script ended here; no statement behind this one was run".to_owned(),
        );
        Failure {
            part,
            is_committed: true,
            ..source.failure(
                statement,
                source.total(self.statements(part, count)),
                &error,
            )
        }
    }
}

impl Part<'_> {
    fn own(&self) -> usize {
        self.before.len() + self.after.len()
    }
}

impl Source<'_> {
    /// The same script with one of its statements alone.
    pub(crate) fn only(self, statement: usize) -> Self {
        Self {
            only: Some(statement),
            ..self
        }
    }

    fn sent(&self) -> &str {
        let place = self.only.and_then(|index| self.statements.get(index));
        place.map_or(self.text, |place| {
            let range = place.start as usize..place.end as usize;
            self.text.get(range).unwrap_or_default()
        })
    }

    fn sent_statements(&self) -> usize {
        self.only.map_or(self.statements.len(), |_| 1)
    }

    /// How many statements the script has, of which so many were sent.
    fn total(&self, sent: usize) -> usize {
        sent.max(self.statements.len())
    }

    /// The failure of a statement, by its index among those that were sent.
    fn failure(&self, index: usize, count: usize, error: &surrealdb::Error) -> Failure {
        let index = self.only.unwrap_or(0) + index;
        let place = self.statements.get(index);
        let range = place.map(|place| (place.start as usize, place.end as usize));
        let text = range.and_then(|(start, end)| self.text.get(start..end));
        let snippet = text
            .and(range)
            .map(|(start, end)| Snippet::new(self.text, start, end, error.message()));
        Failure {
            part: 0,
            statement: Some(FailedStatement {
                number: index + 1,
                count,
                text: text.map(str::to_owned),
            }),
            snippet,
            engine: EngineError::from(error),
            is_committed: false,
        }
    }

    /// The failure of a script that the engine did not parse. It shows the line itself, numbered in
    /// the text that it got; here it is shown from the file.
    fn refusal(&self, error: &surrealdb::Error) -> Failure {
        let engine = EngineError::from(error);
        let mut lines = engine.message.lines();
        let headline = lines.next().unwrap_or_default();
        let snippet = lines.find_map(place_told).and_then(|(line, column)| {
            let start = offset_of(self.text, line.checked_sub(1)?, column)?;
            Some(Snippet::new(self.text, start, start, headline))
        });
        Failure {
            part: 0,
            statement: None,
            snippet,
            engine,
            is_committed: false,
        }
    }
}

/// Line and column from the engine's ` --> [line:column]`.
fn place_told(line: &str) -> Option<(usize, usize)> {
    let place = line.trim().strip_prefix("--> [")?.strip_suffix(']')?;
    let (line, column) = place.split_once(':')?;
    Some((line.parse().ok()?, column.parse().ok()?))
}

/// The byte at a line and column, both from 1.
fn offset_of(text: &str, line: usize, column: usize) -> Option<usize> {
    let mut lines = text.split_inclusive('\n');
    let before: usize = lines
        .by_ref()
        .take(line.checked_sub(1)?)
        .map(str::len)
        .sum();
    let in_line = lines.next()?.char_indices().nth(column.checked_sub(1)?);
    in_line.map(|(at, _)| before + at)
}
