//! Whether the versions start at 1, or at a baseline, and have no gaps, and which one is free.

use std::collections::BTreeMap;

use super::source::Source;
use crate::listing::{Directory, Suffix};
use crate::migration::Version;
use crate::problem::Problem;
use crate::text::Directive;

/// The versions that are there.
pub struct Versions {
    /// Each with the first file that has it, an up script before a down script.
    files: BTreeMap<Version, String>,
    /// Those that begin with a baseline, as they should if they are the first one.
    baselines: BTreeMap<Version, Problem>,
}

impl Versions {
    /// Files that only look like migrations count as well, so that a misspelt one is not reported as
    /// a gap, too.
    pub fn of(
        sources: &BTreeMap<Version, Vec<Source>>,
        near_misses: &BTreeMap<Version, String>,
    ) -> Self {
        let (mut versions, mut baselines) = (near_misses.clone(), BTreeMap::new());
        versions.remove(&0);
        for (version, files) in sources {
            if let Some(problem) = files.iter().find_map(not_first) {
                baselines.insert(*version, problem);
            }
            let is_up = |source: &&Source| source.name.suffix != Suffix::Down;
            if let Some(first) = files.iter().find(is_up).or(files.first()) {
                versions.insert(*version, first.file_name.clone());
            }
        }
        Self {
            files: versions,
            baselines,
        }
    }

    /// The version of the baseline, if the first file is one.
    pub fn baseline(&self) -> Option<Version> {
        let (first, _) = self.files.first_key_value()?;
        self.baselines.contains_key(first).then_some(*first)
    }

    /// A problem for each gap, and for each baseline that is not the first.
    pub fn check(&self, directory: &Directory, problems: &mut Vec<Problem>) {
        let first = self.baseline().unwrap_or(1);
        let misplaced = self.baselines.iter();
        let misplaced = misplaced.filter(|(version, _)| Some(**version) != self.baseline());
        problems.extend(misplaced.map(|(_, problem)| problem.clone()));
        let mut before: Option<(Version, &str)> = None;
        for (version, file) in &self.files {
            let expected = before.map_or(first, |(version, _)| version + 1);
            if expected < *version {
                let (message, help) = gap(before, expected, (*version, file));
                problems.push(Problem::new(directory.shown_file(file), message).help(help));
            }
            before = Some((*version, file));
        }
    }

    /// The versions after the last one.
    pub fn free(&self) -> Free {
        Free(self.files.last_key_value().map_or(0, |(last, _)| *last))
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

/// What is wrong with a baseline behind other migrations.
fn not_first(source: &Source) -> Option<Problem> {
    let line = source.directives.line_of(Directive::Baseline)?;
    let problem = source.problem(
        "a baseline stands for all migrations up to its version, and others are still beside it",
        "move them into a directory `before` beside this file, or remove this line",
    );
    Some(problem.at(line.clone()))
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
                "add the missing migrations, or renumber from here on: {version} becomes {expected}; if it stands for all of them, begin it with the line `{}`",
                Directive::Baseline.line()
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
