//! The text of one file.

use std::borrow::Cow;

use migrate_schema::StatementSpan;

use crate::place::Place;
#[cfg(feature = "read")]
use crate::text::normalise;

/// The text of one file, as it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Script {
    /// Where the file is, from the crate's root and with `/`: `migrations/007_search.up.surql`.
    pub file: Cow<'static, str>,
    /// The file's text without a byte-order mark and with LF for every CRLF; otherwise verbatim.
    pub text: Cow<'static, str>,
    /// Where its statements are, in order. Empty where the set was built without the parser.
    pub statements: Cow<'static, [StatementSpan]>,
}

impl Script {
    /// A script from its text, normalised as a file's is. Its statements are found with the feature
    /// `surrealql`, as far as the text parses.
    #[cfg(feature = "read")]
    #[must_use]
    pub fn new(file: impl Into<Cow<'static, str>>, text: impl Into<Cow<'static, str>>) -> Self {
        let text = normalise(text.into());
        Self {
            file: file.into(),
            statements: Cow::Owned(statements(&text)),
            text,
        }
    }

    /// A script whose text is normalised already, and whose statements are known.
    #[cfg(feature = "read")]
    pub(crate) const fn read(file: String, text: String, statements: Vec<StatementSpan>) -> Self {
        Self {
            file: Cow::Owned(file),
            text: Cow::Owned(text),
            statements: Cow::Owned(statements),
        }
    }

    /// What the macro prints.
    #[doc(hidden)]
    #[must_use]
    pub const fn embedded(
        file: &'static str,
        text: &'static str,
        statements: &'static [StatementSpan],
    ) -> Self {
        Self {
            file: Cow::Borrowed(file),
            text: Cow::Borrowed(text),
            statements: Cow::Borrowed(statements),
        }
    }

    /// The line and column of a byte of the text, both from 1, as the file on disk has them.
    #[must_use]
    pub fn place(&self, offset: usize) -> Place {
        Place::of(&self.text, offset)
    }

    /// A statement's own text, up to and with its semicolon.
    #[must_use]
    pub fn statement_text(&self, statement: StatementSpan) -> &str {
        statement.text(&self.text)
    }
}

#[cfg(feature = "surrealql")]
fn statements(text: &str) -> Vec<StatementSpan> {
    let parsed = migrate_schema::parse::parse(text);
    let statements = parsed.statements.iter();
    statements.map(|statement| statement.span).collect()
}

#[cfg(all(feature = "read", not(feature = "surrealql")))]
const fn statements(_: &str) -> Vec<StatementSpan> {
    Vec::new()
}
