//! A whole directory.

use std::collections::BTreeMap;

use super::dates::check_dated;
use super::numbering::Versions;
use super::pairing::pair;
use super::schema::check_schema;
use super::source::{Assumed, Source};
use super::tables::Table;
use crate::listing::{Date, Directory, File, FileName, leading_version, list_directory};
use crate::migration::{Migration, Version};
use crate::problem::{Problem, Problems};
use crate::script::Script;

/// A set of migrations, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Set {
    /// The migrations, in order.
    pub migrations: Vec<Migration>,
    /// What is likely to hurt, in file order.
    pub warnings: Vec<Problem>,
    /// The tables that are there after the last migration, by name. Empty where the set was read
    /// without the parser.
    pub tables: Vec<Table>,
    /// The definitions that are there before the first migration, if a file of them was given.
    pub assumed: Option<Script>,
}

/// Reads and checks a directory: what the macro embeds is what this returns.
///
/// # Errors
/// Every problem of the directory and of the files in it, in file order.
pub fn read_directory(directory: &Directory) -> Result<Set, Problems> {
    let files = list_directory(directory)?;
    read_files(directory, &files)
}

/// Checks files and puts them together. What it returns does not depend on their order.
///
/// # Errors
/// Every problem, in file order.
pub fn read_files(directory: &Directory, files: &[File]) -> Result<Set, Problems> {
    let mut problems = Vec::new();
    let mut refused = Vec::new();
    let found = Found::read(directory, files, &mut problems, &mut refused);
    if found.is_empty() {
        problems.push(no_migrations(directory));
    }
    let versions = Versions::of(&found.by_version, &found.near_misses);
    versions.check(directory, &mut problems);
    let mut free = versions.free();
    let paired = pair(directory, found.by_version, &mut free, &mut problems);
    check_dated(directory, found.by_date, &mut free, &mut problems);
    let assumed = directory.assumed();
    let assumed = assumed.map(|file| Assumed::read(directory, file, &mut problems, &mut refused));
    // A script that is missing, or not read to its end, is missing from the schema as well.
    let (mut warnings, tables) = match problems.is_empty() {
        true => check_schema(directory, assumed.as_ref(), &paired, &mut problems),
        false => Default::default(),
    };
    problems.extend(refused);
    problems.sort_by_cached_key(|problem| order(directory, problem));
    warnings.sort_by_cached_key(|warning| order(directory, warning));
    match Problems::new(problems) {
        None => Ok(Set {
            migrations: paired.into_iter().map(|it| it.migration).collect(),
            warnings,
            tables,
            assumed: assumed.map(|it| it.script),
        }),
        Some(problems) => Err(problems),
    }
}

/// The files that concern migrations, those of each version or date in the order of their names.
#[derive(Default)]
struct Found {
    by_version: BTreeMap<Version, Vec<Source>>,
    by_date: BTreeMap<Date, Vec<Source>>,
    /// Those that only look like a migration, by the version that they were meant to have.
    near_misses: BTreeMap<Version, String>,
    has_near_misses: bool,
}

impl Found {
    fn read(
        directory: &Directory,
        files: &[File],
        problems: &mut Vec<Problem>,
        refused: &mut Vec<Problem>,
    ) -> Self {
        let mut files: Vec<&File> = files.iter().collect();
        files.sort_by(|a, b| a.name.cmp(&b.name));
        let mut found = Self::default();
        for file in files {
            match FileName::parse(&file.name) {
                FileName::Migration(version, name) => {
                    let source = Source::read(directory, name, file, problems, refused);
                    found.by_version.entry(version).or_default().push(source);
                }
                FileName::Dated(date, name) => {
                    let source = Source::read(directory, name, file, problems, refused);
                    found.by_date.entry(date).or_default().push(source);
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

    fn is_empty(&self) -> bool {
        self.by_version.is_empty() && self.by_date.is_empty() && !self.has_near_misses
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

/// File order: the directory itself, then by version, then by date, then by name, then by place.
fn order(directory: &Directory, problem: &Problem) -> impl Ord + use<> {
    let is_file = problem.file != directory.shown();
    let name = problem.file.rsplit('/').next().unwrap_or_default();
    let date = Date::split_from(name).map(|(date, ..)| date);
    let version = leading_version(name).unwrap_or(Version::MAX);
    let place = problem.snippet.as_ref().map(|snippet| snippet.place);
    (is_file, version, date, problem.file.clone(), place)
}
