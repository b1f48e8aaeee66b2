//! Every migration with its state, embedded and recorded.

use std::fmt;
use std::time::Duration;

use serde::Serialize;
use surrealdb::types::Datetime;

use crate::Version;
use crate::lease::Lease;
use crate::report::name_width;

/// What is true of a migration, between this build and the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum State {
    /// In this build, and not applied yet.
    Pending,
    /// Applied with the very text that is in this build.
    Applied,
    /// Applied, with nothing recorded to compare the text with: written by another program.
    Unverified,
    /// Applied, but the text in this build is another one.
    Changed,
    /// Applied, and not in this build: a newer build was here.
    Unknown,
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Pending => "pending",
            Self::Applied => "applied",
            Self::Unverified => "unverified",
            Self::Changed => "changed",
            Self::Unknown => "unknown",
        })
    }
}

/// One migration's line in a [`Status`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Entry {
    /// The migration's version.
    pub version: Version,
    /// Its name in this build, or else as it was recorded; may be empty.
    pub name: String,
    /// How things stand.
    pub state: State,
    /// When it was applied, by the database's clock.
    pub applied_at: Option<Datetime>,
    /// How long it took, by the database's clock.
    pub duration: Option<Duration>,
    /// How far a `per-statement` migration is that is pending, but begun.
    pub half_way: Option<HalfWay>,
}

/// How far a `per-statement` migration is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct HalfWay {
    /// How many of its statements have landed.
    pub done: usize,
    /// How many it has.
    pub total: usize,
}

/// Every migration with its state, in the order of the versions. Prints as a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Status {
    /// The highest version that is applied; 0 for none.
    pub current_version: Version,
    /// The highest version in this build.
    pub latest_version: Version,
    /// One entry for each migration that is embedded or recorded.
    pub entries: Vec<Entry>,
    /// Who is at work, where somebody is.
    pub lease: Option<Lease>,
}

impl Status {
    /// The migrations that a run would apply.
    pub fn pending(&self) -> impl Iterator<Item = &Entry> {
        let entries = self.entries.iter();
        entries.filter(|entry| entry.state == State::Pending)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = name_width(self.entries.iter().map(|entry| &*entry.name)).max("name".len());
        let header = format!(
            "version  {:<width$}  {:<10}  {:<23}  took",
            "name", "state", "applied at"
        );
        write!(f, "{header}")?;
        for entry in &self.entries {
            let Entry {
                version,
                name,
                state,
                ..
            } = entry;
            let applied_at = entry.applied_at.as_ref().map_or_else(String::new, seconds);
            let took = match (entry.duration, entry.half_way) {
                (Some(took), _) => format!("{took:.1?}"),
                (None, Some(HalfWay { done, total })) => format!("{done} of {total} statements"),
                (None, None) => String::new(),
            };
            let line =
                format!("{version:>7}  {name:<width$}  {state:<10}  {applied_at:<23}  {took}");
            write!(f, "\n{}", line.trim_end())?;
        }
        if let Some(lease) = &self.lease {
            let state = if lease.is_expired {
                "left behind by"
            } else {
                "held by"
            };
            let (holder, since) = (&lease.holder, seconds(&lease.since));
            write!(f, "\nlease {state} {holder}, since {since}")?;
        }
        Ok(())
    }
}

/// A time without the fraction of its second.
pub(crate) fn seconds(time: &Datetime) -> String {
    time.into_inner()
        .format("%Y-%m-%d %H:%M:%S UTC")
        .to_string()
}
