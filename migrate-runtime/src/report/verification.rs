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
    /// Each migration that was tried, in order.
    pub migrations: Vec<VerifiedMigration>,
    /// How many migrations behind those were not tried, since one of those has failed.
    pub not_tried: usize,
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
    /// Why it could not be applied, reverted or applied again, where something was found before; if
    /// not, that is the error of the call.
    pub failed: Option<String>,
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
        let is_repeatable = self.reapplied.is_empty() && self.failed.is_none();
        !self.needs_undoing() && is_repeatable && self.failed_indexes.is_empty()
    }

    /// Whether its down script leaves, loses or changes what it should not.
    pub(crate) fn needs_undoing(&self) -> bool {
        let is_undone = self.schema.is_empty() && self.records.is_empty();
        !is_undone && self.lossy.is_none()
    }

    /// Whether anything was found, even if it is accepted.
    pub(crate) fn has_findings(&self) -> bool {
        !(self.schema.is_empty() && self.records.is_empty() && self.is_sound())
    }

    /// What to say of it in a word or a sentence.
    fn verdict(&self) -> String {
        match (&self.lossy, self.is_sound()) {
            (_, false) if self.needs_undoing() => "NOT UNDONE".to_owned(),
            (_, false) => "FAILED".to_owned(),
            _ if self.is_irreversible => "irreversible".to_owned(),
            (Some(reason), true) => format!("lossy: {reason}"),
            (None, true) => "undone".to_owned(),
        }
    }

    /// Everything that was found, a line each.
    pub(crate) fn findings(&self) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for difference in &self.schema {
            lines.extend(schema_lines(difference));
        }
        let records = self.records.iter().take(MAX_LISTED);
        lines.extend(records.map(ToString::to_string));
        if let Some(more) = self.records.len().checked_sub(MAX_LISTED + 1) {
            lines.push(format!("and {}", count(more + 1, "more record")));
        }
        for difference in &self.reapplied {
            let mut found = schema_lines(difference).into_iter();
            lines.extend(found.next().map(|first| format!("applied again, {first}")));
            lines.extend(found.filter(|_| difference.kind == SchemaDifferenceKind::Different));
        }
        let failed = self.failed.iter().flat_map(|error| error.lines());
        lines.extend(failed.map(str::to_owned));
        lines.extend(self.failed_indexes.iter().map(ToString::to_string));
        lines
    }
}

fn schema_lines(difference: &SchemaDifference) -> Vec<String> {
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
    let mut lines = vec![format!("{what}: {object}{origin}")];
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
        let message = match self.unsound().count() {
            0 => return format!("{all} verified"),
            1 => format!("1 of {all} has failed the verification"),
            unsound => format!("{unsound} of {all} have failed the verification"),
        };
        match self.not_tried {
            0 => message,
            some => format!(
                "{message}, and {} behind it not tried",
                count(some, "migration")
            ),
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
        let mut fields = serializer.serialize_struct("Verification", 4)?;
        fields.serialize_field("migrations", &self.migrations)?;
        fields.serialize_field("not_tried", &self.not_tried)?;
        fields.serialize_field("message", &self.message())?;
        fields.serialize_field("rendered", &self.to_string())?;
        fields.end()
    }
}
