//! What a file's name says.
//!
//! | name | meaning |
//! | --- | --- |
//! | `003_add_user.up.surql`, `003_add_user.down.surql` | the scripts of 3, marked by a suffix |
//! | `003_add_user.surql`, `003_add_user_down.surql` | the same, with the down script marked in its name |
//! | `3.surql`, `3_down.surql`, `3.up.surql`, … | the name left out |

use std::fmt;

use super::date::{Date, split_digits};
use crate::migration::Version;

/// The extensions of a migration's files, without the dot.
pub const EXTENSIONS: [&str; 2] = ["surql", "surrealql"];

/// The marker of a down script in a name without an `.up` or `.down` suffix.
const DOWN_MARKER: &str = "down";

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileName {
    Migration(Version, ScriptName),
    /// Named by a date rather than a version, as other tools do it.
    Dated(Date, ScriptName),
    /// Looks like a migration, but is not one.
    NearMiss(NearMiss),
    /// Any other file, which is ignored: a README, a dot file.
    Other,
}

/// The name of a migration's file, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptName {
    /// The version or date as it is written: `003`.
    pub digits: String,
    /// Without version, suffix and extension; empty where it is left out. Includes the `_down` of
    /// a name in the plain style.
    pub name: String,
    pub suffix: Suffix,
    pub extension: &'static str,
}

/// The suffix before the extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Suffix {
    Up,
    Down,
    /// An up script, or a down script marked by `_down`, which only the files beside it show.
    None,
}

/// How the two scripts of a migration are distinguished.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// By `.up` and `.down`.
    Suffixed,
    /// By `_down` at the end of one name.
    Plain,
}

/// What a file of a pair is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Up,
    Down,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Up => "up",
            Self::Down => "down",
        })
    }
}

impl ScriptName {
    pub const fn style(&self) -> Style {
        match self.suffix {
            Suffix::Up | Suffix::Down => Style::Suffixed,
            Suffix::None => Style::Plain,
        }
    }

    /// What the migration is called if this file is the down script of a pair in the plain style:
    /// `scale` for `scale_down`, nothing for `down`.
    pub fn name_before_down(&self) -> Option<&str> {
        let rest = self.name.strip_suffix(DOWN_MARKER)?;
        match rest {
            "" => Some(""),
            rest => rest.strip_suffix('_').filter(|name| !name.is_empty()),
        }
    }

    /// The name of the migration whose down script this file is, if it is one.
    pub fn name_as_down(&self) -> &str {
        let shorter = match self.style() {
            Style::Plain => self.name_before_down(),
            Style::Suffixed => None,
        };
        shorter.unwrap_or(&self.name)
    }

    /// The name of a file beside this one, with the same number and extension.
    pub fn sibling(&self, name: &str, style: Style, role: Role) -> String {
        let (name, suffix) = match (style, role) {
            (Style::Suffixed, Role::Up) => (name.to_owned(), Suffix::Up),
            (Style::Suffixed, Role::Down) => (name.to_owned(), Suffix::Down),
            (Style::Plain, Role::Up) => (name.to_owned(), Suffix::None),
            (Style::Plain, Role::Down) if name.is_empty() => (DOWN_MARKER.to_owned(), Suffix::None),
            (Style::Plain, Role::Down) => (format!("{name}_{DOWN_MARKER}"), Suffix::None),
        };
        let sibling = Self {
            name,
            suffix,
            ..self.clone()
        };
        sibling.to_string()
    }

    /// The name of this file with another number.
    pub fn renumbered(&self, digits: &str) -> String {
        let renumbered = Self {
            digits: digits.to_owned(),
            ..self.clone()
        };
        renumbered.to_string()
    }
}

/// The name as that of a file.
impl fmt::Display for ScriptName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let separator = if self.name.is_empty() { "" } else { "_" };
        let suffix = match self.suffix {
            Suffix::Up => ".up",
            Suffix::Down => ".down",
            Suffix::None => "",
        };
        let Self {
            digits,
            name,
            extension,
            ..
        } = self;
        write!(f, "{digits}{separator}{name}{suffix}.{extension}")
    }
}

/// Why a name is not a migration's, and what it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NearMiss {
    /// The number that the name begins with, so that the gap it leaves is not reported as well.
    pub version: Option<Version>,
    pub message: String,
    pub help: String,
}

