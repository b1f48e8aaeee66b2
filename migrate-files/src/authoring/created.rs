//! Records that an up script creates by their keys: its down script deletes them.

use migrate_schema::effect::{Effect, Name, Target};
use migrate_schema::model::{Object, Schema, State};
use migrate_schema::parse::parse;

use crate::script::Script;
use crate::set::At;

/// The records that an up script certainly adds to tables that stay, each with the statement that deletes
/// it. Where one is there already, the up script fails.
pub fn created(
    up: &Script,
    before: &Schema<'_, At<'_>>,
    after: &Schema<'_, At<'_>>,
) -> Vec<(Target, String)> {
    let statements = parse(&up.text).statements;
    let effects = statements.iter().flat_map(|statement| &statement.effects);
    let created = effects.filter_map(|effect| match effect {
        Effect::Creates {
            target,
            or_updates: false,
        } if target.record.is_some() => Some(target.clone()),
        _ => None,
    });
    let stays = |target: &Target| {
        let table = Object::Table(target.table.clone());
        let was_there = !matches!(before.state(&table), State::Absent(_));
        was_there && !matches!(after.state(&table), State::Absent(_))
    };
    let mut found: Vec<(Target, String)> = Vec::new();
    for target in created.filter(stays) {
        let is_known = found.iter().any(|(it, _)| *it == target);
        if let (false, Some(statement)) = (is_known, delete(&target)) {
            found.push((target, statement));
        }
    }
    found
}

/// The statement that deletes one record, if it can be written.
fn delete(target: &Target) -> Option<String> {
    let key = target.record.as_ref()?;
    let is_word = |key: &str| {
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
        key.starts_with(|c: char| c.is_ascii_alphabetic()) && key.chars().all(is_part)
    };
    let inner = key.strip_prefix('\'').and_then(|it| it.strip_suffix('\''));
    let key: Name = match inner {
        Some(word) if is_word(word) => word.to_owned().into(),
        Some(text) if !text.contains(['`', '\\']) => format!("`{text}`").into(),
        _ => key.clone(),
    };
    let table = Object::Table(target.table.clone()).words("");
    let table = table.trim_start_matches("TABLE ");
    let statement = format!("DELETE {table}:{key}");
    let parsed = parse(&statement).statements;
    let is_meant = parsed.iter().any(|it| {
        let deletes = Effect::Deletes {
            target: target.clone(),
        };
        it.effects.contains(&deletes)
    });
    is_meant.then_some(statement)
}
