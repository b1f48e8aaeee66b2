//! Which migrations have which version, where that may be more than one.

use std::collections::BTreeMap;

use super::scripts::Scripts;
use super::source::Source;
use crate::listing::{Directory, File, FileName};
use crate::migration::Version;

/// The migrations of a version.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct VersionFiles {
    /// Which one.
    pub version: Version,
    /// One migration, or several, as two branches come by them.
    pub migrations: Vec<Namesake>,
}

/// A migration, which may not be the only one with its version.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Namesake {
    /// What it is called.
    pub name: String,
    /// Its files, the up script first.
    pub files: Vec<String>,
}

/// The versions of a directory, in order, with all migrations that have them. What else is wrong with it
/// does not matter here.
#[must_use]
pub fn versions(directory: &Directory, files: &[File]) -> Vec<VersionFiles> {
    let mut files: Vec<&File> = files.iter().collect();
    files.sort_by(|a, b| a.name.cmp(&b.name));
    let mut by_version: BTreeMap<Version, Vec<Source>> = BTreeMap::new();
    for file in files {
        if let FileName::Migration(version, name) = FileName::parse(&file.name) {
            let (mut problems, mut refused) = (Vec::new(), Vec::new());
            let source = Source::read(directory, name, file, &mut problems, &mut refused);
            by_version.entry(version).or_default().push(source);
        }
    }
    let by_version = by_version.into_iter();
    let all = by_version.map(|(version, files)| VersionFiles {
        version,
        migrations: Scripts::split(files).iter().map(namesake).collect(),
    });
    all.collect()
}

fn namesake(migration: &Scripts) -> Namesake {
    let first = migration.files().next();
    let name = first.map(|file| match migration.ups.is_empty() {
        true => file.name.name_as_down().to_owned(),
        false => file.name.name.clone(),
    });
    let files = migration.files().map(|file| file.file_name.clone());
    Namesake {
        name: name.unwrap_or_default(),
        files: files.collect(),
    }
}
