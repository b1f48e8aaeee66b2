//! What a call did to the database.

use std::fmt;
use std::time::Duration;

use migrate_files::Version;
use serde::ser::{Serialize, SerializeStruct as _, Serializer};

use crate::report::format::{count, name_width};
use crate::report::index::IndexBuild;
use crate::report::json;

/// Whether a migration is applied or reverted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// The up script runs: the migration is applied.
    Up,
    /// The down script runs: the migration is reverted.
    Down,
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Up => "up",
            Self::Down => "down",
        })
    }
}

/// One migration that was applied or reverted.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Step {
    /// The migration's version.
    pub version: Version,
    /// Its name; may be empty.
    pub name: String,
    /// Which script was run.
    pub direction: Direction,
    /// How long its statements took, measured by the database; in a grouped run, those of the whole
    /// group; under `per-statement` how long all of its requests took, measured by the caller. In JSON
    /// it is `duration_ms`, in milliseconds.
    #[serde(rename = "duration_ms", serialize_with = "json::milliseconds")]
    pub duration: Duration,
}

/// What a call did to the database. Prints as a table.
///
/// As JSON it has the fields below, `message` (its last line) and `rendered` (the whole table).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// The version before; 0 if nothing was applied.
    pub from: Version,
    /// The version afterwards; 0 if nothing is applied.
    pub to: Version,
    /// What this call ran, in order. Migrations that another process applied in the meantime are
    /// not included, so this can be empty although `from` and `to` differ.
    pub steps: Vec<Step>,
    /// The versions that this call recorded as applied without running them.
    pub adopted: Vec<Version>,
    /// The versions of which this call recorded an edited text, without running it: see
    /// [`Runner::accept`](crate::Runner::accept).
    pub accepted: Vec<Version>,
    /// The indexes that this call's scripts define and that are still being built in the
    /// background; see [`Runner::wait_for_indexes`](crate::Runner::wait_for_indexes).
    pub indexes: Vec<IndexBuild>,
}

impl Report {
    pub(crate) fn of_steps(from: Version, to: Version, steps: Vec<Step>) -> Self {
        Self {
            from,
            to,
            steps,
            adopted: Vec::new(),
            accepted: Vec::new(),
            indexes: Vec::new(),
        }
    }

    /// Whether this call found nothing to do.
    #[must_use]
    pub fn is_up_to_date(&self) -> bool {
        self.steps.is_empty() && self.adopted.is_empty() && self.accepted.is_empty()
    }

    pub(crate) fn message(&self) -> String {
        let Self { from, to, .. } = self;
        if !self.adopted.is_empty() {
            let adopted = count(self.adopted.len(), "migration");
            return format!("{adopted} adopted without running, now at version {to}");
        }
        if self.accepted.is_empty() {
            return self.brought();
        }
        let accepted = count(self.accepted.len(), "new text");
        match self.steps.is_empty() && from == to {
            true => format!("{accepted} accepted without running, still at version {to}"),
            false => format!("{}; {accepted} accepted without running", self.brought()),
        }
    }

    /// From where to where, and by how many migrations.
    fn brought(&self) -> String {
        let Self { from, to, .. } = self;
        let here = self.steps.len();
        let migrations = count(here, "migration");
        let elsewhere = (from.abs_diff(*to) as usize).saturating_sub(here);
        match (here, elsewhere) {
            (0, 0) => format!("up to date at version {to}"),
            (0, _) => format!("brought from version {from} to {to} by other processes"),
            (_, 0) if from == to => format!("{migrations}, still at version {to}"),
            (_, 0) => format!("{migrations}, from version {from} to {to}"),
            _ => format!(
                "{migrations} here and {elsewhere} by other processes, from version {from} to {to}"
            ),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = name_width(self.steps.iter().map(|step| &*step.name));
        for step in &self.steps {
            let Step {
                version,
                name,
                direction,
                duration,
            } = step;
            writeln!(
                f,
                "{direction:<4} {version:>5}  {name:<width$}  {duration:>9.1?}"
            )?;
        }
        for index in &self.indexes {
            writeln!(f, "{index}")?;
        }
        f.write_str(&self.message())
    }
}

impl Serialize for Report {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Report", 8)?;
        fields.serialize_field("from", &self.from)?;
        fields.serialize_field("to", &self.to)?;
        fields.serialize_field("steps", &self.steps)?;
        fields.serialize_field("adopted", &self.adopted)?;
        fields.serialize_field("accepted", &self.accepted)?;
        fields.serialize_field("indexes", &self.indexes)?;
        fields.serialize_field("message", &self.message())?;
        fields.serialize_field("rendered", &self.to_string())?;
        fields.end()
    }
}
