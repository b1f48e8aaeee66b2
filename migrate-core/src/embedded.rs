//! What the macro's output calls: functions rather than struct literals, for they are a third of the
//! tokens.

use std::borrow::Cow;

use crate::{Checksum, Execution, Migration, Script, Statement, Version};

/// A migration whose up script runs in one transaction.
#[must_use]
pub const fn migration(
    version: Version,
    name: &'static str,
    checksum: &'static [u8; 32],
    up: Script,
    down: Option<Script>,
) -> Migration {
    Migration {
        version,
        name: Cow::Borrowed(name),
        up,
        down,
        checksum: Checksum(*checksum),
        execution: Execution::Transaction,
    }
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
    let mut migration = migration(version, name, checksum, up, down);
    migration.execution = Execution::PerStatement;
    migration
}

/// The text of a file.
#[must_use]
pub const fn script(
    file: &'static str,
    text: &'static str,
    statements: &'static [Statement],
) -> Script {
    Script {
        file: Cow::Borrowed(file),
        text: Cow::Borrowed(text),
        statements: Cow::Borrowed(statements),
    }
}
