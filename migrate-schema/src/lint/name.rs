//! The names of the rules.

use std::fmt;
use std::str::FromStr;

macro_rules! lints {
    ($($(#[doc = $doc:literal])+ $lint:ident = $name:literal,)+) => {
        /// A rule about what is likely to hurt. `migrate_runtime::lints` has a page about each.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Lint {
            $($(#[doc = $doc])+ $lint,)+
        }

        impl Lint {
            /// All of them, in the order of their names.
            pub const ALL: &[Self] = &[$(Self::$lint,)+];

            /// What it is called in a directive and in the arguments of the macro.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$lint => $name,)+
                }
            }
        }
    };
}

lints! {
    /// A full-text index beside the definition of its analyzer, on a table that may hold records.
    AnalyzerBesideIndex = "analyzer_beside_index",
    /// An `OVERWRITE` that drops a clause of the old definition by not repeating it.
    ClauseDropped = "clause_dropped",
    /// A view that reads a `COMPUTED` field.
    ComputedInView = "computed_in_view",
    /// `IF NOT EXISTS` where there is another definition by that name.
    DefinitionKept = "definition_kept",
    /// A relation that is removed with its edges left.
    EdgesLeft = "edges_left",
    /// A statement that changes many records of a table with events.
    EventsFired = "events_fired",
    /// A write that the engine ignores.
    IgnoredWrite = "ignored_write",
    /// An index that is built in the foreground, on a table to which others may write meanwhile.
    IndexInForeground = "index_in_foreground",
    /// A field with values that becomes `COMPUTED`.
    MadeComputed = "made_computed",
    /// A definition that names a function, a parameter or a table that is nowhere defined.
    MissingName = "missing_name",
    /// A table that comes into being by a definition or a write, under a name like another one's.
    MisspeltTable = "misspelt_table",
    /// A type that values which are there do not have.
    NarrowedType = "narrowed_type",
    /// A comparison with NULL of a field that is never NULL.
    NeverNull = "never_null",
    /// An `OVERWRITE` that drops the permissions of the old definition by not repeating them.
    PermissionsDropped = "permissions_dropped",
    /// A `READONLY` field that records which are there can never get.
    ReadonlyUnfilled = "readonly_unfilled",
    /// A down script that leaves alone the records that its up script rewrote.
    RecordsNotRestored = "records_not_restored",
    /// `REFERENCE` on a field that has values: they are not known as references.
    ReferenceUnfilled = "reference_unfilled",
    /// A required field that records which are there do not have.
    RequiredField = "required_field",
    /// An analyzer that changes under an index.
    StaleIndex = "stale_index",
    /// A table that is removed with its records.
    TableRemoved = "table_removed",
    /// A unique index that is removed, and that the down script cannot restore over duplicates.
    UniqueIndexRemoved = "unique_index_removed",
    /// A unique index over several fields, one of which may be `NONE`.
    UniqueWithNone = "unique_with_none",
    /// A write of a field that a `SCHEMAFULL` table does not have.
    UnknownField = "unknown_field",
    /// A reference that a deletion would set to NONE, which its type does not accept.
    UnsetRequired = "unset_required",
    /// A field that is removed from a `SCHEMAFULL` table with its values left.
    ValuesLeft = "values_left",
    /// An update of a table of which a field takes the time of each write.
    ValuesMoved = "values_moved",
    /// A view that is redefined over other tables, or as a table of its own.
    ViewReplaced = "view_replaced",
    /// A statement that changes many records of a table in one transaction.
    WholeTableWrite = "whole_table_write",
    /// A default that its own type does not accept.
    WrongDefault = "wrong_default",
}

impl Lint {
    /// Whether it applies unless something else is said. Those that do not are about what is often
    /// meant, and apply where they are denied.
    #[must_use]
    pub const fn is_on(self) -> bool {
        !matches!(
            self,
            Self::UniqueWithNone | Self::ValuesMoved | Self::WholeTableWrite
        )
    }

    /// The one of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|lint| lint.name() == name)
    }
}

/// A name that no rule has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownLint(String);

/// With the names that there are.
impl fmt::Display for UnknownLint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = Lint::ALL.iter().map(|lint| lint.name()).collect();
        let names = names.join(", ");
        write!(f, "there is no rule {:?}; the rules are {names}", self.0)
    }
}

impl std::error::Error for UnknownLint {}

/// The one of that name.
impl FromStr for Lint {
    type Err = UnknownLint;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::named(name).ok_or_else(|| UnknownLint(name.to_owned()))
    }
}

/// Its name.
impl fmt::Display for Lint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
