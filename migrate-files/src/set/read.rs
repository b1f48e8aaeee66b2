//! A whole directory.

use std::collections::BTreeMap;
use std::iter;

use super::baseline::check_baseline;
use super::dates::check_dated;
use super::numbering::Versions;
use super::pairing::pair;
use super::schema::check_schema;
use super::scripts::Paired;
use super::source::{Assumed, Source};
use super::tables::Table;
use crate::listing::{
    BEFORE_BASELINE, Date, Directory, File, FileName, leading_version, list_directory,
};
use crate::migration::{Migration, Version};
use crate::problem::{Problem, Problems};
use crate::script::Script;
use crate::text::Directive;

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
    /// The files of the migrations that a baseline stands for, if they are still there, by their names
    /// in the directory: `before/001_notes.up.surql`.
    pub replaced_files: Vec<String>,
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
    let mut found = Found::read(directory, files, &mut problems);
    problems.sort_by_cached_key(|problem| order(directory, problem));
    found
        .warnings
        .sort_by_cached_key(|warning| order(directory, warning));
    let replaced_files = found.replaced_files();
    match Problems::new(problems) {
        None => Ok(Set {
            migrations: found.paired.into_iter().map(|it| it.migration).collect(),
            warnings: found.warnings,
            tables: found.tables,
            assumed: found.assumed.map(|it| it.script),
            replaced_files,
        }),
        Some(problems) => Err(problems),
    }
}

/// What a directory holds, as far as it could be read.
pub struct Found {
    pub paired: Vec<Paired>,
    pub assumed: Option<Assumed>,
    /// What the baseline stands for, if there is one and that is still there.
    before: Option<Box<Self>>,
    warnings: Vec<Problem>,
    tables: Vec<Table>,
}

impl Found {
    fn read(directory: &Directory, files: &[File], problems: &mut Vec<Problem>) -> Self {
        let mut refused = Vec::new();
        let is_before = |file: &&File| file.name_before_baseline().is_some();
        let (before, own): (Vec<&File>, Vec<&File>) = files.iter().partition(is_before);
        let mut by_name = ByName::default();
        by_name.add(directory, own, problems, &mut refused);
        let has_baseline = by_name.versions().baseline().is_some();
        let before = if has_baseline {
            Self::read_before(directory, &before, problems)
        } else {
            by_name.add(directory, before, problems, &mut refused);
            None
        };
        if by_name.is_empty() {
            problems.push(no_migrations(directory));
        }
        let versions = by_name.versions();
        versions.check(directory, problems);
        let mut free = versions.free();
        let paired = pair(directory, by_name.by_version, &mut free, problems);
        check_dated(directory, by_name.by_date, &mut free, problems);
        let assumed = directory.assumed();
        let assumed = assumed.map(|file| Assumed::read(directory, file, problems, &mut refused));
        let mut found = Self {
            paired,
            assumed,
            before,
            warnings: Vec::new(),
            tables: Vec::new(),
        };
        // A script that is missing, or not read to its end, is missing from the schema as well.
        if problems.is_empty() {
            found.check(directory, problems);
        }
        problems.extend(refused);
        found
    }

    fn read_before(
        directory: &Directory,
        files: &[&File],
        problems: &mut Vec<Problem>,
    ) -> Option<Box<Self>> {
        let files = files.iter().copied();
        let files = files.filter_map(|file| {
            let name = file.name_before_baseline()?;
            Some(file.clone().named(name))
        });
        let files: Vec<File> = files.collect();
        let is_other = |file: &File| matches!(FileName::parse(&file.name), FileName::Other);
        if files.iter().all(is_other) {
            return None;
        }
        Some(Box::new(Self::read(
            &directory.before_baseline(),
            &files,
            problems,
        )))
    }

    /// Runs the scripts on a model of the schema.
    fn check(&mut self, directory: &Directory, problems: &mut Vec<Problem>) {
        let checked = check_schema(directory, self.assumed.as_ref(), &self.paired, problems);
        (self.warnings, self.tables) = checked;
        if let (Some(before), [baseline, ..]) = (&self.before, &mut *self.paired) {
            let assumed = self.assumed.as_ref();
            check_baseline(directory, assumed, &before.paired, baseline, problems);
        }
    }

    /// The files of what the baseline stands for, by their names in the directory.
    fn replaced_files(&self) -> Vec<String> {
        let mut names = Vec::new();
        let mut folder = String::new();
        let mut before = &self.before;
        while let Some(found) = before {
            folder.push_str(BEFORE_BASELINE);
            folder.push('/');
            let migrations = found.paired.iter().map(|paired| &paired.migration);
            let scripts = migrations.flat_map(|it| iter::once(&it.up).chain(&it.down));
            let own = scripts.filter_map(|script| script.file.rsplit('/').next());
            names.extend(own.map(|name| format!("{folder}{name}")));
            before = &found.before;
        }
        names
    }
}

/// The files that concern migrations, those of each version or date in the order of their names.
#[derive(Default)]
struct ByName {
    by_version: BTreeMap<Version, Vec<Source>>,
    by_date: BTreeMap<Date, Vec<Source>>,
    /// Those that only look like a migration, by the version that they were meant to have.
    near_misses: BTreeMap<Version, String>,
    has_near_misses: bool,
}

impl ByName {
    fn add(
        &mut self,
        directory: &Directory,
        mut files: Vec<&File>,
        problems: &mut Vec<Problem>,
        refused: &mut Vec<Problem>,
    ) {
        files.sort_by(|a, b| a.name.cmp(&b.name));
        for file in files {
            match FileName::parse(&file.name) {
                FileName::Migration(version, name) => {
                    let source = Source::read(directory, name, file, problems, refused);
                    self.by_version.entry(version).or_default().push(source);
                }
                FileName::Dated(date, name) => {
                    let source = Source::read(directory, name, file, problems, refused);
                    self.by_date.entry(date).or_default().push(source);
                }
                FileName::NearMiss(miss) => {
                    self.has_near_misses = true;
                    if let Some(version) = miss.version {
                        let entry = self.near_misses.entry(version);
                        entry.or_insert_with(|| file.name.clone());
                    }
                    let shown = directory.shown_file(&file.name);
                    let help = match file.name_before_baseline() {
                        None => miss.help,
                        Some(_) => format!(
                            "{}; if a baseline stands for it, begin that with the line `{}`",
                            miss.help,
                            Directive::Baseline.line()
                        ),
                    };
                    problems.push(Problem::new(shown, miss.message).help(help));
                }
                FileName::Other => {}
            }
        }
    }

    fn versions(&self) -> Versions {
        Versions::of(&self.by_version, &self.near_misses)
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
