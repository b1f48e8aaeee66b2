//! What the files of the next migration are called.

use crate::listing::{Directory, EXTENSIONS, File, FileName, Role, ScriptName, Suffix};
use crate::migration::Version;
use crate::problem::Problem;

/// The fewest digits of a version in a directory without migrations.
const WIDTH: usize = 3;

/// The names of a migration's files.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MigrationNames {
    /// Its number.
    pub version: Version,
    /// The up script's.
    pub up: String,
    /// The down script's.
    pub down: String,
}

/// The names of the next migrations of a directory: the next numbers, in the style, width and extension
/// of the last one.
#[derive(Debug, Clone)]
pub struct NextNames {
    /// The last version so far.
    version: Version,
    pattern: ScriptName,
}

impl NextNames {
    /// Behind the migrations among some files, which are those of a directory that was read without a
    /// problem, or of one that is still empty.
    #[must_use]
    pub fn behind(files: &[File]) -> Self {
        match last(files) {
            Some((version, pattern)) => Self { version, pattern },
            None => Self {
                version: 0,
                pattern: first_pattern(),
            },
        }
    }

    /// The same with at least so many digits in a version.
    #[must_use]
    pub fn with_room_for(mut self, migrations: usize) -> Self {
        let last = self.version as usize + migrations;
        let width = last.to_string().len().max(self.pattern.digits.len());
        self.pattern.digits = "0".repeat(width);
        self
    }

    /// The names of the next one.
    ///
    /// # Errors
    /// The name has characters that a file of a migration cannot have.
    pub fn next(&mut self, directory: &Directory, name: &str) -> Result<MigrationNames, Problem> {
        check_name(directory, name)?;
        self.version += 1;
        Ok(names(self.version, &self.pattern, name))
    }
}

/// Whether there are migrations among some files, or what looks like one.
#[must_use]
pub fn has_migrations(files: &[File]) -> bool {
    let mut names = files.iter().map(|file| FileName::parse(&file.name));
    names.any(|name| !matches!(name, FileName::Other))
}

/// The names of a version's files in a directory, of which the up script is there.
#[must_use]
pub fn names_of(files: &[File], version: Version) -> Option<MigrationNames> {
    let of_version = scripts(files).filter(|(it, _)| *it == version);
    let ups = of_version.filter(|(_, name)| name.suffix != Suffix::Down);
    let (_, up) = ups.min_by_key(|(_, name)| name.name.len())?;
    Some(names(version, &up, &up.name))
}

/// The names of a migration that takes the place of a version's, in the style, width and extension of the
/// last one of all.
///
/// # Errors
/// The name has characters that a file of a migration cannot have.
pub fn names_like(
    directory: &Directory,
    files: &[File],
    version: Version,
    name: &str,
) -> Result<MigrationNames, Problem> {
    check_name(directory, name)?;
    let NextNames { pattern, .. } = NextNames::behind(files);
    Ok(names(version, &pattern, name))
}

fn names(version: Version, pattern: &ScriptName, name: &str) -> MigrationNames {
    let width = pattern.digits.len();
    let pattern = ScriptName {
        digits: format!("{version:0width$}"),
        ..pattern.clone()
    };
    let [up, down] =
        [Role::Up, Role::Down].map(|role| pattern.sibling(name, pattern.style(), role));
    MigrationNames { version, up, down }
}

/// The last version, and how its up script is named.
fn last(files: &[File]) -> Option<(Version, ScriptName)> {
    let ups = scripts(files).filter(|(_, name)| name.suffix != Suffix::Down);
    // In the plain style the up script has the shorter name of the two.
    ups.max_by_key(|(version, name)| (*version, std::cmp::Reverse(name.name.len())))
}

fn scripts(files: &[File]) -> impl Iterator<Item = (Version, ScriptName)> {
    files
        .iter()
        .filter_map(|file| match FileName::parse(&file.name) {
            FileName::Migration(version, name) => Some((version, name)),
            _ => None,
        })
}

fn first_pattern() -> ScriptName {
    ScriptName {
        digits: "0".repeat(WIDTH),
        name: String::new(),
        suffix: Suffix::Up,
        extension: EXTENSIONS[0],
    }
}

/// Whether a file of a migration can have this in its name.
fn check_name(directory: &Directory, name: &str) -> Result<(), Problem> {
    let problem = |message: String| Problem::new(directory.shown(), message);
    if name.is_empty() {
        return Err(problem("a migration needs a name".to_owned()).help("such as `add_user`"));
    }
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let Some(found) = name.chars().find(|c| !allowed(*c)) else {
        return Ok(());
    };
    let parts = name.split(|c| !allowed(c)).filter(|part| !part.is_empty());
    let better = parts.collect::<Vec<_>>().join("_").to_lowercase();
    let rule = "a name is made of the letters a to z and A to Z, digits, `_` and `-`";
    let help = match &*better {
        "" => rule.to_owned(),
        better => format!("{rule}: `{better}`"),
    };
    Err(problem(format!("the name `{name}` contains {found:?}")).help(help))
}
