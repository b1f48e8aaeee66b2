//! One migration, one transaction, one request.
//!
//! The request is `BEGIN`, the history row, the script, `COMMIT`. The row comes first: whatever
//! ends a script early, what it changed never stands there without its row. The row is also what
//! two processes at the same migration meet at: one of them gets a conflict.

use std::borrow::Cow;

use migrate_core::{Snippet, Statement};
use surrealdb::types::SurrealValue;
use surrealdb::{Connection, IndexedResults, Surreal};

use crate::engine::{Meaning, meaning};
use crate::error::{EngineError, Error, FailedStatement, Result};
use crate::history::StoredScript;
use crate::{Migration, Script};
use migrate_core::Version;

/// How a request ended that did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// All of it is in the database.
    Committed,
    /// Nothing of it is: another process wrote the same. The history tells what it did.
    Conflict,
}

/// A script that did not run through.
#[derive(Debug)]
pub(crate) struct Failure {
    /// Which statement, where that can be told.
    pub statement: Option<FailedStatement>,
    /// The line in question, where it is known.
    pub snippet: Option<Snippet>,
    pub engine: EngineError,
    /// Set where the engine committed the rest all the same.
    pub is_committed: bool,
}

/// Why there is no [`Outcome`].
#[derive(Debug)]
pub(crate) enum Stopped {
    /// A statement of the script.
    Script(Failure),
    /// Anything else.
    Other(Error),
}

/// A script to be sent, from a file of this build or from the history.
#[derive(Debug, Clone)]
pub(crate) struct Source<'a> {
    pub file: Cow<'a, str>,
    pub text: &'a str,
    pub statements: &'a [Statement],
    /// Left in the history by the build that applied the migration.
    pub is_stored: bool,
}

impl<'a> From<&'a Script> for Source<'a> {
    fn from(script: &'a Script) -> Self {
        Self {
            file: Cow::Borrowed(&script.file),
            text: &script.text,
            statements: &script.statements,
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
            is_stored: true,
        }
    }
}

/// Statements of ours around the script, which write the history.
struct Frame {
    before: Vec<String>,
    after: Vec<String>,
}

/// What ours throw. A user without the right to write a row gets no error from the engine: nothing
/// is written, and nothing is said.
const DENIED: &str = "the history row was not written";
const GONE: &str = "the history row is gone";

/// Applies a migration: its up script, and the row that says so.
pub(crate) async fn apply<C: Connection>(
    db: &Surreal<C>,
    table: &str,
    migration: &Migration,
) -> std::result::Result<Outcome, Stopped> {
    let version = migration.version;
    let frame = Frame {
        before: vec![format!(
            "IF array::is_empty((CREATE {table}:{version} SET version = {version}, \
             name = $_sbl.name, applied_at = time::now(), checksum = $_sbl.checksum, \
             down = $_sbl.down, down_file = $_sbl.down_file, \
             down_statements = $_sbl.down_statements RETURN id)) {{ THROW '{DENIED}' }}"
        )],
        after: vec![format!(
            "UPDATE {table}:{version} SET duration = time::now() - applied_at RETURN NONE"
        )],
    };
    send(db, &frame, &Source::from(&migration.up), Some(Row::from(migration))).await
}

/// Reverts a migration: its down script, and the row that goes. A row that is gone already stops
/// it: another process has reverted the migration since the history was read.
pub(crate) async fn revert<C: Connection>(
    db: &Surreal<C>,
    table: &str,
    version: Version,
    down: &Source<'_>,
) -> std::result::Result<Outcome, Stopped> {
    let row = format!("{table} WHERE version = {version}");
    let frame = Frame {
        before: vec![
            format!("IF array::is_empty((SELECT VALUE id FROM {row})) {{ THROW '{GONE}' }}"),
            format!("IF array::is_empty((DELETE {row} RETURN BEFORE)) {{ THROW '{DENIED}' }}"),
        ],
        after: Vec::new(),
    };
    send(db, &frame, down, None).await
}

/// Records the text of this build for a migration that was applied with another one.
pub(crate) async fn accept<C: Connection>(
    db: &Surreal<C>,
    table: &str,
    migration: &Migration,
) -> Result<()> {
    const DOING: &str = "record an edited migration";
    let version = migration.version;
    let query = format!(
        "UPDATE {table} SET name = $_sbl.name, checksum = $_sbl.checksum, down = $_sbl.down, \
         down_file = $_sbl.down_file, down_statements = $_sbl.down_statements \
         WHERE version = {version} RETURN NONE"
    );
    let response = db.query(query).bind(("_sbl", Row::from(migration))).await;
    let response = response.map_err(|error| Error::request(DOING, error))?;
    let checked = response.check();
    checked
        .map(drop)
        .map_err(|error| Error::engine(DOING, error))
}

