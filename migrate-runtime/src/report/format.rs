//! What the tables and the errors share in how they print.

use migrate_files::Version;
use surrealdb::types::Datetime;

/// A migration as messages name it: `7 (search)`.
pub(crate) fn title(version: Version, name: &str) -> String {
    match name {
        "" => version.to_string(),
        name => format!("{version} ({name})"),
    }
}

/// `1 migration`, `2 migrations`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}

/// A time without the fraction of its second.
pub(crate) fn seconds(time: &Datetime) -> String {
    time.into_inner()
        .format("%Y-%m-%d %H:%M:%S UTC")
        .to_string()
}

/// The width of a table's column of names.
pub(crate) fn name_width<'a>(names: impl Iterator<Item = &'a str>) -> usize {
    names.map(|name| name.chars().count()).max().unwrap_or(0)
}
