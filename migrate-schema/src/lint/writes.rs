//! What becomes of writes.

use super::check::Found;
use super::name::Lint;
use super::script::{At, mentions};
use crate::effect::{Effect, Name, with_branches};
use crate::model::Object;

pub(super) fn check<P: Clone>(here: &At<'_, '_, P>) -> Vec<Found> {
    let mut found = events_fired(here);
    found.extend(ignored(here));
    found.extend(not_restored(here));
    found
}

/// Fields whose new value the engine drops without a word.
fn ignored<P: Clone>(here: &At<'_, '_, P>) -> Vec<Found> {
    let written = with_branches(here.step().effects).into_iter();
    let written = written.flat_map(|effect| match effect {
        Effect::Updates { target, fields } => {
            fields.iter().map(|field| (&target.table, field)).collect()
        }
        _ => Vec::new(),
    });
    let found = written.filter_map(|(table, field)| {
        let is_end = matches!(&**field, "in" | "out");
        let is_computed = || here.field(table, field).is_some_and(|it| it.is_computed);
        let is_relation = || here.table(table).is_some_and(|it| it.is_relation);
        let (reason, help) = if is_end && is_relation() {
            (
                "an edge keeps its ends",
                format!("delete the edge, and write `RELATE …->{table}->…`"),
            )
        } else if is_computed() {
            (
                "it is `COMPUTED`",
                "change what it is computed from".to_owned(),
            )
        } else {
            return None;
        };
        Some(Found {
            lint: Lint::IgnoredWrite,
            message: format!("what is written to `{field}` of `{table}` is ignored: {reason}"),
            help,
        })
    });
    found.collect()
}

/// Records that stay as they are when the migration is reverted.
fn not_restored<P: Clone>(here: &At<'_, '_, P>) -> Option<Found> {
    let down = here.around.down()?;
    let effects = with_branches(here.step().effects).into_iter();
    let mut rewritten = effects.filter_map(|effect| match effect {
        Effect::Updates { target, .. } | Effect::Deletes { target } => Some(&target.table),
        _ => None,
    });
    let table = rewritten.find(|table| here.may_hold_records(table) && !mentions(down, table))?;
    Some(Found {
        lint: Lint::RecordsNotRestored,
        message: format!("the down script leaves the records of `{table}` as this makes them"),
        help: format!(
            "restore them there, or say in a comment there that mentions `{table}` why that is not needed"
        ),
    })
}

/// Whether an event has no condition, which could be about this change.
fn runs_always<P: Clone>(here: &At<'_, '_, P>, table: &Name, event: &Name) -> bool {
    let object = Object::Event(table.clone(), event.clone());
    let definition = here.definition(&object);
    let statement = definition.map(|(definition, _)| definition.to_string());
    let when = statement.as_deref().and_then(|it| it.split_once(" WHEN "));
    when.is_some_and(|(_, condition)| condition.starts_with("true "))
}

/// Events that run once for each record.
fn events_fired<P: Clone>(here: &At<'_, '_, P>) -> Vec<Found> {
    let mut tables = Vec::new();
    for effect in here.step().effects {
        let (Effect::Updates { target, .. } | Effect::Deletes { target }) = effect else {
            continue;
        };
        let is_all = target.record.is_none() && !tables.contains(&&target.table);
        if is_all && here.may_hold_records(&target.table) {
            tables.push(&target.table);
        }
    }
    let found = tables.into_iter().filter_map(|table| {
        let mut events = here.before.events_on(table).into_iter();
        let event = events.find(|event| runs_always(here, table, event))?;
        Some(Found {
            lint: Lint::EventsFired,
            message: format!("event `{event}` of `{table}` runs for each record that this changes"),
            help: format!(
                "if it is not meant to, write `REMOVE EVENT {event} ON {table};` before this statement, and define it again behind it"
            ),
        })
    });
    found.collect()
}
