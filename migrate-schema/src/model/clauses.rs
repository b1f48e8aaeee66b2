//! The clauses of a definition that matter to what is judged of it, without the parser's types.

use crate::effect::Name;

/// What a definition says, by its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Clauses {
    /// Those of a table.
    Table(TableClauses),
    /// Those of a field.
    Field(FieldClauses),
    /// Those of an index.
    Index(IndexClauses),
    /// Those of a function or a parameter: whether not everybody may use it.
    Callable {
        /// With `PERMISSIONS` other than `FULL`.
        is_restricted: bool,
    },
    /// None that matter.
    Other,
}

/// The clauses of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableClauses {
    /// `SCHEMAFULL`
    pub is_schemafull: bool,
    /// `TYPE RELATION`: the kinds of records that `in` and `out` may be.
    pub ends: Option<[Vec<Name>; 2]>,
    /// `CHANGEFEED`
    pub has_changefeed: bool,
    /// `PERMISSIONS` other than `NONE`
    pub has_permissions: bool,
    /// `AS SELECT`
    pub view: Option<View>,
}

impl TableClauses {
    /// Whether its records are edges.
    #[must_use]
    pub const fn is_relation(&self) -> bool {
        self.ends.is_some()
    }
}

/// The query of a view.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct View {
    /// What it selects from.
    pub sources: Vec<Name>,
    /// The fields of a record that it reads, as far as the text says.
    pub fields: Vec<Name>,
}

/// The clauses of a field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a clause")]
pub struct FieldClauses {
    /// What `TYPE` accepts, each kind as it is written; `None` where that is anything.
    pub kinds: Option<Vec<Name>>,
    /// `DEFAULT`
    pub default: FieldDefault,
    /// The type of a default that is written out, and its text.
    pub default_value: Option<(Name, Name)>,
    /// Whether `ASSERT` certainly refuses the default.
    pub is_default_refused: bool,
    /// `VALUE`
    pub has_value: bool,
    /// `ASSERT`
    pub has_assert: bool,
    /// `COMPUTED`
    pub is_computed: bool,
    /// `READONLY`
    pub is_readonly: bool,
    /// `FLEXIBLE`
    pub is_flexible: bool,
    /// `REFERENCE`
    pub is_reference: bool,
    /// `REFERENCE ON DELETE UNSET`
    pub is_unset: bool,
    /// `PERMISSIONS` other than `FULL`
    pub is_restricted: bool,
    /// With `OVERWRITE`: there may be values that another definition accepted.
    pub is_redefined: bool,
}

impl FieldClauses {
    /// Whether a record may lack it.
    #[must_use]
    pub fn accepts_none(&self) -> bool {
        self.accepts("none")
    }

    /// Whether it is an object that accepts nothing in it that is not defined.
    #[must_use]
    pub fn is_closed_object(&self) -> bool {
        let kinds = self.kinds.as_deref();
        kinds.is_some_and(|kinds| kinds == ["object"]) && !self.is_flexible
    }

    /// Whether its type includes a kind, or anything.
    #[must_use]
    pub fn accepts(&self, kind: &str) -> bool {
        let kinds = self.kinds.as_ref();
        kinds.is_none_or(|kinds| kinds.iter().any(|it| it == kind))
    }
}

/// When a field gets its default.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum FieldDefault {
    /// It has none.
    #[default]
    None,
    /// When the record is created: `DEFAULT`.
    OnCreate,
    /// With every write: `DEFAULT ALWAYS`.
    Always,
}

/// The clauses of an index.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IndexClauses {
    /// `UNIQUE`
    pub is_unique: bool,
    /// The paths of its fields, as far as the text says.
    pub fields: Vec<Name>,
    /// The analyzer of a full-text index.
    pub analyzer: Option<Name>,
}
