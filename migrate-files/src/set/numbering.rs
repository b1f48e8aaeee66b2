//! Whether the versions start at 1 and have no gaps, and which one is free.

use std::collections::BTreeMap;

use super::source::Source;
use crate::listing::{Directory, Suffix};
use crate::migration::Version;
use crate::problem::Problem;

/// Each version that is there, with the first file that has it, an up script before a down script.
pub struct Versions(BTreeMap<Version, String>);

impl Versions {
    /// Files that only look like migrations count as well, so that a misspelt one is not reported as
    /// a gap, too.
    pub fn of(
        sources: &BTreeMap<Version, Vec<Source>>,
        near_misses: &BTreeMap<Version, String>,
    ) -> Self {
        let mut versions = near_misses.clone();
        versions.remove(&0);
        for (version, files) in sources {
            let is_up = |source: &&Source| source.name.suffix != Suffix::Down;
            if let Some(first) = files.iter().find(is_up).or(files.first()) {
                versions.insert(*version, first.file_name.clone());
            }
        }
        Self(versions)
    }

    /// A problem for each gap.
    pub fn check(&self, directory: &Directory, problems: &mut Vec<Problem>) {
        let mut before: Option<(Version, &str)> = None;
        for (version, file) in &self.0 {
            let expected = before.map_or(1, |(version, _)| version + 1);
            if expected < *version {
                let (message, help) = gap(before, expected, (*version, file));
                problems.push(Problem::new(directory.shown_file(file), message).help(help));
            }
            before = Some((*version, file));
        }
    }

    /// The versions after the last one.
    pub fn free(&self) -> Free {
        Free(self.0.last_key_value().map_or(0, |(last, _)| *last))
    }
}

/// Versions that no file has, by the last one that is in use.
pub struct Free(Version);

impl Free {
    /// The next one. The very last version is never free, but such a set is full.
    pub const fn take(&mut self) -> Version {
        self.0 = self.0.saturating_add(1);
        self.0
    }
}

fn gap(
    before: Option<(Version, &str)>,
    expected: Version,
    (version, file): (Version, &str),
) -> (String, String) {
    match before {
        None => (
            format!("the first version is {version}, but versions start at 1"),
            format!(
                "add the missing migrations, or renumber from here on: {version} becomes {expected}"
            ),
        ),
        Some((previous, previous_file)) => (
            format!(
                "{} missing between {previous} (`{previous_file}`) and {version} (`{file}`)",
                missing(expected, version - 1)
            ),
            format!(
                "versions have no gaps: add what is missing, or renumber from here on: {version} becomes {expected}"
            ),
        ),
    }
}

fn missing(first: Version, last: Version) -> String {
    match last - first {
        0 => format!("version {first} is"),
        1 => format!("versions {first} and {last} are"),
        2 => format!("versions {first}, {} and {last} are", first + 1),
        _ => format!("versions {first} to {last} are"),
    }
}
