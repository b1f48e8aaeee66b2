//! What becomes of writes.

use super::name::Lint;
use super::script::{At, mentions};
use super::warning::Warning;
use crate::effect::{Effect, Name, with_branches};
use crate::model::Object;
use crate::path::root;

pub(super) fn check<P: Clone>(here: &At<'_, '_, P>) -> Vec<Warning> {
    let mut found = Vec::new();
    for table in changed_throughout(here) {
        found.extend(events_fired(here, table));
        found.extend(values_moved(here, table));
        found.extend(written_at_once(here, table));
    }
    found.extend(ignored(here));
    found.extend(unknown(here));
    found.extend(never_null(here));
    found.extend(not_restored(here));
    found
}

/// Fields whose new value the engine drops without a word.
fn ignored<P: Clone>(here: &At<'_, '_, P>) -> Vec<Warning> {
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
        let is_relation = || here.table(table).is_some_and(|it| it.is_relation());
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
        Some(Warning {
            lint: Lint::IgnoredWrite,
            message: format!("what is written to `{field}` of `{table}` is ignored: {reason}"),
            help,
        })
    });
    found.collect()
}

/// Records that stay as they are when the migration is reverted.
fn not_restored<P: Clone>(here: &At<'_, '_, P>) -> Option<Warning> {
    let down = here.around.down()?;
    let effects = with_branches(here.step().effects).into_iter();
    let mut rewritten = effects.filter_map(|effect| match effect {
        Effect::Updates { target, .. } | Effect::Deletes { target } => Some(&target.table),
        _ => None,
    });
    let table = rewritten.find(|table| here.may_hold_records(table) && !mentions(down, table))?;
    Some(Warning {
        lint: Lint::RecordsNotRestored,
        message: format!("the down script leaves the records of `{table}` as this makes them"),
        help: format!(
            "restore them there, or say in a comment there that mentions `{table}` why that is not needed"
        ),
    })
}

/// Whether an event has no condition, which could be about this change.
fn runs_always<P: Clone>(here: &At<'_, '_, P>, object: &Object) -> bool {
    if !matches!(object, Object::Event(..)) {
        return false;
    }
    let definition = here.definition(object);
    let statement = definition.map(|(definition, _)| definition.to_string());
    let when = statement.as_deref().and_then(|it| it.split_once(" WHEN "));
    when.is_some_and(|(_, condition)| condition.starts_with("true "))
}

/// The tables of which a statement changes many of the records that were there before.
fn changed_throughout<'c, P: Clone>(here: &At<'c, '_, P>) -> Vec<&'c Name> {
    let mut tables = Vec::new();
    for effect in here.step().effects {
        let (Effect::Updates { target, .. } | Effect::Deletes { target }) = effect else {
            continue;
        };
        let is_new = !tables.contains(&&target.table);
        if target.record.is_none() && is_new && here.may_hold_records(&target.table) {
            tables.push(&target.table);
        }
    }
    tables
}

/// Events that run once for each record.
fn events_fired<P: Clone>(here: &At<'_, '_, P>, table: &Name) -> Option<Warning> {
    let mut events = here.before.present_on(table).into_iter();
    let event = events.find(|object| runs_always(here, object))?;
    let event = event.name();
    Some(Warning {
        lint: Lint::EventsFired,
        message: format!("event `{event}` of `{table}` runs for each record that this changes"),
        help: format!(
            "if it is not meant to, write `REMOVE EVENT {event} ON {table};` before this statement, and define it again behind it"
        ),
    })
}

/// Fields that say when their record was last written.
fn values_moved<P: Clone>(here: &At<'_, '_, P>, table: &Name) -> Option<Warning> {
    let is_update = |effect: &&Effect| matches!(effect, Effect::Updates { target, .. } if target.table == *table);
    here.step().effects.iter().find(is_update)?;
    let mut fields = here.before.present_on(table).into_iter();
    let takes_time = |object: &Object| {
        let definition = here.definition(object);
        let statement = definition.map(|(definition, _)| definition.to_string());
        let is_field = matches!(object, Object::Field(..));
        is_field && statement.is_some_and(|it| it.contains(" VALUE time::now()"))
    };
    let field = fields.find(takes_time)?;
    let field = field.name();
    Some(Warning {
        lint: Lint::ValuesMoved,
        message: format!(
            "`{field}` of each record of `{table}` that this changes is set to the time of the migration"
        ),
        help: format!(
            "if it is not meant to be, redefine `{field}` without `VALUE` before this statement, and with it behind it"
        ),
    })
}

/// Records of which others may write some meanwhile.
fn written_at_once<P: Clone>(here: &At<'_, '_, P>, table: &Name) -> Option<Warning> {
    // One that selects some of them, as this recommends.
    let is_limited = mentions(here.step().text, "LIMIT");
    (!is_limited).then(|| Warning {
        lint: Lint::WholeTableWrite,
        message: format!(
            "this changes the records of `{table}` in one transaction, which fails and starts again when somebody else writes one of them meanwhile"
        ),
        help: format!(
            "write some at a time, with `-- migrate: per-statement` and `(SELECT VALUE id FROM {table} WHERE … LIMIT 1000)` for the table"
        ),
    })
}

/// Fields that a table without others than those that are defined does not have.
fn unknown<P: Clone>(here: &At<'_, '_, P>) -> Vec<Warning> {
    let written = with_branches(here.step().effects).into_iter();
    let written = written.flat_map(|effect| match effect {
        Effect::Updates { target, fields } => {
            fields.iter().map(|field| (&target.table, field)).collect()
        }
        _ => Vec::new(),
    });
    let found = written.filter_map(|(table, path)| {
        let field = Some(root(path)).filter(|it| !it.is_empty())?;
        let object = Object::Field(table.clone(), field.to_owned().into());
        let is_cleared = || mentions(here.step().text, "UNSET");
        if !here.before.has_no_field(&object) || is_cleared() {
            return None;
        }
        let fields = here.before.present_on(table);
        let fields = fields.iter().filter(|it| matches!(it, Object::Field(..)));
        let similar = here.around.similar(field, fields.map(Object::name).collect());
        Some(Warning {
            lint: Lint::UnknownField,
            message: format!(
                "this fails as soon as it meets a record: `{table}` is `SCHEMAFULL`, and has no field `{field}`"
            ),
            help: match similar {
                Some(similar) => format!("did you mean `{similar}`?"),
                None => "define it before this statement".to_owned(),
            },
        })
    });
    found.collect()
}

/// Conditions that are the same for all records.
fn never_null<P: Clone>(here: &At<'_, '_, P>) -> Vec<Warning> {
    let fields = here.step().compared_with_null.iter();
    let found = fields.filter_map(|object| {
        let (table, path) = (object.table()?, object.name());
        let clauses = here.field(table, path)?;
        let has_its_type = clauses.kinds.is_some() && !clauses.is_redefined;
        let is_schemafull = here.table(table).is_some_and(|it| it.is_schemafull);
        let is_stored = is_schemafull && !clauses.is_computed;
        if !has_its_type || !is_stored || clauses.accepts("null") {
            return None;
        }
        let instead = match clauses.accepts_none() {
            true => format!("write `{path} = NONE` or `{path} != NONE`"),
            false => "remove the comparison".to_owned(),
        };
        Some(Warning {
            lint: Lint::NeverNull,
            message: format!(
                "`{path}` of `{table}` is never NULL, so that the comparison says the same of each record"
            ),
            help: instead,
        })
    });
    found.collect()
}
