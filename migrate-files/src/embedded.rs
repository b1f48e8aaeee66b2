//! The constructors under short names, for the macro's output: a call is a third of the tokens of a
//! struct literal, and what is expanded is paid for by the token.

use std::borrow::Cow;

use migrate_schema::{Execution, StatementSpan};

use crate::checksum::Checksum;
use crate::migration::{Migration, Replaced, Version};
use crate::script::Script;

/// A migration whose up script runs in one transaction.
#[must_use]
pub const fn migration(
    version: Version,
    name: &'static str,
    checksum: &'static [u8; 32],
    up: Script,
    down: Option<Script>,
) -> Migration {
    Migration::embedded(version, name, checksum, up, down, &[])
}

/// A migration whose up script runs statement by statement.
#[must_use]
pub const fn per_statement(
    version: Version,
    name: &'static str,
    checksum: &'static [u8; 32],
    up: Script,
    down: Option<Script>,
) -> Migration {
    Migration::embedded(version, name, checksum, up, down, &[])
        .with_execution(Execution::PerStatement)
}

/// A migration that stands for all up to its version.
#[must_use]
pub const fn baseline(
    version: Version,
    name: &'static str,
    checksum: &'static [u8; 32],
    up: Script,
    down: Option<Script>,
    replaces: &'static [Replaced],
) -> Migration {
    Migration::embedded(version, name, checksum, up, down, replaces)
}

/// A migration that a baseline stands for.
#[must_use]
pub const fn replaced(
    version: Version,
    name: &'static str,
    checksum: Option<&'static [u8; 32]>,
) -> Replaced {
    Replaced {
        version,
        name: Cow::Borrowed(name),
        checksum: match checksum {
            Some(bytes) => Some(Checksum::from_bytes(*bytes)),
            None => None,
        },
    }
}

/// The text of a file.
#[must_use]
pub const fn script(
    file: &'static str,
    text: &'static str,
    statements: &'static [StatementSpan],
) -> Script {
    Script::embedded(file, text, statements, "")
}

/// The text of a file, and what it does, encoded.
#[must_use]
pub const fn script_with(
    file: &'static str,
    text: &'static str,
    statements: &'static [StatementSpan],
    effects: &'static str,
) -> Script {
    Script::embedded(file, text, statements, effects)
}

/// Where a statement is.
#[must_use]
pub const fn span(start: u32, end: u32) -> StatementSpan {
    StatementSpan::new(start, end)
}
