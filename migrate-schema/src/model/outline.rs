//! A schema as plain data for other programs.

/// A schema, each kind of definition by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Outline {
    /// The tables.
    pub tables: Vec<Table>,
    /// What belongs to no table: functions, parameters, analyzers, access methods, …
    pub others: Vec<Named>,
    /// What may be there, or may say something else: the scripts do not tell. In words.
    pub unclear: Vec<String>,
}

/// A definition by its kind and name.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Named {
    /// What it is, in a word: `function`, `event`.
    pub kind: &'static str,
    /// Its name as SurrealQL writes it: `fn::find`, `$limit`.
    pub name: String,
    /// The statement that defines it; `None` where the scripts do not tell, or it holds a secret.
    pub definition: Option<String>,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Table {
    /// Its name.
    pub name: String,
    /// What its records are; `None` where the scripts do not tell.
    pub kind: Option<TableKind>,
    /// Whether its records have no fields beyond those that are defined.
    pub schemafull: bool,
    /// The tables that a view is made of.
    pub sources: Vec<String>,
    /// Its fields, without those that the engine adds for the elements of an array.
    pub fields: Vec<Field>,
    /// Its indexes.
    pub indexes: Vec<Index>,
    /// Its events.
    pub events: Vec<Named>,
    /// The statement that defines it, where the scripts tell.
    pub definition: Option<String>,
}

/// What the records of a table are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum TableKind {
    /// Records.
    Normal,
    /// Edges.
    Relation,
    /// What a query of other tables finds.
    View,
}

/// A field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[expect(clippy::struct_excessive_bools, reason = "each is a clause of its own")]
#[non_exhaustive]
pub struct Field {
    /// Its path: `name`, `address.city`.
    pub name: String,
    /// What it accepts, as SurrealQL writes it; `None` for anything, or where the scripts do not tell.
    #[cfg_attr(feature = "serde", serde(rename = "type"))]
    pub kind: Option<String>,
    /// Whether a record may lack it.
    pub optional: bool,
    /// The tables to whose records it leads.
    pub links: Vec<Link>,
    /// The expression behind `DEFAULT`.
    pub default: Option<String>,
    /// The expression behind `VALUE`.
    pub value: Option<String>,
    /// The expression behind `ASSERT`.
    pub assert: Option<String>,
    /// The expression behind `COMPUTED`.
    pub computed: Option<String>,
    /// `READONLY`
    pub readonly: bool,
    /// `FLEXIBLE`
    pub flexible: bool,
    /// `REFERENCE`
    pub reference: bool,
    /// The text behind `COMMENT`.
    pub comment: Option<String>,
    /// The statement that defines it, where the scripts tell.
    pub definition: Option<String>,
}

/// A link to the records of another table.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Link {
    /// The other table.
    pub table: String,
    /// Whether to several of them: in an array or a set.
    pub many: bool,
}

#[cfg(feature = "parser")]
impl Link {
    pub(crate) fn new(table: &str, many: bool) -> Self {
        let table = table.to_owned();
        Self { table, many }
    }
}

/// An index.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Index {
    /// Its name.
    pub name: String,
    /// The paths of its fields.
    pub fields: Vec<String>,
    /// `UNIQUE`
    pub unique: bool,
    /// The statement that defines it, where the scripts tell.
    pub definition: Option<String>,
}
