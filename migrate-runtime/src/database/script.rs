//! A script that is sent to the database, and where in it something failed.

use std::borrow::Cow;

use migrate_files::{Checksum, Script, Snippet, StatementSpan};
use sha2::{Digest as _, Sha256};

use crate::error::{EngineError, FailedStatement};

/// A down script as the build that applied its migration stored it in the history.
#[derive(Debug, Clone)]
pub(crate) struct StoredScript {
    pub file: String,
    pub text: String,
    /// What [`sha256`] says of the text that was stored; rows of earlier versions have none.
    pub checksum: Option<String>,
    pub statements: Vec<StatementSpan>,
}

impl StoredScript {
    /// Whether the text is another one than was stored.
    pub(crate) fn is_altered(&self) -> bool {
        let checksum = self.checksum.as_deref();
        checksum.is_some_and(|stored| stored != sha256(&self.text))
    }
}

/// The SHA-256 of a text as it is: `crypto::sha256(…)` for the database.
pub(crate) fn sha256(text: &str) -> String {
    Checksum::from_bytes(Sha256::digest(text).into()).to_string()
}

/// A script to be sent, from a file of this build or from the history.
#[derive(Debug, Clone)]
pub(crate) struct Source<'a> {
    pub file: Cow<'a, str>,
    /// Whether another build stored it in the history.
    pub is_stored: bool,
    text: &'a str,
    statements: &'a [StatementSpan],
    /// The one statement that is sent, from 0; all of them if it is `None`.
    only: Option<usize>,
}

/// A script that did not run to its end.
#[derive(Debug)]
pub(crate) struct Failure {
    /// Which statement, if that is known.
    pub statement: Option<FailedStatement>,
    /// The line in question, if it is known.
    pub snippet: Option<Snippet>,
    pub engine: EngineError,
}

impl<'a> From<&'a Script> for Source<'a> {
    fn from(script: &'a Script) -> Self {
        Self {
            file: Cow::Borrowed(&script.file),
            is_stored: false,
            text: &script.text,
            statements: &script.statements,
            only: None,
        }
    }
}

impl<'a> From<&'a StoredScript> for Source<'a> {
    fn from(script: &'a StoredScript) -> Self {
        Self {
            file: Cow::Borrowed(&script.file),
            is_stored: true,
            text: &script.text,
            statements: &script.statements,
            only: None,
        }
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

    /// The text that is sent.
    pub(crate) fn sent(&self) -> &str {
        let span = self.only.and_then(|index| self.statements.get(index));
        span.map_or(self.text, |span| span.text(self.text))
    }

    /// How many statements are sent; `None` if the set was built without the parser.
    pub(crate) fn sent_statements(&self) -> Option<usize> {
        match (self.only, self.statements) {
            (Some(_), _) => Some(1),
            (None, []) => None,
            (None, statements) => Some(statements.len()),
        }
    }

    /// Whether a statement of it sets a variable, which whatever follows in the same request sees.
    pub(crate) fn sets_variables(&self) -> bool {
        let mut statements = self.statements.iter().map(|span| span.text(self.text));
        statements.any(|statement| {
            let word = statement.get(..3);
            word.is_some_and(|word| word.eq_ignore_ascii_case("let"))
        })
    }

    /// The failure of a statement, by its index among the `sent` ones.
    pub(crate) fn failure(&self, index: usize, sent: usize, error: &surrealdb::Error) -> Failure {
        let index = self.only.unwrap_or(0) + index;
        let span = self.statements.get(index);
        let text = span.map(|span| span.text(self.text));
        let snippet = span.map(|span| {
            let (start, end) = (span.start as usize, span.end as usize);
            Snippet::new(self.text, start, end, error.message())
        });
        Failure {
            statement: Some(FailedStatement {
                number: index + 1,
                total: sent.max(self.statements.len()),
                text: text.map(str::to_owned),
            }),
            snippet,
            engine: EngineError::from(error),
        }
    }

    /// The failure of a script that the engine did not parse. The engine quotes the line itself,
    /// numbered in the text that it received; here it is quoted from the file.
    pub(crate) fn refusal(&self, error: &surrealdb::Error) -> Failure {
        let engine = EngineError::from(error);
        let mut lines = engine.message.lines();
        let headline = lines.next().unwrap_or_default();
        let snippet = lines.find_map(parse_location).and_then(|(line, column)| {
            // The first line of the request is ours.
            let start = offset_of(self.text, line.checked_sub(1)?, column)?;
            Some(Snippet::new(self.text, start, start, headline))
        });
        Failure {
            statement: None,
            snippet,
            engine,
        }
    }
}

/// Line and column from the engine's ` --> [line:column]`.
fn parse_location(line: &str) -> Option<(usize, usize)> {
    let location = line.trim().strip_prefix("--> [")?.strip_suffix(']')?;
    let (line, column) = location.split_once(':')?;
    Some((line.parse().ok()?, column.parse().ok()?))
}

/// The byte at a line and column, both from 1.
fn offset_of(text: &str, line: usize, column: usize) -> Option<usize> {
    let mut lines = text.split_inclusive('\n');
    let before = lines.by_ref().take(line.checked_sub(1)?).map(str::len);
    let before: usize = before.sum();
    let in_line = lines.next()?.char_indices().nth(column.checked_sub(1)?);
    in_line.map(|(at, _)| before + at)
}
