//! The text of one file.

use std::borrow::Cow;

use migrate_schema::StatementSpan;
#[cfg(feature = "read")]
use migrate_schema::effect::Effect;
#[cfg(feature = "serde")]
use migrate_schema::effect::Effects;
#[cfg(feature = "read")]
use migrate_schema::model::{Change, Object};
#[cfg(feature = "surrealql")]
use migrate_schema::{Statement, effect::summary};

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
    /// What it does, in JSON; an empty text for nothing. A literal of this length costs the compiler
    /// next to nothing, where a constant is hundreds of tokens.
    effects: Cow<'static, str>,
}

impl Script {
    /// A script from its text, normalised as a file's is. Its statements are found with the feature
    /// `surrealql`, as far as the text parses.
    #[cfg(feature = "read")]
    #[must_use]
    pub fn new(file: impl Into<Cow<'static, str>>, text: impl Into<Cow<'static, str>>) -> Self {
        let text = normalise(text.into());
        let Parts {
            statements,
            effects,
            ..
        } = parts(&text);
        Self {
            file: file.into(),
            text,
            statements: statements.into(),
            effects: encoded(&effects),
        }
    }

    /// A script whose text is normalised already, and whose statements are known.
    #[cfg(feature = "read")]
    pub(crate) fn read(file: String, text: String, parts: Parts) -> Self {
        Self {
            file: file.into(),
            text: text.into(),
            statements: parts.statements.into(),
            effects: encoded(&parts.effects),
        }
    }

    /// What the macro prints.
    #[doc(hidden)]
    #[must_use]
    pub const fn embedded(
        file: &'static str,
        text: &'static str,
        statements: &'static [StatementSpan],
        effects: &'static str,
    ) -> Self {
        Self {
            file: Cow::Borrowed(file),
            text: Cow::Borrowed(text),
            statements: Cow::Borrowed(statements),
            effects: Cow::Borrowed(effects),
        }
    }

    /// What it does that another script of the same transaction may not allow. Nothing where the set
    /// was built without the parser.
    #[cfg(feature = "serde")]
    #[must_use]
    pub fn effects(&self) -> Effects {
        // This version of the crate has written it.
        serde_json::from_str(&self.effects).unwrap_or_default()
    }

    /// The same as the macro prints it.
    #[doc(hidden)]
    #[must_use]
    pub fn encoded_effects(&self) -> &str {
        &self.effects
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

/// The inverse of [`Script::effects`].
#[cfg(feature = "read")]
fn encoded(effects: &[Effect]) -> Cow<'static, str> {
    match effects {
        [] => Cow::Borrowed(""),
        // Plain data of strings and lists has no reason to fail.
        effects => Cow::Owned(serde_json::to_string(effects).unwrap_or_default()),
    }
}

/// What the parser finds in a script.
#[cfg(feature = "read")]
#[derive(Debug, Default)]
pub struct Parts {
    pub statements: Vec<StatementSpan>,
    pub effects: Vec<Effect>,
    pub steps: Vec<Step>,
}

/// What a statement does.
#[cfg(feature = "read")]
#[derive(Debug, Default)]
pub struct Step {
    /// To the schema.
    pub changes: Vec<Change>,
    /// To records and indexes.
    pub effects: Vec<Effect>,
    /// The fields that its condition compares with NULL.
    pub compared_with_null: Vec<Object>,
    /// The functions, tables and parameters that a definition needs whenever it is used.
    pub named_later: Vec<Object>,
}

#[cfg(feature = "surrealql")]
impl From<Vec<Statement>> for Parts {
    fn from(statements: Vec<Statement>) -> Self {
        let mut parts = Self::default();
        for statement in statements {
            parts.statements.push(statement.span);
            parts.steps.push(Step {
                changes: statement.changes,
                effects: statement.effects,
                compared_with_null: statement.compared_with_null,
                named_later: statement.named_later,
            });
        }
        let effects = parts.steps.iter().flat_map(|step| &step.effects);
        Self {
            effects: summary(effects.cloned()),
            ..parts
        }
    }
}

#[cfg(feature = "surrealql")]
fn parts(text: &str) -> Parts {
    migrate_schema::parse::parse(text).statements.into()
}

#[cfg(all(feature = "read", not(feature = "surrealql")))]
fn parts(_: &str) -> Parts {
    Parts::default()
}
