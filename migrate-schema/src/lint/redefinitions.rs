//! What a definition does to the one that is there already.

use std::collections::BTreeSet;
use std::fmt::Display;

use super::name::Lint;
use super::script::{At, any, mentions};
use super::warning::Warning;
use crate::effect::{Effect, Name};
use crate::execution::Execution;
use crate::model::{
    Change, Clauses, Definition, FieldClauses, FieldDefault, Mode, Object, State, TableClauses,
};

pub(super) fn check<P: Clone + Display>(here: &At<'_, '_, P>, change: &Change) -> Vec<Warning> {
    let Change::Defines {
        object,
        mode,
        definition: Some(new),
        ..
    } = change
    else {
        return Vec::new();
    };
    match mode {
        Mode::Plain => Vec::new(),
        Mode::IfNotExists => kept(here, object, new).into_iter().collect(),
        Mode::Overwrite => match here.definition(object) {
            Some((old, at)) => overwritten(here, object, (&old, &at), new),
            None => Vec::new(),
        },
    }
}

fn kept<P: Clone + Display>(
    here: &At<'_, '_, P>,
    object: &Object,
    new: &Definition,
) -> Option<Warning> {
    let State::Present { at, definition, .. } = here.before.state(object) else {
        return None;
    };
    // Without a clause it only says that the table is to be there.
    if matches!(new.clauses(), Clauses::Table(clauses) if *clauses == TableClauses::default()) {
        return None;
    }
    let is_another = definition.is_some_and(|old| old.differs_from(new));
    is_another.then(|| Warning {
        lint: Lint::DefinitionKept,
        message: format!("this has no effect: {object} is there with another definition, {at}"),
        help: format!(
            "write `DEFINE {} …` to replace that one, or remove this statement",
            object.words(Mode::Overwrite.words())
        ),
    })
}

fn overwritten<P: Clone + Display>(
    here: &At<'_, '_, P>,
    object: &Object,
    old: (&Definition, &P),
    new: &Definition,
) -> Vec<Warning> {
    let (was, is) = (old.0.clauses(), new.clauses());
    let mut found = Vec::new();
    if let (Clauses::Table(was), Clauses::Table(is)) = (was, is) {
        found.extend(view_replaced(object, was, is));
    }
    if matches!(object, Object::Analyzer(_)) && old.0.differs_from(new) {
        found.extend(stale_indexes(here, object));
    }
    if here.is_changed_again(object) {
        return found;
    }
    if let Some(effect) = without_permissions(was, is) {
        found.extend(permissions_dropped(here, old, effect));
    }
    let dropped = dropped(was, is);
    // Where nothing else changes, that is what the statement is for.
    if !dropped.is_empty() && !is_without_a_part(&new.to_string(), &old.0.to_string()) {
        found.push(clauses_dropped(object, old.1, &dropped));
    }
    found
}

/// What it means that the permissions are gone, if there were some.
const fn without_permissions(old: &Clauses, new: &Clauses) -> Option<&'static str> {
    match (old, new) {
        (Clauses::Table(old), Clauses::Table(new))
            if old.has_permissions && !new.has_permissions =>
        {
            Some("no record user may use it from here on")
        }
        (Clauses::Field(old), Clauses::Field(new)) if old.is_restricted && !new.is_restricted => {
            Some("every user who may use the table may use it from here on")
        }
        (
            Clauses::Callable {
                is_restricted: true,
            },
            Clauses::Callable {
                is_restricted: false,
            },
        ) => Some("everybody may use it from here on"),
        _ => None,
    }
}

fn permissions_dropped<P: Clone + Display>(
    here: &At<'_, '_, P>,
    (old, at): (&Definition, &P),
    effect: &str,
) -> Option<Warning> {
    // Written out, they are meant.
    if mentions(here.step().text, "PERMISSIONS") {
        return None;
    }
    let statement = old.to_string();
    let permissions = statement
        .rfind(" PERMISSIONS ")
        .map(|at| &statement[at + 1..]);
    let permissions = permissions.unwrap_or("PERMISSIONS …").trim();
    Some(Warning {
        lint: Lint::PermissionsDropped,
        message: format!("`OVERWRITE` drops the permissions that were defined in {at}: {effect}"),
        help: format!("repeat them: `{permissions}`"),
    })
}

