//! Versions that several migrations have.

use super::scripts::Scripts;
use super::source::Source;
use crate::listing::{Directory, File, FileName};
use crate::migration::Version;

/// A version that several migrations have.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Duplicate {
    /// Which one.
    pub version: Version,
    /// The migrations, by name.
    pub migrations: Vec<Namesake>,
}

/// One of several migrations with the same version.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Namesake {
    /// What it is called.
    pub name: String,
    /// Its files, the up script first.
    pub files: Vec<String>,
}

/// The versions of a directory that several migrations have, in order. What else is wrong with it does
/// not matter here.
#[must_use]
pub fn duplicates(directory: &Directory, files: &[File]) -> Vec<Duplicate> {
    let mut files: Vec<&File> = files.iter().collect();
    files.sort_by(|a, b| a.name.cmp(&b.name));
    let mut by_version = std::collections::BTreeMap::<Version, Vec<Source>>::new();
    for file in files {
        if let FileName::Migration(version, name) = FileName::parse(&file.name) {
            let (mut problems, mut refused) = (Vec::new(), Vec::new());
            let source = Source::read(directory, name, file, &mut problems, &mut refused);
            by_version.entry(version).or_default().push(source);
        }
    }
    let by_version = by_version.into_iter();
    let all = by_version.map(|(version, files)| Duplicate {
        version,
        migrations: Scripts::split(files).iter().map(namesake).collect(),
    });
    all.filter(|it| it.migrations.len() > 1).collect()
}

fn namesake(migration: &Scripts) -> Namesake {
    let name = migration
        .files()
        .next()
        .map(|file| match migration.ups.is_empty() {
            true => file.name.name_as_down().to_owned(),
            false => file.name.name.clone(),
        });
    Namesake {
        name: name.unwrap_or_default(),
        files: migration
            .files()
            .map(|file| file.file_name.clone())
            .collect(),
    }
}
