//! Versions that two migrations have, as a merge brings them together: which files get another one.

use crate::listing::{File, FileName};
use crate::migration::Version;
use crate::set::Namesake;

/// The files that get other names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Renumbering {
    /// Each migration that moves: from which version, to which one.
    pub moves: Vec<(Version, Version)>,
    /// Each file that is renamed, with its new name.
    pub renames: Vec<(String, String)>,
}

/// Gives migrations of a directory the versions behind the last one of all others, in this order. Those
/// that have theirs already are not renamed.
#[must_use]
pub fn renumber(files: &[File], moved: &[(Version, &Namesake)]) -> Renumbering {
    let is_moved = |file: &File| moved.iter().any(|(_, it)| it.files.contains(&file.name));
    let staying = files.iter().filter(|file| !is_moved(file));
    let mut next = staying
        .filter_map(|file| version(&file.name))
        .max()
        .unwrap_or_default();
    let mut renumbering = Renumbering::default();
    for (version, migration) in moved {
        next += 1;
        if *version == next {
            continue;
        }
        renumbering.moves.push((*version, next));
        for file in &migration.files {
            if let FileName::Migration(_, name) = FileName::parse(file) {
                let width = name.digits.len();
                let renamed = name.renumbered(&format!("{next:0width$}"));
                renumbering.renames.push((file.clone(), renamed));
            }
        }
    }
    // Each makes room for the one before it.
    renumbering.renames.reverse();
    renumbering
}

fn version(file: &str) -> Option<Version> {
    match FileName::parse(file) {
        FileName::Migration(version, _) => Some(version),
        _ => None,
    }
}
