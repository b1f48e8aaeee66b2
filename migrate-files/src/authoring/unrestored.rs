//! What a down script does not bring back: records, and what the text of the up script leaves open.

use std::collections::BTreeSet;

use migrate_schema::Statement;
use migrate_schema::effect::{Effect, Name, Target, with_branches};
use migrate_schema::model::{Change, Clauses, Definition, Object, Schema, State};
use migrate_schema::parse::parse;
use migrate_schema::transition::Transition;

use crate::script::Script;
use crate::set::At;

/// What of an up script the statements of a transition do not undo, in words.
pub fn unrestored(
    up: &Script,
    before: &Schema<'_, At<'_>>,
    after: &Schema<'_, At<'_>>,
    transition: &Transition,
    deleted: &[(Target, String)],
) -> Vec<String> {
    let statements = parse(&up.text).statements;
    let mut found = Vec::new();
    found.extend(removed_tables(before, after));
    for statement in &statements {
        let line = up.place(statement.span.start as usize).line;
        for what in of_statement(up, statement, before, after, transition, deleted) {
            found.push(format!("{what} (line {line})"));
        }
    }
    found.extend(computed_fields(before, after));
    found.extend(transition.open.iter().map(|object| {
        format!("{object}, of which the scripts do not tell whether it was there, and how")
    }));
    found.extend(transition.renewed.iter().map(|object| match object {
        Object::Sequence(_) => format!("the numbers of {object}, which begin anew"),
        object => format!("the key of {object}, which gets another one"),
    }));
    found.extend(transition.stale.iter().map(|index| {
        format!(
            "what {index} finds, until a later migration does `REBUILD {}`",
            index.words("")
        )
    }));
    found.extend(transition.beside_analyzer.iter().map(|index| {
        format!(
            "{index}, where its table has records: the engine does not find an analyzer that is defined in the same transaction, and refuses the whole script"
        )
    }));
    let mut known = BTreeSet::new();
    found.retain(|it| known.insert(it.clone()));
    found
}

/// The tables with records that the up script removes.
fn removed_tables<'a>(
    before: &'a Schema<'_, At<'_>>,
    after: &'a Schema<'_, At<'_>>,
) -> impl Iterator<Item = String> {
    let tables = before.present().into_iter().filter(|object| {
        let is_gone = matches!(after.state(object), State::Absent(_));
        matches!(object, Object::Table(_)) && is_gone && !is_view(before, object)
    });
    tables.map(|table| format!("the records of {table}"))
}

/// The fields whose values the engine makes from then on, instead of those that were there.
fn computed_fields<'a>(
    before: &'a Schema<'_, At<'_>>,
    after: &'a Schema<'_, At<'_>>,
) -> impl Iterator<Item = String> {
    let is_computed = |schema: &Schema<'_, At<'_>>, object: &Object| {
        let definition = definition(schema, object)?;
        match definition.clauses() {
            Clauses::Field(field) => Some(field.is_computed),
            _ => None,
        }
    };
    let fields = before.present().into_iter().filter(move |object| {
        is_computed(before, object) == Some(false) && is_computed(after, object) == Some(true)
    });
    fields.map(|field| format!("the values of {field}, which is computed then"))
}

/// What a statement does to records, as far as it is not undone with the definitions.
fn of_statement(
    up: &Script,
    statement: &Statement,
    before: &Schema<'_, At<'_>>,
    after: &Schema<'_, At<'_>>,
    transition: &Transition,
    deleted: &[(Target, String)],
) -> Vec<String> {
    let mut found = Vec::new();
    let is_deleted = |target: &Target| deleted.iter().any(|(it, _)| it == target);
    let was_there = |table: &Name| {
        let table = Object::Table(table.clone());
        !matches!(before.state(&table), State::Absent(_))
            && !matches!(after.state(&table), State::Absent(_))
    };
    let effects = with_branches(&statement.effects).into_iter();
    for effect in effects {
        found.extend(match effect {
            Effect::Creates { target, .. } if is_deleted(target) => None,
            Effect::Creates { target, .. } if was_there(&target.table) => {
                Some(format!("the records that are added to `{}`", target.table))
            }
            Effect::Updates { target, fields } if was_there(&target.table) => {
                let is_unset = |field: &Name| transition.unsets(&target.table, field);
                let is_undone = match &**fields {
                    [] => only_computes(up.statement_text(statement.span)),
                    fields => fields.iter().all(is_unset),
                };
                (!is_undone).then(|| format!("the records of `{}` that are changed", target.table))
            }
            Effect::Deletes { target } if was_there(&target.table) => Some(format!(
                "the records of `{}` that are deleted",
                target.table
            )),
            Effect::RemovesTable { table, .. }
                if was_there(table) && !is_view(before, &Object::Table(table.clone())) =>
            {
                Some(format!("the records of table `{table}`"))
            }
            _ => None,
        });
    }
    if found.is_empty() && is_open(up, statement) {
        let is_nameless = statement.changes.contains(&Change::MayChangeAnything);
        found.push(match is_nameless {
            true => "what a statement does to what its text does not name".to_owned(),
            false => "what a statement does to records that its text does not name".to_owned(),
        });
    }
    if !statement.outside.is_empty() {
        found.push("what is done outside of this database".to_owned());
    }
    found
}

/// Whether an `UPDATE` writes nothing itself, but has the engine compute what it computes with each
/// write.
fn only_computes(update: &str) -> bool {
    const WRITES: [&str; 6] = ["SET", "UNSET", "CONTENT", "MERGE", "PATCH", "REPLACE"];
    !has_word(update, &WRITES)
}

/// Whether the text of a statement leaves open which records it changes, or whether any.
pub fn is_open(up: &Script, statement: &Statement) -> bool {
    const WRITES: [&str; 6] = ["CREATE", "UPDATE", "UPSERT", "INSERT", "RELATE", "DELETE"];
    let calls = statement.changes.iter().any(|change| {
        matches!(
            change,
            Change::Calls(_) | Change::MayChangeAnything | Change::MayWrite(None)
        )
    });
    let is_definition = statement.changes.iter().any(|change| {
        matches!(
            change,
            Change::Defines { .. } | Change::Alters { .. } | Change::Removes { .. }
        )
    });
    let writes = || has_word(up.statement_text(statement.span), &WRITES);
    calls || statement.effects.is_empty() && !is_definition && writes()
}

fn has_word(text: &str, words: &[&str]) -> bool {
    let mut all = text.split(|c: char| !c.is_ascii_alphabetic());
    all.any(|word| words.iter().any(|it| it.eq_ignore_ascii_case(word)))
}

fn definition(schema: &Schema<'_, At<'_>>, object: &Object) -> Option<Definition> {
    match schema.state(object) {
        State::Present { definition, .. } => definition,
        _ => None,
    }
}

fn is_view(schema: &Schema<'_, At<'_>>, table: &Object) -> bool {
    definition(schema, table).is_some_and(|it| match it.clauses() {
        Clauses::Table(table) => table.view.is_some(),
        _ => false,
    })
}