fn clauses_dropped<P: Display>(object: &Object, at: &P, dropped: &[&str]) -> Warning {
    let clauses: Vec<String> = dropped.iter().map(|clause| format!("`{clause}`")).collect();
    Warning {
        lint: Lint::ClauseDropped,
        message: format!(
            "`OVERWRITE` drops {} of the definition in {at}",
            clauses.join(" and ")
        ),
        help: format!(
            "repeat it; to drop it, write `ALTER {} DROP {}`",
            object.words(""),
            dropped.first().copied().unwrap_or_default()
        ),
    }
}

/// Whether a text is another one with one part left out.
fn is_without_a_part(text: &str, whole: &str) -> bool {
    let common = text.bytes().zip(whole.bytes());
    let before = common.take_while(|(a, b)| a == b).count();
    let common = text.bytes().rev().zip(whole.bytes().rev());
    let behind = common.take_while(|(a, b)| a == b).count();
    before + behind >= text.len()
}

/// The clauses that are easily forgotten, and gone.
fn dropped(old: &Clauses, new: &Clauses) -> Vec<&'static str> {
    let clauses: Vec<(&str, bool)> = match (old, new) {
        (Clauses::Field(old), Clauses::Field(new)) => of_field(old, new).into(),
        (Clauses::Table(old), Clauses::Table(new)) if old.view.is_none() && new.view.is_none() => {
            vec![("CHANGEFEED", old.has_changefeed && !new.has_changefeed)]
        }
        _ => Vec::new(),
    };
    let dropped = clauses.into_iter().filter(|(_, is_dropped)| *is_dropped);
    dropped.map(|(clause, _)| clause).collect()
}

/// A default, a reference or a flexible object may not fit another type.
fn of_field(old: &FieldClauses, new: &FieldClauses) -> [(&'static str, bool); 4] {
    let is_same_type = old.kinds == new.kinds;
    let is_stored = !new.is_computed;
    let had_default = old.default != FieldDefault::None;
    let gets_value = new.default != FieldDefault::None || new.has_value;
    [
        (
            "DEFAULT",
            is_same_type && is_stored && had_default && !gets_value,
        ),
        ("READONLY", is_stored && old.is_readonly && !new.is_readonly),
        (
            "REFERENCE",
            is_same_type && old.is_reference && !new.is_reference,
        ),
        (
            "FLEXIBLE",
            is_same_type && old.is_flexible && !new.is_flexible,
        ),
    ]
}

fn view_replaced(object: &Object, old: &TableClauses, new: &TableClauses) -> Option<Warning> {
    let sources = |table: &TableClauses| -> Option<BTreeSet<Name>> {
        let view = table.view.as_ref()?;
        Some(view.sources.iter().cloned().collect())
    };
    let (was, is) = (sources(old)?, sources(new).unwrap_or_default());
    let left: Vec<String> = was.difference(&is).map(|it| format!("`{it}`")).collect();
    if left.is_empty() {
        return None;
    }
    let name = object.name();
    Some(Warning {
        lint: Lint::ViewReplaced,
        message: format!(
            "{} goes on writing into `{name}`: `OVERWRITE` does not end the old view",
            left.join(" and ")
        ),
        help: format!("write `REMOVE TABLE {name};` before it, and define it without `OVERWRITE`"),
    })
}

fn stale_indexes<P: Clone>(here: &At<'_, '_, P>, analyzer: &Object) -> Vec<Warning> {
    let users = here.before.users_of(analyzer).into_iter();
    let stale = users.filter_map(|user| match user {
        Object::Index(table, index) => Some((table, index)),
        _ => None,
    });
    let stale = stale.filter(|(table, index)| {
        let makes_anew = |effect: &Effect| match effect {
            Effect::RebuildsIndex { table: t, index: i }
            | Effect::RemovesIndex { table: t, index: i }
            | Effect::DefinesIndex {
                table: t, index: i, ..
            } => t == table && i == index,
            Effect::RemovesTable { table: t, .. } => t == table,
            _ => false,
        };
        // In the same transaction it is built with the old analyzer.
        let each_by_itself = here.around.execution() == Execution::PerStatement;
        let later = here.later().filter(|_| each_by_itself);
        !any(later, makes_anew) && !here.around.any_later(&makes_anew)
    });
    let found = stale.map(|(table, index)| Warning {
        lint: Lint::StaleIndex,
        message: format!(
            "index `{index}` of table `{table}` stays as the old analyzer made it: searches miss words, or find what is not there"
        ),
        help: format!(
            "write `REBUILD INDEX {index} ON {table};` in the next migration: in this one it would still use the old analyzer"
        ),
    });
    found.collect()
}
