//! What a statement does to a schema, as far as its text says it.

use crate::effect::Name;
use crate::model::alteration::Alteration;
use crate::model::definition::Definition;
use crate::model::implied::Implied;
use crate::model::mode::Mode;
use crate::model::object::Object;

/// A change of a schema.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change {
    /// `DEFINE`
    Defines {
        /// What.
        object: Object,
        /// What it does where there is such a definition already.
        mode: Mode,
        /// What it says; `None` for what is known by its name alone.
        definition: Option<Definition>,
        /// What the engine defines with it by itself.
        implied: Vec<Implied>,
    },
    /// `REMOVE`; with `IF EXISTS` it does nothing where there is nothing.
    Removes {
        /// What.
        object: Object,
        /// With `IF EXISTS`.
        if_exists: bool,
    },
    /// `ALTER`; with `IF EXISTS` it does nothing where there is nothing.
    Alters {
        /// What.
        object: Object,
        /// With `IF EXISTS`.
        if_exists: bool,
        /// What it makes of the definition, where the text tells.
        alteration: Option<Alteration>,
    },
    /// Needs this to be there: the table whose records it reads or changes, the index that it
    /// rebuilds.
    Requires(Object),
    /// Needs this field to be there if its table is `SCHEMAFULL`.
    RequiresIfSchemafull(Object),
    /// Gives this field a value in a record that it writes, and needs it, or one in it, to be there if
    /// its table is `SCHEMAFULL`.
    WritesField(Object),
    /// Needs this table to be `SCHEMAFULL`: a `FLEXIBLE` field on it.
    RequiresSchemafull(Object),
    /// Reads a variable that the script does not set before. Where there is no parameter of that
    /// name, it is `NONE`, and the engine says nothing.
    Reads {
        /// Its name, without the `$`.
        variable: Name,
        /// Those that the script has set by then.
        set: Vec<Name>,
    },
    /// May define, alter or remove this: a statement in a branch or a loop, or what the engine adds
    /// to a definition by itself.
    MayChange(Object),
    /// Has the engine define something by itself, if its table is there.
    Implies(Implied),
    /// May define, alter or remove whatever belongs to this table.
    MayChangeAllOf(Name),
    /// May define, alter or remove anything: a statement whose name is not in the text.
    MayChangeAnything,
    /// Writes to a table, or defines something on it, and so makes it where it is not there.
    MakesTable {
        /// Its name.
        table: Name,
        /// What the engine says of a table that it has made.
        definition: Definition,
    },
    /// May make a table by writing to it; any table where the text does not say which one.
    MayWrite(Option<Name>),
    /// May write edges to a table, which are left when it is removed; to any table where the text does
    /// not say which one.
    MayRelate(Option<Name>),
    /// May come upon edges, since it deletes records or follows edges. The engine makes the table again
    /// of those that are left of one.
    ReachesEdges,
    /// Runs a function of the database, which may do anything unless its body is known.
    Calls(Name),
    /// Keeps a statement for later that may define, alter or remove this whenever it runs: the body
    /// of a function, an event.
    Keeps(Object),
    /// Keeps a statement for later that may do so to anything.
    KeepsAnything,
    /// Keeps a statement for later that may come upon edges.
    KeepsReachingEdges,
    /// Keeps a statement for later that writes to this table, and makes it where it is not there;
    /// any table where the text does not say which one.
    KeepsWrite(Option<Name>),
}

impl Change {
    /// Whether the statement defines, alters or removes something, or may do so.
    #[must_use]
    pub fn is_about(&self, object: &Object) -> bool {
        match self {
            Self::Defines {
                object: it,
                implied,
                ..
            } => it == object || implied.iter().any(|implied| implied.object == *object),
            Self::Removes { object: it, .. } => it == object || it.has_part(object),
            Self::Alters { object: it, .. } | Self::MayChange(it) => it == object,
            Self::Implies(it) => it.object == *object,
            Self::MayChangeAllOf(table) => object.table() == Some(table),
            Self::MakesTable { table, .. } | Self::MayWrite(Some(table)) => {
                matches!(object, Object::Table(it) if it == table)
            }
            _ => false,
        }
    }
}
