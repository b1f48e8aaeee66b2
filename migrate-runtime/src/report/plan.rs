//! What a run, or going down, would do.

use std::fmt;

use migrate_files::Version;
use serde::ser::{Serialize, SerializeStruct as _, Serializer};

use crate::report::format::count;

/// What [`Migrations::run`](crate::Migrations::run) would apply. Prints as a table.
///
/// As JSON it has the fields below, `message` (its last line) and `rendered` (the whole table).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Plan {
    /// The database's version; 0 if nothing is applied.
    pub from: Version,
    /// The version that it would have afterwards.
    pub to: Version,
    /// What would be applied, in order.
    pub pending: Vec<PendingMigration>,
}

/// A migration that a run would apply.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct PendingMigration {
    /// The migration's version.
    pub version: Version,
    /// Its name; may be empty.
    pub name: String,
}

impl Plan {
    fn message(&self) -> String {
        let Self { from, to, pending } = self;
        if pending.is_empty() {
            return format!("nothing to do: up to date at version {to}");
        }
        let pending = count(pending.len(), "pending migration");
        format!("{pending}, from version {from} to {to}")
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for PendingMigration { version, name } in &self.pending {
            writeln!(f, "up   {version:>5}  {name}")?;
        }
        f.write_str(&self.message())
    }
}

impl Serialize for Plan {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Plan", 5)?;
        fields.serialize_field("from", &self.from)?;
        fields.serialize_field("to", &self.to)?;
        fields.serialize_field("pending", &self.pending)?;
        fields.serialize_field("message", &self.message())?;
        fields.serialize_field("rendered", &self.to_string())?;
        fields.end()
    }
}

/// What [`Runner::revert_to`](crate::Runner::revert_to) would revert. Prints as a table.
///
/// As JSON it has the fields below, `message` (its last line) and `rendered` (the whole table).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RevertPlan {
    /// The database's version; 0 if nothing is applied.
    pub from: Version,
    /// The version that it would have afterwards.
    pub to: Version,
    /// What would be reverted, in order: the last one first.
    pub reverts: Vec<PlannedRevert>,
}

/// A migration that would be reverted.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct PlannedRevert {
    /// The migration's version.
    pub version: Version,
    /// Its name; may be empty.
    pub name: String,
    /// The down script's file, relative to the root of the crate that embedded it.
    pub file: String,
    /// The down script.
    pub text: String,
    /// Whether the script is not this build's, but the one that was stored in the history when the
    /// migration was applied.
    pub is_stored: bool,
}

impl RevertPlan {
    fn message(&self) -> String {
        let Self { from, to, reverts } = self;
        if reverts.is_empty() {
            return format!("nothing to revert at version {to}");
        }
        let reverts = count(reverts.len(), "migration");
        format!("{reverts} to revert, from version {from} to {to}")
    }
}

impl fmt::Display for RevertPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for PlannedRevert { version, name, .. } in &self.reverts {
            writeln!(f, "down {version:>5}  {name}")?;
        }
        f.write_str(&self.message())
    }
}

impl Serialize for RevertPlan {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("RevertPlan", 5)?;
        fields.serialize_field("from", &self.from)?;
        fields.serialize_field("to", &self.to)?;
        fields.serialize_field("reverts", &self.reverts)?;
        fields.serialize_field("message", &self.message())?;
        fields.serialize_field("rendered", &self.to_string())?;
        fields.end()
    }
}
