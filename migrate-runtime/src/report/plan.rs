//! What a run would do.

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
