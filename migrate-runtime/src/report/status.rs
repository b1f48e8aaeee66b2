//! Every migration with its state.

use std::fmt;
use std::time::Duration;

use migrate_files::Version;
use serde::ser::{Serialize, SerializeStruct as _, Serializer};
use surrealdb::types::Datetime;

use crate::report::format::{count, name_width, seconds};
use crate::report::index::IndexBuild;
use crate::report::json;
use crate::report::lease::Lease;

/// How a migration in this build compares with the one that is recorded in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum MigrationState {
    /// In this build, and not applied yet.
    Pending,
    /// Applied with the text that is in this build.
    Applied,
    /// Recorded as applied without being run, with the text that is in this build.
    Adopted,
    /// Applied, but without a checksum to compare the text with: another program wrote the row, or a
    /// baseline stands for the migration that does not list it.
    Unverified,
    /// Applied, but the text in this build differs.
    Changed,
    /// Applied, but not in this build: a newer build has migrated the database.
    NotInThisBuild,
}

impl fmt::Display for MigrationState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Pending => "pending",
            Self::Applied => "applied",
            Self::Adopted => "adopted",
            Self::Unverified => "unverified",
            Self::Changed => "changed",
            Self::NotInThisBuild => "not in this build",
        })
    }
}

/// One migration's line in a [`Status`].
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct StatusEntry {
    /// The migration's version.
    pub version: Version,
    /// Its name in this build, or else as it was recorded; may be empty.
    pub name: String,
    /// Its state.
    pub state: MigrationState,
    /// When it was applied, by the database's clock.
    pub applied_at: Option<Datetime>,
    /// How long it took, by the database's clock; none if it was part of a group. In JSON it is
    /// `duration_ms`, in milliseconds.
    #[serde(rename = "duration_ms", serialize_with = "json::optional_milliseconds")]
    pub duration: Option<Duration>,
    /// How far a `per-statement` migration is that is partially applied.
    pub progress: Option<PartialProgress>,
}

/// How far a partially applied migration is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct PartialProgress {
    /// How many of its statements are committed.
    pub done: usize,
    /// How many it has.
    pub total: usize,
}

/// Every migration with its state, in the order of the versions. Prints as a table.
///
/// As JSON it has the fields below, `message` (one line) and `rendered` (the whole table).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Status {
    /// The highest version that is applied; 0 if none is.
    pub current_version: Version,
    /// The highest version in this build.
    pub latest_version: Version,
    /// One entry for each migration that is embedded or recorded.
    pub entries: Vec<StatusEntry>,
    /// Which process is at work, if one is.
    pub lease: Option<Lease>,
    /// The indexes of this set's scripts that are not ready: being built in the background, or
    /// failed.
    pub indexes: Vec<IndexBuild>,
}

impl Status {
    /// The migrations that a run would apply.
    pub fn pending(&self) -> impl Iterator<Item = &StatusEntry> {
        let entries = self.entries.iter();
        entries.filter(|entry| entry.state == MigrationState::Pending)
    }

    fn message(&self) -> String {
        let current = self.current_version;
        match self.pending().count() {
            0 => format!("at version {current}, nothing pending"),
            pending => format!(
                "at version {current}, {}",
                count(pending, "pending migration")
            ),
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.entries.iter().map(|entry| &*entry.name);
        let width = name_width(names).max("name".len());
        let states = self.entries.iter().map(|entry| entry.state.to_string());
        let states: Vec<String> = states.collect();
        let state_width = name_width(states.iter().map(|state| &**state)).max("unverified".len());
        write!(
            f,
            "version  {:<width$}  {:<state_width$}  {:<23}  took",
            "name", "state", "applied at"
        )?;
        for (entry, state) in self.entries.iter().zip(states) {
            let StatusEntry { version, name, .. } = entry;
            let applied_at = entry.applied_at.as_ref().map_or_else(String::new, seconds);
            let took = entry.took();
            let line = format!(
                "{version:>7}  {name:<width$}  {state:<state_width$}  {applied_at:<23}  {took}"
            );
            write!(f, "\n{}", line.trim_end())?;
        }
        if let Some(lease) = &self.lease {
            write!(f, "\n{}", lease_line(lease))?;
        }
        let mut indexes = self.indexes.iter();
        indexes.try_for_each(|index| write!(f, "\n{index}"))
    }
}

impl StatusEntry {
    fn took(&self) -> String {
        match (self.duration, self.progress) {
            (Some(took), _) => format!("{took:.1?}"),
            (None, Some(PartialProgress { done, total })) => {
                format!("{done} of {total} statements")
            }
            (None, None) => String::new(),
        }
    }
}

fn lease_line(lease: &Lease) -> String {
    let state = match lease.is_expired {
        true => "left behind by",
        false => "held by",
    };
    format!(
        "lease {state} {}, since {}",
        lease.holder,
        seconds(&lease.since)
    )
}

impl Serialize for Status {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Status", 7)?;
        fields.serialize_field("current_version", &self.current_version)?;
        fields.serialize_field("latest_version", &self.latest_version)?;
        fields.serialize_field("entries", &self.entries)?;
        fields.serialize_field("lease", &self.lease)?;
        fields.serialize_field("indexes", &self.indexes)?;
        fields.serialize_field("message", &self.message())?;
        fields.serialize_field("rendered", &self.to_string())?;
        fields.end()
    }
}
