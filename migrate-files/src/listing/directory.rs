//! Which files there are, and their bytes.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::file_name::{FileName, looks_like_a_migration};
use crate::lints::Lints;
use crate::migration::Version;
use crate::problem::{Problem, Problems};
use crate::table_name;

/// The directory in it with the migrations that a baseline stands for.
pub const BEFORE_BASELINE: &str = "before";

/// Nested directories are looked into this deep for scripts that were put there by mistake.
const MAX_DEPTH: usize = 8;

/// A directory of migrations: where it is on this machine, and what messages call it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directory {
    path: PathBuf,
    shown: String,
    /// Whether it was given by its path from `Cargo.toml`.
    is_in_crate: bool,
    /// The history table of the set in it.
    table: String,
    /// The definitions that are there before the first migration.
    assumed: Option<File>,
    /// The rules about what is likely to hurt.
    lints: Lints,
    /// The version whose down script is yet to be written.
    lacks_down: Option<Version>,
}

impl Directory {
    /// A directory by its path from `root`, the folder of the crate's `Cargo.toml`. Messages name
    /// it by that path, with `/` between its parts.
    #[must_use]
    pub fn new(root: &Path, relative: &str) -> Self {
        let parts = relative.split(['/', std::path::MAIN_SEPARATOR]);
        let parts: Vec<&str> = parts.filter(|part| !matches!(*part, "" | ".")).collect();
        let shown = match parts.join("/") {
            empty if empty.is_empty() => ".".to_owned(),
            joined => joined,
        };
        Self {
            path: root.join(relative),
            shown,
            is_in_crate: true,
            table: table_name::DEFAULT.to_owned(),
            assumed: None,
            lints: Lints::default(),
            lacks_down: None,
        }
    }

    /// A directory by its path on this machine, by which messages name it as well.
    #[must_use]
    pub fn at(path: &Path) -> Self {
        let shown = path
            .to_string_lossy()
            .replace(std::path::MAIN_SEPARATOR, "/");
        Self {
            path: path.to_owned(),
            shown: shown.trim_end_matches('/').to_owned(),
            is_in_crate: false,
            table: table_name::DEFAULT.to_owned(),
            assumed: None,
            lints: Lints::default(),
            lacks_down: None,
        }
    }

    /// The same directory for a set with this history table, which its scripts must leave alone.
    /// Without it, that is [`table_name::DEFAULT`].
    #[must_use]
    pub fn with_table(mut self, table: impl Into<String>) -> Self {
        self.table = table.into();
        self
    }

    /// The same directory for a set that begins on the definitions in a file, rather than on an empty
    /// database. The file's name is what messages call it.
    #[must_use]
    pub fn with_assumed(mut self, definitions: File) -> Self {
        self.assumed = Some(definitions);
        self
    }

    /// The same directory with these rules about what is likely to hurt.
    #[must_use]
    pub fn with_lints(mut self, lints: Lints) -> Self {
        self.lints = lints;
        self
    }

    /// The same directory before this version has a down script: that it lacks one is no problem.
    #[must_use]
    pub const fn before_down_script(mut self, of: Version) -> Self {
        self.lacks_down = Some(of);
        self
    }

    /// The directory in this one with the migrations that a baseline stands for, as a set of its own.
    /// They have been looked at before.
    pub(crate) fn before_baseline(&self) -> Self {
        Self {
            path: self.path.join(BEFORE_BASELINE),
            shown: self.shown_file(BEFORE_BASELINE),
            lints: Lints::default().from(Version::MAX),
            lacks_down: None,
            ..self.clone()
        }
    }

    /// The version whose down script is yet to be written.
    pub(crate) const fn lacks_down(&self) -> Option<Version> {
        self.lacks_down
    }

    /// The rules about what is likely to hurt.
    #[must_use]
    pub const fn lints(&self) -> &Lints {
        &self.lints
    }

    /// The definitions that are there before the first migration.
    #[must_use]
    pub const fn assumed(&self) -> Option<&File> {
        self.assumed.as_ref()
    }

    /// The history table of the set in it.
    #[must_use]
    pub fn table(&self) -> &str {
        &self.table
    }

    /// Where it is on this machine.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What messages call it: its path from the crate's root.
    #[must_use]
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// What messages call a file in it.
    #[must_use]
    pub fn shown_file(&self, name: &str) -> String {
        match &*self.shown {
            "." => name.to_owned(),
            directory => format!("{directory}/{name}"),
        }
    }
}

