//! Whether each migration is undone by its down script.

use std::fmt;

use migrate_files::Version;
use migrate_files::live::{SchemaDifference, SchemaDifferenceKind};
use serde::ser::{Serialize, SerializeStruct as _, Serializer};

use crate::report::format::{count, name_width};
use crate::report::index::IndexBuild;

/// How many records of a migration are printed.
const MAX_LISTED: usize = 5;

/// What [`Migrations::verify`](crate::Migrations::verify) found. Prints as a table.
///
/// As JSON it has the field below, `message` (its last line) and `rendered` (the whole table).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verification {
    /// Each migration, in order.
    pub migrations: Vec<VerifiedMigration>,
}

/// What became of a database on which a migration was applied, reverted and applied again.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct VerifiedMigration {
    /// The migration's version.
    pub version: Version,
    /// Its name; may be empty.
    pub name: String,
    /// Whether it has no down script. It was applied, and neither it nor those before it were reverted
    /// once more from the top.
    pub is_irreversible: bool,
    /// Why its down script need not undo everything, if it says so: `-- migrate: lossy: REASON`.
    pub lossy: Option<String>,
    /// What of the schema was not as before after it was reverted.
    pub schema: Vec<SchemaDifference>,
    /// What of the records was not as before after it was reverted, in the tables that were there
    /// before it.
    pub records: Vec<RecordDifference>,
    /// What of the schema was not as after the first time when it had been applied again.
    pub reapplied: Vec<SchemaDifference>,
    /// Why it could not be applied again.
    pub not_reapplied: Option<String>,
    /// Indexes that it builds in the background and that could not be built.
    pub failed_indexes: Vec<IndexBuild>,
}

/// A record that is not as before.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct RecordDifference {
    /// Its id, as SurrealQL writes it: `person:tobie`.
    pub record: String,
    /// What has become of it.
    #[serde(flatten)]
    pub kind: RecordDifferenceKind,
}

/// What has become of a record.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum RecordDifferenceKind {
    /// It was not there before, and is.
    Left,
    /// It was there before, and is not any more.
    Lost,
    /// Some of its fields have other values.
    #[non_exhaustive]
    Changed {
        /// Which ones.
        fields: Vec<String>,
    },
}

impl VerifiedMigration {
    /// Whether nothing is wrong with it: it undoes everything, or says why not.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let is_undone = self.schema.is_empty() && self.records.is_empty();
        let is_repeatable = self.reapplied.is_empty() && self.not_reapplied.is_none();
        (is_undone || self.lossy.is_some()) && is_repeatable && self.failed_indexes.is_empty()
    }

    /// What to say of it in a word or a sentence.
    fn verdict(&self) -> String {
        match (&self.lossy, self.is_sound()) {
            (_, false) => "NOT UNDONE".to_owned(),
            _ if self.is_irreversible => "irreversible".to_owned(),
            (Some(reason), true) => format!("lossy: {reason}"),
            (None, true) => "undone".to_owned(),
        }
    }

    /// Everything that was found, a line each.
    pub(crate) fn findings(&self) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for difference in &self.schema {
            lines.extend(schema_lines("", difference));
        }
        let records = self.records.iter().take(MAX_LISTED);
        lines.extend(records.map(ToString::to_string));
        if let Some(more) = self.records.len().checked_sub(MAX_LISTED + 1) {
            lines.push(format!("and {}", count(more + 1, "more record")));
        }
        for difference in &self.reapplied {
            lines.extend(schema_lines("applied again, ", difference));
        }
        let failed = self.not_reapplied.iter();
        lines.extend(failed.flat_map(|error| {
            let mut lines = error.lines();
            let first = lines.next().unwrap_or_default();
            let first = format!("it cannot be applied again: {first}");
            std::iter::once(first).chain(lines.map(str::to_owned))
        }));
        lines.extend(self.failed_indexes.iter().map(ToString::to_string));
        lines
    }
}

fn schema_lines(before: &str, difference: &SchemaDifference) -> Vec<String> {
    let SchemaDifference {
        object,
        kind,
        expected,
        found,
        origin,
        remedy,
        ..
    } = difference;
    let what = match kind {
        SchemaDifferenceKind::Unexpected => "left behind",
        SchemaDifferenceKind::Missing => "lost",
        _ => "changed",
    };
    let origin = origin.as_ref();
    let origin = origin.map_or_else(String::new, |origin| format!(", {origin}"));
    let mut lines = vec![format!("{before}{what}: {object}{origin}")];
    if *kind == SchemaDifferenceKind::Unexpected {
        lines.push(format!("  to undo it: {remedy};"));
    } else {
        lines.extend(expected.iter().map(|text| format!("  was: {text}")));
        lines.extend(found.iter().map(|text| format!("  is:  {text}")));
    }
    lines
}

impl fmt::Display for RecordDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let record = &self.record;
        match &self.kind {
            RecordDifferenceKind::Left => write!(f, "left behind: record {record}"),
            RecordDifferenceKind::Lost => write!(f, "lost: record {record}"),
            RecordDifferenceKind::Changed { fields } => {
                write!(f, "changed: record {record}, in {}", fields.join(", "))
            }
        }
    }
}

impl Verification {
    /// Whether every migration is undone by its down script, or says why not.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.unsound().next().is_none()
    }

    /// The migrations with which something is wrong.
    pub fn unsound(&self) -> impl Iterator<Item = &VerifiedMigration> {
        self.migrations.iter().filter(|it| !it.is_sound())
    }

    pub(crate) fn message(&self) -> String {
        let all = count(self.migrations.len(), "migration");
        match self.unsound().count() {
            0 => format!("{all} verified"),
            1 => format!("1 of {all} is not undone by its down script"),
            unsound => format!("{unsound} of {all} are not undone by their down scripts"),
        }
    }
}

impl fmt::Display for Verification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = name_width(self.migrations.iter().map(|it| &*it.name));
        for migration in &self.migrations {
            let VerifiedMigration { version, name, .. } = migration;
            writeln!(f, "{version:>5}  {name:<width$}  {}", migration.verdict())?;
            for line in migration.findings() {
                writeln!(f, "{:7}{line}", "")?;
            }
        }
        f.write_str(&self.message())
    }
}

impl Serialize for Verification {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Verification", 3)?;
        fields.serialize_field("migrations", &self.migrations)?;
        fields.serialize_field("message", &self.message())?;
        fields.serialize_field("rendered", &self.to_string())?;
        fields.end()
    }
}
