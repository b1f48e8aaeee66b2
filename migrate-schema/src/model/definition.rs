//! What a definition says.

use std::fmt;
use std::sync::Arc;

use crate::model::clauses::Clauses;
use crate::model::mode::Mode;
use crate::model::object::Object;

/// A definition in one form, whatever words, order and layout the statement had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition(Arc<Parts>);

#[derive(Debug, PartialEq, Eq)]
struct Parts {
    /// What stands before the mode: `DEFINE FIELD`.
    head: String,
    /// What stands behind it: `a ON t TYPE int PERMISSIONS FULL`.
    body: String,
    clauses: Clauses,
    /// What cannot be removed while it is there.
    uses: Vec<Object>,
}

impl Definition {
    #[cfg(feature = "parser")]
    /// A definition from its statement without a mode: `DEFINE FIELD a ON t TYPE int`.
    pub(crate) fn new(statement: &str, clauses: Clauses, uses: Vec<Object>) -> Self {
        let kind = statement.find(' ').map_or(0, |space| space + 1);
        let name = statement[kind..].find(' ');
        let (head, body) = statement.split_at(name.map_or(statement.len(), |space| kind + space));
        Self(Arc::new(Parts {
            head: head.to_owned(),
            body: body.trim_start().to_owned(),
            clauses,
            uses,
        }))
    }

    /// The clauses that matter to what is judged of it.
    #[must_use]
    pub fn clauses(&self) -> &Clauses {
        &self.0.clauses
    }

    /// Whether it is that of a table without fields beyond those that are defined.
    pub(crate) fn is_schemafull(&self) -> bool {
        matches!(self.clauses(), Clauses::Table(table) if table.is_schemafull)
    }

    /// Whether it is that of a view.
    pub(super) fn is_view(&self) -> bool {
        matches!(self.clauses(), Clauses::Table(table) if table.view.is_some())
    }

    pub(super) fn uses(&self) -> &[Object] {
        &self.0.uses
    }

    /// The statement that defines it.
    #[must_use]
    pub fn statement(&self, mode: Mode) -> String {
        let Parts { head, body, .. } = &*self.0;
        match mode.words() {
            "" => format!("{head} {body}"),
            words => format!("{head} {words} {body}"),
        }
    }

    /// Whether two definitions are not the same text, of which at least one is the engine's own. The
    /// other one is printed in its words, so that the layout of a script does not matter.
    #[must_use]
    pub fn differs_in_text(&self, other: &Self) -> bool {
        (&self.0.head, &self.0.body) != (&other.0.head, &other.0.body)
    }

    /// Whether what two scripts say certainly differs. Parentheses and the order of a list may mean
    /// nothing, so that two that consist of the same characters are not told apart.
    #[must_use]
    pub fn differs_from(&self, other: &Self) -> bool {
        self != other && self.characters() != other.characters()
    }

    fn characters(&self) -> Vec<char> {
        let all = self.0.body.chars();
        let significant = all.filter(|it| !it.is_whitespace() && !matches!(it, '(' | ')'));
        let mut characters: Vec<char> = significant.collect();
        characters.sort_unstable();
        characters
    }
}

/// The plain statement.
impl fmt::Display for Definition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.statement(Mode::Plain))
    }
}