impl FileName {
    /// `path` is the file's path inside the directory, with `/` where it is in a subdirectory.
    pub fn parse(path: &str) -> Self {
        let name = path.rsplit('/').next().unwrap_or(path);
        if name.starts_with('.') || !looks_like_a_migration(name) {
            return Self::Other;
        }
        if path.contains('/') {
            return match belongs_above(name) {
                true => Self::NearMiss(in_subdirectory(name)),
                false => Self::Other,
            };
        }
        match parse_migration(name) {
            Ok(found) => found,
            Err((message, help)) => Self::NearMiss(NearMiss {
                version: leading_version(name),
                message,
                help,
            }),
        }
    }
}

/// Whether a name is a migration's, or close enough to one that ignoring it would be a surprise.
pub fn looks_like_a_migration(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let Some((stem, extension)) = lower.rsplit_once('.') else {
        return false;
    };
    // An editor's copy of the file before its last change.
    if extension.ends_with('~') {
        return false;
    }
    EXTENSIONS.contains(&extension)
        || is_numbered(name) && (extension == "sql" || has_role_suffix(stem))
}

/// Whether a file of a subdirectory was meant as a migration. Other SurrealQL, such as the data in
/// `seeds/people.surql`, may be kept there.
fn belongs_above(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let stem = lower.rsplit_once('.').map_or("", |(stem, _)| stem);
    is_numbered(name) || has_role_suffix(stem)
}

fn is_numbered(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_digit())
}

fn has_role_suffix(stem: &str) -> bool {
    [".up", ".down"].iter().any(|suffix| stem.ends_with(suffix))
}

/// A message and its help.
type Wrong = (String, String);

fn parse_migration(name: &str) -> Result<FileName, Wrong> {
    let (stem, extension) = split_extension(name)?;
    let (stem, suffix) = split_suffix(name, stem)?;
    let script_name = |digits: &str, rest| -> Result<ScriptName, Wrong> {
        Ok(ScriptName {
            digits: digits.to_owned(),
            name: parse_name(rest, name)?.to_owned(),
            suffix,
            extension,
        })
    };
    if let Some((date, digits, rest)) = Date::split_from(stem) {
        return Ok(FileName::Dated(date, script_name(digits, rest)?));
    }
    let (digits, rest) = split_digits(stem);
    let version = parse_version(digits)?;
    Ok(FileName::Migration(version, script_name(digits, rest)?))
}

fn split_extension(name: &str) -> Result<(&str, &'static str), Wrong> {
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    if let Some(exact) = EXTENSIONS.iter().find(|other| **other == extension) {
        return Ok((stem, exact));
    }
    let lower = extension.to_ascii_lowercase();
    Err(match EXTENSIONS.iter().find(|other| **other == lower) {
        Some(lower) => (
            format!("the extension is in upper case: `.{extension}`"),
            format!("rename it to `{stem}.{lower}`"),
        ),
        None => (
            format!("`.{extension}` is not the extension of a migration"),
            format!(
                "rename it to `{stem}.{}` (`.{}` is accepted as well)",
                EXTENSIONS[0], EXTENSIONS[1]
            ),
        ),
    })
}

fn split_suffix<'a>(name: &str, stem: &'a str) -> Result<(&'a str, Suffix), Wrong> {
    let Some((rest, suffix)) = stem.rsplit_once('.') else {
        return Ok((stem, Suffix::None));
    };
    match suffix {
        "up" => Ok((rest, Suffix::Up)),
        "down" => Ok((rest, Suffix::Down)),
        _ => {
            let lower = suffix.to_ascii_lowercase();
            if matches!(&*lower, "up" | "down") {
                let renamed = name.replacen(&format!(".{suffix}."), &format!(".{lower}."), 1);
                return Err((
                    format!("the suffix is in upper case: `.{suffix}`"),
                    format!("rename it to `{renamed}`"),
                ));
            }
            Err((
                format!("`.{suffix}` is neither `.up` nor `.down`"),
                "a name is made of letters, digits, `_` and `-`; the only suffixes are `.up` and `.down`"
                    .to_owned(),
            ))
        }
    }
}