/// A file of the directory. Bytes are read only where the name is a migration's.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct File {
    /// Its name; with a `/` in it where it is in a subdirectory.
    pub name: String,
    /// Its bytes, or why they could not be read.
    pub bytes: Result<Vec<u8>, String>,
}

impl File {
    /// A file and what is in it.
    #[must_use]
    pub fn new(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            name: name.into(),
            bytes: Ok(bytes.into()),
        }
    }

    /// Reads a file. Its name is its path, with `/` between its parts.
    #[must_use]
    pub fn read(path: &Path) -> Self {
        let shown = path.to_string_lossy();
        let shown = shown.replace(std::path::MAIN_SEPARATOR, "/");
        match fs::read(path) {
            Ok(bytes) => Self::new(shown, bytes),
            Err(error) => Self::unreadable(shown, error.to_string()),
        }
    }

    /// Its name in the directory of what a baseline stands for, if it is in there.
    pub(crate) fn name_before_baseline(&self) -> Option<&str> {
        name_before_baseline(&self.name)
    }

    /// The same file by another name.
    #[must_use]
    pub fn named(self, name: impl Into<String>) -> Self {
        let name = name.into();
        Self { name, ..self }
    }

    /// A file that could not be read, and why.
    #[must_use]
    pub fn unreadable(name: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            bytes: Err(reason.into()),
        }
    }
}

/// Lists a directory's files in no particular order, those of subdirectories included.
///
/// # Errors
/// One problem, where the directory or one in it is missing or cannot be listed.
pub fn list_directory(directory: &Directory) -> Result<Vec<File>, Problems> {
    let mut files = Vec::new();
    collect(directory, directory.path(), "", 0, &mut files)?;
    Ok(files)
}

/// Collects the files at `path`: the directory itself, for an empty `folder`, or one in it, whose
/// name ends in `/`.
fn collect(
    directory: &Directory,
    path: &Path,
    folder: &str,
    depth: usize,
    files: &mut Vec<File>,
) -> Result<(), Problems> {
    let entries = fs::read_dir(path).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    let entries =
        entries.map_err(|error| Problems::from(cannot_list(directory, folder, &error)))?;
    for entry in entries {
        let own_name = entry.file_name();
        let name = format!("{folder}{}", own_name.to_string_lossy());
        // Metadata is asked of what a symbolic link points at; a dangling one is read below, and
        // fails there with the reason.
        let is_directory = fs::metadata(entry.path()).is_ok_and(|data| data.is_dir());
        if is_directory && !looks_like_a_migration(&name) {
            if depth < MAX_DEPTH && !own_name.to_string_lossy().starts_with('.') {
                let folder = format!("{name}/");
                collect(directory, &entry.path(), &folder, depth + 1, files)?;
            }
            continue;
        }
        // What a baseline stands for may itself begin with one.
        let (_, own) = below_baselines(&name);
        let bytes = match FileName::parse(own) {
            FileName::Migration(..) | FileName::Dated(..) => {
                fs::read(entry.path()).map_err(|error| error.to_string())
            }
            FileName::Other | FileName::NearMiss(_) => Ok(Vec::new()),
        };
        files.push(File { name, bytes });
    }
    Ok(())
}

/// How many baselines stand for a file by its name in a directory, and the name without their folders.
pub fn below_baselines(name: &str) -> (usize, &str) {
    let (mut depth, mut own) = (0, name);
    while let Some(rest) = name_before_baseline(own) {
        (depth, own) = (depth + 1, rest);
    }
    (depth, own)
}

fn name_before_baseline(name: &str) -> Option<&str> {
    name.strip_prefix(BEFORE_BASELINE)?.strip_prefix('/')
}

fn cannot_list(directory: &Directory, folder: &str, error: &io::Error) -> Problem {
    if !folder.is_empty() {
        let shown = directory.shown_file(folder.trim_end_matches('/'));
        return Problem::new(shown, format!("this directory cannot be read: {error}"));
    }
    let shown = directory.shown();
    let relative = match directory.is_in_crate {
        true => ", relative to the folder of Cargo.toml",
        false => "",
    };
    let path = format!("pass the path of the directory that holds the migrations{relative}");
    match error.kind() {
        io::ErrorKind::NotFound => Problem::new(shown, "this directory does not exist")
            .help(format!("create it, or {path}")),
        io::ErrorKind::NotADirectory => {
            Problem::new(shown, "this is a file, not a directory").help(path)
        }
        _ => Problem::new(shown, format!("this directory cannot be read: {error}")),
    }
}
