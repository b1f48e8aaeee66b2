//! What the rules need to know about a statement, without the parser's types.

use crate::effect::{Effect, Name};
use crate::model::{Change, Object};
use crate::outside::Outside;
use crate::span::StatementSpan;

/// A statement of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Statement {
    /// Where it is.
    pub span: StatementSpan,
    /// Which statement it is.
    pub kind: Kind,
    /// The keyword inside the statement that leaves it, and with it the script.
    pub escape: Option<Escape>,
    /// What it does to records and indexes, in the order that it does it.
    pub effects: Vec<Effect>,
    /// What it does to the schema.
    pub changes: Vec<Change>,
    /// How it reaches outside of its database.
    pub outside: Vec<Outside>,
    /// The tables that it names as what it writes to, defines, alters or removes something of.
    pub changed_tables: Vec<Name>,
    /// The fields that its condition compares with NULL.
    pub compared_with_null: Vec<Object>,
    /// The functions, tables and parameters that a definition needs whenever it is used.
    pub named_later: Vec<Object>,
}

/// Which statement it is, as far as that matters to a migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// `BEGIN`
    Begin,
    /// `CANCEL`
    Cancel,
    /// `COMMIT`
    Commit,
    /// `USE`
    Use,
    /// `RETURN`
    Return,
    /// `BREAK`
    Break,
    /// `CONTINUE`
    Continue,
    /// `LIVE SELECT`
    Live,
    /// `KILL`
    Kill,
    /// `SHOW CHANGES`
    Show,
    /// `OPTION`
    Option,
    /// `LET`
    Let,
    /// Any other.
    Other,
}

/// A keyword that leaves a statement from the inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Escape {
    /// `RETURN`
    Return,
    /// `BREAK`
    Break,
    /// `CONTINUE`
    Continue,
}
