//! What comes out.

use crate::effect::Name;
use crate::model::Object;
use crate::parse::{has_secret, parse_definition};
use crate::path::is_inside;

/// The statements that turn one schema into another.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Transition {
    /// The statements, in order.
    pub steps: Vec<Step>,
    /// What they leave as it is, since the texts do not tell what there should be.
    pub open: Vec<Object>,
    /// What is defined with another key than it had, or starts to count anew.
    pub renewed: Vec<Object>,
    /// Full-text indexes whose words stay those of another analyzer until they are rebuilt.
    pub stale: Vec<Object>,
    /// Full-text indexes whose analyzer is defined beside them: where their table has records, the
    /// engine refuses both in one transaction.
    pub beside_analyzer: Vec<Object>,
    /// Fields whose values are taken from all records of their table.
    pub unset: Vec<Object>,
}

impl Transition {
    /// Whether the values at a path are taken from all records of a table.
    #[must_use]
    pub fn unsets(&self, table: &Name, path: &Name) -> bool {
        let mut fields = self.unset.iter();
        fields.any(|field| {
            field.table() == Some(table)
                && (field.name() == &**path || is_inside(path, field.name()))
        })
    }
}

/// A statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The statement, without a semicolon.
    pub statement: String,
    /// What it defines, alters or removes; `None` where it changes records.
    pub object: Option<Object>,
    /// Where it belongs: statements about the same belong together.
    pub part: Part,
    /// Why it is there, where that does not go without saying.
    pub comment: Option<Comment>,
}

impl Step {
    /// A statement about records.
    #[must_use]
    pub const fn of_records(statement: String) -> Self {
        Self {
            statement,
            object: None,
            part: Part::Records,
            comment: None,
        }
    }

    /// The statement without a word of how an index is to be built.
    #[must_use]
    pub fn definition(&self) -> String {
        let is_index = matches!(self.object, Some(Object::Index(..)));
        let parsed = is_index
            .then(|| parse_definition(&self.statement))
            .flatten();
        let is_concurrent = self.statement.to_uppercase().contains("CONCURRENTLY");
        match parsed.filter(|_| is_concurrent) {
            Some((_, definition)) => definition.to_string(),
            None => self.statement.clone(),
        }
    }

    /// Whether it lets somebody in, with what only they should know.
    #[must_use]
    pub fn holds_secret(&self) -> bool {
        has_secret(&self.statement)
    }
}

/// What a statement is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Records.
    Records,
    /// Definitions that belong to no table.
    Database,
    /// A table and what is on it.
    Table(Name),
    /// Tables and other definitions that go.
    Removals,
}

/// Why a statement is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Comment {
    /// A `DELETE` before `REMOVE TABLE`.
    DeletesFirst,
    /// An `UPDATE … UNSET` behind `REMOVE FIELD`.
    UnsetsValues,
    /// An event is removed that is defined again behind the `UPDATE`.
    PausesEvents,
    /// A view is removed that is defined again.
    ReplacesView,
    /// A field is defined in two steps.
    TypeApart,
    /// A table accepts for a moment what it does not accept otherwise.
    SchemaApart,
}

impl Comment {
    /// In words.
    #[must_use]
    pub const fn text(&self) -> &'static str {
        match self {
            Self::DeletesFirst => {
                "The records before their table: REMOVE TABLE does not look for what refers to them."
            }
            Self::UnsetsValues => {
                "REMOVE FIELD leaves the values, and a SCHEMAFULL table refuses to write a record with a field that it does not know."
            }
            Self::PausesEvents => {
                "The update below is not to run this event; it is defined again behind it."
            }
            Self::ReplacesView => {
                "A view that is redefined would go on being written by what it was made of."
            }
            Self::TypeApart => {
                "The type comes last: what is defined inside of this field does not go with it."
            }
            Self::SchemaApart => "What follows does not go with the table's own mode.",
        }
    }
}
