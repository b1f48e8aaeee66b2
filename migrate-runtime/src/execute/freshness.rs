//! Whether the embedded set is older than its directory. Cargo rebuilds a crate when an embedded
//! file changes, but not when a new one appears; during development this catches what was missed.

use std::collections::BTreeSet;
use std::path::Path;

use migrate_files::Script;

use crate::error::{ErrorKind, Result};
use crate::set::Migrations;

const EXTENSIONS: [&str; 2] = [".surql", ".surrealql"];

/// Compares the names of the embedded files with those in the directory. If the directory does not
/// exist, the program runs elsewhere than it was built, and there is nothing to compare.
pub(crate) fn check_fresh(set: &Migrations) -> Result<()> {
    let Some(directory) = set.directory() else {
        return Ok(());
    };
    let Ok(entries) = std::fs::read_dir(Path::new(directory)) else {
        return Ok(());
    };
    let embedded: BTreeSet<&str> = set.scripts().filter_map(file_name).collect();
    let present = entries
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut files: Vec<String> = present
        .filter(|name| !name.starts_with('.'))
        .filter(|name| EXTENSIONS.iter().any(|extension| name.ends_with(extension)))
        .filter(|name| !embedded.contains(&**name))
        .collect();
    if files.is_empty() {
        return Ok(());
    }
    files.sort();
    let directory = directory.to_owned();
    Err(ErrorKind::Stale { directory, files }.into())
}

fn file_name(script: &Script) -> Option<&str> {
    script.file.rsplit('/').next()
}