/// What a row holds beside version and times, as it is bound.
#[derive(SurrealValue)]
struct Row {
    name: String,
    checksum: String,
    down: Option<String>,
    down_file: Option<String>,
    down_statements: Option<Vec<i64>>,
}

impl From<&Migration> for Row {
    fn from(migration: &Migration) -> Self {
        let down = migration.down.as_ref();
        let places = |down: &Script| {
            let places = down.statements.iter();
            let places = places.flat_map(|place| [place.start, place.end]);
            places.map(i64::from).collect()
        };
        Self {
            name: migration.name.to_string(),
            checksum: migration.checksum.to_string(),
            down: down.map(|down| down.text.to_string()),
            down_file: down.map(|down| down.file.to_string()),
            down_statements: down.map(places),
        }
    }
}

async fn send<C: Connection>(
    db: &Surreal<C>,
    frame: &Frame,
    source: &Source<'_>,
    row: Option<Row>,
) -> std::result::Result<Outcome, Stopped> {
    let response = db.query(frame.around(source.text)).bind(("_sbl", row)).await;
    match response {
        Ok(response) => frame.read(response, source),
        Err(error) => frame.read_refusal(error, source),
    }
}

impl Frame {
    /// One text, with the script on lines of its own: the first line is ours, so a line that the
    /// engine counts is one more than the file's.
    fn around(&self, script: &str) -> String {
        let before = self.before.join("; ");
        let after: String = self.after.iter().map(|own| format!("{own}; ")).collect();
        format!("BEGIN; {before};\n{script}\n;{after}COMMIT;")
    }

    /// What the results of a whole request mean.
    fn read(
        &self,
        mut response: IndexedResults,
        source: &Source<'_>,
    ) -> std::result::Result<Outcome, Stopped> {
        let count = response.num_statements();
        let first = 1 + self.before.len();
        let own = first + self.after.len() + 1;
        let statements = match source.statements.len() {
            0 => count.saturating_sub(own),
            known => known,
        };
        let mut errors = response.take_errors();
        if errors.is_empty() {
            return match count < own + statements {
                true => Err(Stopped::Script(source.ended_early(count - first - 2, statements))),
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
        match (meaning(&error), index) {
            (Meaning::Conflict, _) => Ok(Outcome::Conflict),
            (Meaning::AlreadyExists, index) if index < first => Ok(Outcome::Conflict),
            (Meaning::Thrown, index) if index < first => match error.message().ends_with(GONE) {
                true => Ok(Outcome::Conflict),
                false => Err(Stopped::Other(Error::NotPermitted {
                    doing: "write the migration history",
                    engine: EngineError::from(&error),
                })),
            },
            (_, index) if index < first || index >= first + statements => {
                Err(Stopped::Other(Error::engine("write the migration history", error)))
            }
            _ => Err(Stopped::Script(Failure {
                is_committed,
                ..source.failure(index - first, statements, &error)
            })),
        }
    }

    /// What it means that a request was refused whole: the text does not parse there, or it never
    /// arrived.
    fn read_refusal(
        &self,
        error: surrealdb::Error,
        source: &Source<'_>,
    ) -> std::result::Result<Outcome, Stopped> {
        match meaning(&error) {
            Meaning::Conflict => Ok(Outcome::Conflict),
            Meaning::Other if error.is_validation() => {
                Err(Stopped::Script(source.refusal(&error)))
            }
            _ => Err(Stopped::Other(Error::request("send a migration", error))),
        }
    }
}

impl Source<'_> {
    /// The failure of the statement with that index, of so many.
    fn failure(&self, index: usize, count: usize, error: &surrealdb::Error) -> Failure {
        let place = self.statements.get(index);
        let range = place.map(|place| (place.start as usize, place.end as usize));
        let text = range.and_then(|(start, end)| self.text.get(start..end));
        let snippet = text.and(range).map(|(start, end)| {
            Snippet::new(self.text, start, end, error.message())
        });
        Failure {
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

    /// The failure of a script that left from within that statement. The build refuses the scripts
    /// for which this is known to happen.
    fn ended_early(&self, index: usize, count: usize) -> Failure {
        let error = surrealdb::Error::internal(format!(
            "the script ended here; the {} statements after this one were not run",
            count - index - 1
        ));
        Failure {
            is_committed: true,
            ..self.failure(index, count, &error)
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
    let before: usize = lines.by_ref().take(line.checked_sub(1)?).map(str::len).sum();
    let in_line = lines.next()?.char_indices().nth(column.checked_sub(1)?);
    in_line.map(|(at, _)| before + at)
}
