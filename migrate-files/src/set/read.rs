//! A whole directory.

use std::collections::BTreeMap;

use super::numbering::Versions;
use super::pairing::pair;
use super::source::Source;
use crate::listing::{Directory, File, FileName, list_directory};
use crate::migration::{Migration, Version};
use crate::problem::{Problem, Problems};

/// Reads and checks a directory: what the macro embeds is what this returns.
///
/// # Errors
/// Every problem of the directory and of the files in it, in file order.
pub fn read_directory(directory: &Directory) -> Result<Vec<Migration>, Problems> {
    let files = list_directory(directory)?;
    read_files(directory, &files)
}

/// Checks files and puts them together. What it returns does not depend on their order.
///
/// # Errors
/// Every problem, in file order.
pub fn read_files(directory: &Directory, files: &[File]) -> Result<Vec<Migration>, Problems> {
    let mut problems = Vec::new();
    let found = Found::read(directory, files, &mut problems);
    if found.is_empty() {
        problems.push(no_migrations(directory));
    }
    Versions::of(&found.sources, &found.near_misses).check(directory, &mut problems);
    let migrations = pair(found.sources, &mut problems);
    problems.sort_by_cached_key(order);
    match Problems::new(problems) {
        None => Ok(migrations),
        Some(problems) => Err(problems),
    }
}

/// The files that concern migrations.
#[derive(Default)]
struct Found {
    /// In the order of their names.
    sources: Vec<Source>,
    /// Those that only look like a migration, by the version that they were meant to have.
    near_misses: BTreeMap<Version, String>,
    has_near_misses: bool,
}

impl Found {
    fn read(directory: &Directory, files: &[File], problems: &mut Vec<Problem>) -> Self {
        let mut files: Vec<&File> = files.iter().collect();
        files.sort_by(|a, b| a.name.cmp(&b.name));
        let mut found = Self::default();
        for file in files {
            match FileName::parse(&file.name) {
                FileName::Migration(name) => {
                    let source = Source::read(directory, name, file, problems);
                    found.sources.push(source);
                }
                FileName::NearMiss(miss) => {
                    found.has_near_misses = true;
                    if let Some(version) = miss.version {
                        let entry = found.near_misses.entry(version);
                        entry.or_insert_with(|| file.name.clone());
                    }
                    let shown = directory.shown_file(&file.name);
                    problems.push(Problem::new(shown, miss.message).help(miss.help));
                }
                FileName::Other => {}
            }
        }
        found
    }

    const fn is_empty(&self) -> bool {
        self.sources.is_empty() && !self.has_near_misses
    }
}

fn no_migrations(directory: &Directory) -> Problem {
    let shown = directory.shown();
    Problem::new(shown, "this directory contains no migrations").help(format!(
        "start with `{}` and `{}`",
        directory.shown_file("001_initial.up.surql"),
        directory.shown_file("001_initial.down.surql")
    ))
}

/// File order: by version, then by name, then by place.
fn order(problem: &Problem) -> (Version, String, Option<(usize, usize)>) {
    let name = problem.file.rsplit('/').next().unwrap_or_default();
    let digits = name.find(|c: char| !c.is_ascii_digit()).unwrap_or(0);
    let version = name[..digits].parse().unwrap_or(Version::MAX);
    let place = problem.snippet.as_ref().map(|snippet| snippet.place);
    let place = place.map(|place| (place.line, place.column));
    (version, problem.file.clone(), place)
}
