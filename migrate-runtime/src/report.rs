//! What a call did, and what it would do.

use std::fmt;
use std::time::Duration;

use serde::Serialize;

use crate::Version;

/// Which half of a migration runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// The up half: the migration is applied.
    Up,
    /// The down half: the migration is reverted.
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Step {
    /// The migration's version.
    pub version: Version,
    /// Its name; may be empty.
    pub name: String,
    /// Which half was run.
    pub direction: Direction,
    /// How long it took, as seen from here; in a grouped run the whole group.
    pub duration: Duration,
}

/// What a call did to the database. Prints as a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// The version before; 0 for none.
    pub from: Version,
    /// The version now; 0 for none.
    pub to: Version,
    /// What this call ran, in order. What another replica applied meanwhile is not among it, so
    /// this may be empty although `from` and `to` differ.
    pub steps: Vec<Step>,
}

impl Report {
    /// Whether this call found nothing to do.
    #[must_use]
    pub fn is_up_to_date(&self) -> bool {
        self.steps.is_empty()
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
        let Self { from, to, .. } = self;
        let here = self.steps.len();
        let migrations = if here == 1 { "migration" } else { "migrations" };
        let elsewhere = (from.abs_diff(*to) as usize).saturating_sub(here);
        match (here, elsewhere) {
            (0, 0) => write!(f, "up to date at version {to}"),
            (0, _) => write!(f, "brought from version {from} to {to} by other processes"),
            (_, 0) if from == to => write!(f, "{here} {migrations}, still at version {to}"),
            (_, 0) => write!(f, "{here} {migrations}, from version {from} to {to}"),
            _ => write!(
                f,
                "{here} {migrations} here and {elsewhere} by other processes, from version {from} to {to}"
            ),
        }
    }
}

/// What [`Migrations::run`](crate::Migrations::run) would apply. Prints as a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Plan {
    /// The version that the database has; 0 for none.
    pub from: Version,
    /// The version that it would have.
    pub to: Version,
    /// What would be applied, in order: version and name.
    pub pending: Vec<(Version, String)>,
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.pending.is_empty() {
            return write!(f, "nothing to do: up to date at version {}", self.to);
        }
        for (version, name) in &self.pending {
            writeln!(f, "up   {version:>5}  {name}")?;
        }
        write!(f, "would go from version {} to {}", self.from, self.to)
    }
}

pub(crate) fn name_width<'a>(names: impl Iterator<Item = &'a str>) -> usize {
    names.map(|name| name.chars().count()).max().unwrap_or(0)
}