fn parse_version(digits: &str) -> Result<Version, Wrong> {
    if digits.is_empty() {
        return Err((
            "the name does not begin with a version".to_owned(),
            "begin it with a number, as in `001_add_user.up.surql`".to_owned(),
        ));
    }
    match digits.parse::<Version>() {
        Ok(0) => Err((
            "version 0 stands for a database without migrations".to_owned(),
            "versions start at 1".to_owned(),
        )),
        Ok(version) => Ok(version),
        Err(_) => Err((
            format!("version {digits} is too large"),
            format!(
                "versions count 1, 2, 3, …, without gaps; the largest is {}",
                Version::MAX
            ),
        )),
    }
}

fn parse_name<'a>(rest: &'a str, name: &str) -> Result<&'a str, Wrong> {
    let Some(own_name) = rest.strip_prefix('_') else {
        return match rest.chars().next() {
            None => Ok(""),
            Some(found) => Err(not_separated(found, rest, name)),
        };
    };
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    match own_name.chars().find(|c| !allowed(*c)) {
        Some(found) => Err((
            format!("the name contains {found:?}"),
            "a name is made of the letters a to z and A to Z, digits, `_` and `-`".to_owned(),
        )),
        None if own_name.is_empty() => Err((
            "there is no name after the `_`".to_owned(),
            "write a name there, or leave the `_` out as well".to_owned(),
        )),
        None => Ok(own_name),
    }
}

fn not_separated(found: char, rest: &str, name: &str) -> Wrong {
    let separated = match rest.trim_start_matches(['-', '.', ' ']) {
        "" => "001_add_user.up.surql".to_owned(),
        own_name => name.replacen(rest, &format!("_{own_name}"), 1),
    };
    (
        format!("the version is followed by `{found}`"),
        format!("separate the version from the name with `_`, as in `{separated}`"),
    )
}

fn in_subdirectory(name: &str) -> NearMiss {
    NearMiss {
        version: leading_version(name),
        message: "this looks like a migration, but subdirectories are not read".to_owned(),
        help: format!(
            "move it up to the other migrations, as `{name}`; if it is not a migration, rename it so that it neither begins with a number nor ends with `.up` or `.down`"
        ),
    }
}

/// The version that a name begins with, if it is not a date.
pub fn leading_version(name: &str) -> Option<Version> {
    match Date::split_from(name) {
        Some(_) => None,
        None => split_digits(name).0.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn migration(name: &str) -> (Version, String, Suffix) {
        match FileName::parse(name) {
            FileName::Migration(version, found) => (version, found.name, found.suffix),
            other => panic!("{name}: {other:?}"),
        }
    }

    #[test]
    fn both_styles_both_extensions_with_and_without_a_name() {
        for (name, expected) in [
            ("003_add_user.up.surql", (3, "add_user", Suffix::Up)),
            ("003_add_user.down.surrealql", (3, "add_user", Suffix::Down)),
            ("3_add-user.surql", (3, "add-user", Suffix::None)),
            ("3_add_user_down.surql", (3, "add_user_down", Suffix::None)),
            ("3.surrealql", (3, "", Suffix::None)),
            ("3_down.surrealql", (3, "down", Suffix::None)),
            ("0003.up.surql", (3, "", Suffix::Up)),
        ] {
            let (version, own_name, suffix) = migration(name);
            assert_eq!((version, &*own_name, suffix), expected, "{name}");
        }
    }

    #[test]
    fn other_files_are_ignored() {
        for name in [
            "README.md",
            ".gitkeep",
            ".003_x.surql",
            "notes.txt",
            "3_x",
            "x.sql",
            "003_x.surql~",
            "003_x.up.surql~",
            "seeds/people.surql",
            "a/b/people.surrealql",
            "seeds/people.sql",
            "old/003_x.md",
            "old/003_x.up.surql~",
        ] {
            assert_eq!(FileName::parse(name), FileName::Other, "{name}");
        }
    }

    #[test]
    fn near_misses_are_reported() {
        for name in [
            "3x.surql",
            "x.surql",
            "003_x.up.sql",
            "003_x.sql",
            "003_x.SURQL",
            "003_x.UP.surql",
            "003_x.upp.surql",
            "0.surql",
            "4294967296_x.surql",
            "3_.surql",
            "3_a b.surql",
            "3_é.surql",
            "old/003_x.surql",
            "old/x.up.surql",
            "a/b/x.DOWN.surrealql",
            "old/3_x.sql",
            "003-x.surql",
            "003_x.up.surq",
        ] {
            assert!(
                matches!(FileName::parse(name), FileName::NearMiss(_)),
                "{name}"
            );
        }
    }
}
