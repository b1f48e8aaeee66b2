//! The constructors under short names, for the macro's output: a call is a third of the tokens of a
//! struct literal, and what is expanded is paid for by the token.

use std::borrow::Cow;

use migrate_schema::effect::{Effect, Effects, Name, Target};
pub use migrate_schema::effect::{IndexKind, IndexMode, Lookup};
use migrate_schema::{Execution, StatementSpan};

use crate::migration::{Migration, Version};
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
    Migration::embedded(version, name, checksum, up, down)
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
    Migration::embedded(version, name, checksum, up, down).with_execution(Execution::PerStatement)
}

/// The text of a file.
#[must_use]
pub const fn script(
    file: &'static str,
    text: &'static str,
    statements: &'static [StatementSpan],
) -> Script {
    Script::embedded(file, text, statements, &[])
}

/// The text of a file, and what it does.
#[must_use]
pub const fn script_with(
    file: &'static str,
    text: &'static str,
    statements: &'static [StatementSpan],
    effects: &'static [Effect],
) -> Script {
    Script::embedded(file, text, statements, effects)
}

/// Where a statement is.
#[must_use]
pub const fn span(start: u32, end: u32) -> StatementSpan {
    StatementSpan::new(start, end)
}

/// A name in a list.
#[must_use]
pub const fn name(name: &'static str) -> Name {
    Cow::Borrowed(name)
}

/// The records of a table.
#[must_use]
pub const fn all(table: &'static str) -> Target {
    Target {
        table: name(table),
        record: None,
    }
}

/// One record of a table.
#[must_use]
pub const fn one(table: &'static str, record: &'static str) -> Target {
    Target {
        table: name(table),
        record: Some(name(record)),
    }
}

/// [`Effect::CreatesTable`]
#[must_use]
pub const fn creates_table(table: &'static str) -> Effect {
    Effect::CreatesTable { table: name(table) }
}

/// [`Effect::FillsView`]
#[must_use]
pub const fn fills_view(table: &'static str, sources: &'static [Name]) -> Effect {
    Effect::FillsView {
        table: name(table),
        sources: Cow::Borrowed(sources),
    }
}

/// [`Effect::RemovesTable`]
#[must_use]
pub const fn removes_table(table: &'static str, if_exists: bool) -> Effect {
    Effect::RemovesTable {
        table: name(table),
        if_exists,
    }
}

/// [`Effect::AddsComputed`]
#[must_use]
pub const fn adds_computed(table: &'static str, field: &'static str) -> Effect {
    Effect::AddsComputed {
        table: name(table),
        field: name(field),
    }
}

/// [`Effect::DefinesIndex`]
#[must_use]
pub const fn defines_index(
    table: &'static str,
    index: &'static str,
    mode: IndexMode,
    kind: IndexKind,
    fields: &'static [Name],
) -> Effect {
    Effect::DefinesIndex {
        table: name(table),
        index: name(index),
        mode,
        kind,
        fields: Cow::Borrowed(fields),
    }
}

/// [`Effect::RemovesIndex`]
#[must_use]
pub const fn removes_index(table: &'static str, index: &'static str) -> Effect {
    Effect::RemovesIndex {
        table: name(table),
        index: name(index),
    }
}

/// [`Effect::RebuildsIndex`]
#[must_use]
pub const fn rebuilds_index(table: &'static str, index: &'static str) -> Effect {
    Effect::RebuildsIndex {
        table: name(table),
        index: name(index),
    }
}

/// [`Effect::Creates`]
#[must_use]
pub const fn creates(target: Target, or_updates: bool) -> Effect {
    Effect::Creates { target, or_updates }
}

/// [`Effect::Updates`]
#[must_use]
pub const fn updates(target: Target, fields: &'static [Name]) -> Effect {
    Effect::Updates {
        target,
        fields: Cow::Borrowed(fields),
    }
}

/// [`Effect::Deletes`]
#[must_use]
pub const fn deletes(target: Target) -> Effect {
    Effect::Deletes { target }
}

/// [`Effect::Reads`]
#[must_use]
pub const fn reads(table: &'static str, by: Lookup) -> Effect {
    Effect::Reads {
        table: name(table),
        by,
    }
}

/// [`Effect::DefinesSequence`]
#[must_use]
pub const fn defines_sequence(sequence: &'static str, overwrite: bool) -> Effect {
    Effect::DefinesSequence {
        sequence: name(sequence),
        overwrite,
    }
}

/// [`Effect::RemovesSequence`]
#[must_use]
pub const fn removes_sequence(sequence: &'static str) -> Effect {
    Effect::RemovesSequence {
        sequence: name(sequence),
    }
}

/// [`Effect::TakesFromSequence`]
#[must_use]
pub const fn takes_from_sequence(sequence: &'static str) -> Effect {
    Effect::TakesFromSequence {
        sequence: name(sequence),
    }
}

/// [`Effect::Either`]
#[must_use]
pub const fn either(branches: &'static [Effects]) -> Effect {
    Effect::Either(Cow::Borrowed(branches))
}

/// A branch of [`Effect::Either`].
#[must_use]
pub const fn branch(effects: &'static [Effect]) -> Effects {
    Cow::Borrowed(effects)
}
