//! Two things that must not happen in one transaction, in words.

use std::fmt;

use crate::effect::Name;

/// Two of several scripts or statements that must not be in one transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Conflict {
    /// The first of the two, from 0.
    pub earlier: usize,
    /// The second of the two, from 0. The reason is about this one.
    pub later: usize,
    /// Why.
    pub reason: Reason,
}

impl Conflict {
    pub(super) const fn new(earlier: usize, later: usize, reason: Reason) -> Self {
        Self {
            earlier,
            later,
            reason,
        }
    }
}

/// Why something must not be in one transaction with what it did before.
///
/// The engine builds an index in transactions of its own, which see only what is committed, and are
/// committed at once; the script's own transaction does not see what they wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// An indexed value is changed after the index was defined.
    Changes {
        /// Whose records.
        table: Name,
        /// Which index has them.
        index: Name,
        /// The index's field.
        field: Name,
    },
    /// A record is deleted after an index that has it was defined.
    Deletes {
        /// Whose records.
        table: Name,
        /// Which index has them.
        index: Name,
    },
    /// A new index is read by the value of its field.
    ReadsValues {
        /// Whose records.
        table: Name,
        /// Through which index.
        index: Name,
        /// The index's field.
        field: Name,
    },
    /// A new full-text or vector index is searched.
    Searches {
        /// Whose records.
        table: Name,
        /// Through which index.
        index: Name,
    },
    /// A new index is asked how many records there are.
    Counts {
        /// Whose records.
        table: Name,
        /// Through which index.
        index: Name,
    },
    /// An index is defined after its table was written to.
    LacksRecords {
        /// Whose records.
        table: Name,
        /// Which index.
        index: Name,
        /// Whether it lacks nothing where it is defined before those writes.
        may_come_first: bool,
    },
    /// An index is defined after its table was removed.
    HoldsRemoved {
        /// Whose records.
        table: Name,
        /// Which index.
        index: Name,
    },
    /// A new index is replaced or removed.
    TakesBack {
        /// Which index.
        index: Name,
        /// How.
        by: Replacement,
    },
    /// An index is replaced or removed after it was rebuilt.
    RebuiltForNothing {
        /// Which index.
        index: Name,
        /// How.
        by: Replacement,
    },
    /// A sequence is replaced or removed after a value was taken from it.
    TakesBackSequence {
        /// Which sequence.
        sequence: Name,
        /// How.
        by: Replacement,
    },
}

/// What takes the place of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Replacement {
    /// Another definition of it.
    Overwrite,
    /// Nothing.
    Removal,
    /// Nothing, and it is gone with its table.
    TableRemoval,
}

/// What the second of the two does: `this changes …`.
impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changes {
                table,
                index,
                field,
            } => write!(
                f,
                "this changes `{field}` of `{table}`: the index `{index}` is defined in the same transaction, and would keep the old values"
            ),
            Self::Deletes { table, index } => write!(
                f,
                "this deletes from `{table}`: the index `{index}` is defined in the same transaction, and would keep what it has of the deleted records"
            ),
            Self::ReadsValues {
                table,
                index,
                field,
            } => write!(
                f,
                "this finds records of `{table}` by `{field}`: the index `{index}`, which is defined in the same transaction, finds none that was committed before"
            ),
            Self::Searches { table, index } => write!(
                f,
                "this searches `{table}`: the index `{index}`, which is defined in the same transaction, finds no record that was committed before"
            ),
            Self::Counts { table, index } => write!(
                f,
                "this counts `{table}`: the index `{index}`, which is defined in the same transaction, counts no record that was committed before"
            ),
            Self::LacksRecords { table, .. } => write!(
                f,
                "this index would lack records: the same transaction has written to `{table}` by then, and an index is built only from what was committed before"
            ),
            Self::HoldsRemoved { table, .. } => write!(
                f,
                "this index would hold removed records: the same transaction has removed `{table}`, and an index is built from what was committed before"
            ),
            Self::TakesBack { index, by } => write!(
                f,
                "this always fails with a conflict: it {by} the index `{index}`, which is defined in the same transaction"
            ),
            Self::RebuiltForNothing { index, by } => write!(
                f,
                "this always fails with a conflict: it {by} the index `{index}`, which is rebuilt in the same transaction"
            ),
            Self::TakesBackSequence { sequence, by } => write!(
                f,
                "this always fails with a conflict: it {by} the sequence `{sequence}`, of which the same transaction has taken a value"
            ),
        }
    }
}

impl fmt::Display for Replacement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Overwrite => "replaces",
            Self::Removal => "removes",
            Self::TableRemoval => "removes, with its table,",
        })
    }
}

/// Each statement in a transaction of its own.
const APART: &str = "begin the up script with `-- migrate: per-statement`";

impl Reason {
    /// What to do where both are in one script.
    #[must_use]
    pub fn help(&self) -> String {
        match self {
            Self::Changes { table, index, .. } | Self::Deletes { table, index } => format!(
                "define the index in the next migration, or {APART}; the other order is no remedy\n{}",
                repair(table, index)
            ),
            Self::ReadsValues { .. } => format!(
                "define the index in the next migration, or {APART}; in a `SELECT` or an `UPDATE`, `WITH NOINDEX` after the table's name is enough"
            ),
            Self::Searches { .. } => format!("define the index in the next migration, or {APART}"),
            Self::Counts { table, .. } => format!(
                "define the index in the next migration, or {APART}; `count(SELECT * FROM {table})` counts without it"
            ),
            Self::LacksRecords {
                table,
                index,
                may_come_first: true,
            } => format!(
                "define it before the first of those writes\n{}",
                repair(table, index)
            ),
            Self::LacksRecords { table, index, .. } => format!(
                "define it in the next migration, or {APART}; neither the other order nor `CONCURRENTLY` is a remedy\n{}",
                repair(table, index)
            ),
            Self::HoldsRemoved { table, index } => format!(
                "remove the table in one migration and define its index in the next, or {APART}\n{}",
                repair(table, index)
            ),
            Self::TakesBack { by, .. } => {
                let remedy = match by {
                    Replacement::Overwrite => "keep this definition alone",
                    Replacement::Removal => "leave both statements out",
                    Replacement::TableRemoval => "leave the definition of the index out",
                };
                format!("{remedy}, or {APART}")
            }
            Self::RebuiltForNothing { by, .. } => {
                let what = match by {
                    Replacement::Overwrite => "this statement builds the index anew",
                    Replacement::Removal | Replacement::TableRemoval => "the index is gone anyway",
                };
                format!("leave `REBUILD INDEX` out: {what}")
            }
            Self::TakesBackSequence { by, .. } => {
                let what = match by {
                    Replacement::Overwrite => "replace",
                    Replacement::Removal | Replacement::TableRemoval => "remove",
                };
                format!("{what} the sequence in the next migration, or {APART}")
            }
        }
    }
}

/// What helps where it is too late: it was tried for each of the corruptions.
fn repair(table: &Name, index: &Name) -> String {
    format!(
        "in a database where this is applied, `REBUILD INDEX {index} ON {table};` in a migration of its own repairs the index"
    )
}
