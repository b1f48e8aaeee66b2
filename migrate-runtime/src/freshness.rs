//! Whether the embedded set is behind its directory. Cargo rebuilds a crate when an embedded file
//! changes, but not when a new one appears; in development this catches what was missed.

use std::collections::BTreeSet;
use std::path::Path;

use crate::Migration;
use crate::error::{Error, Result};

const EXTENSIONS: [&str; 2] = [".surql", ".surrealql"];

/// Compares the names of the embedded files with those in the directory. A directory that is not
/// there is none to be behind of: the program runs elsewhere than it was built.
pub(crate) fn check(directory: &str, migrations: &[Migration]) -> Result<()> {
    let Ok(entries) = std::fs::read_dir(Path::new(directory)) else {
        return Ok(());
    };
    let scripts = migrations
        .iter()
        .flat_map(|migration| [Some(&migration.up), migration.down.as_ref()])
        .flatten();
    let embedded: BTreeSet<&str> = scripts
        .filter_map(|script| script.file.rsplit('/').next())
        .collect();
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
    Err(Error::Stale {
        directory: directory.to_owned(),
        files,
    })
}
