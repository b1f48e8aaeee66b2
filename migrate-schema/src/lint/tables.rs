//! Tables, views and indexes that come and go.

use std::fmt::Display;

use super::name::Lint;
use super::script::{At, Step, any, mentions};
use super::types::survive;
use super::warning::Warning;
use crate::effect::{Effect, Name};
use crate::execution::Execution;
use crate::model::{Change, Clauses, IndexClauses, Mode, Object, State, View};
use crate::path::root;

pub(super) fn removed<P: Clone + Display>(here: &At<'_, '_, P>, table: &Name) -> Vec<Warning> {
    let mut found = Vec::new();
    if !here.may_hold_records(table) {
        return found;
    }
    found.push(Warning {
        lint: Lint::TableRemoved,
        message: format!("the records of `{table}` are deleted with it"),
        help: "copy what is still needed to another table first".to_owned(),
    });
    if here.table(table).is_some_and(|it| it.is_relation()) {
        found.push(Warning {
            lint: Lint::EdgesLeft,
            message: format!(
                "the edges of `{table}` outlive it: `->{table}->` still finds them, and they are back as soon as it is defined again"
            ),
            help: format!("write `DELETE {table};` before this statement"),
        });
    }
    found
}

pub(super) fn index_removed<P: Clone>(
    here: &At<'_, '_, P>,
    table: &Name,
    index: &Object,
) -> Option<Warning> {
    let (definition, _) = here.definition(index)?;
    let is_unique = matches!(definition.clauses(), Clauses::Index(it) if it.is_unique);
    let replaces = |step: Step<'_>| {
        step.changes.iter().any(|change| match change {
            Change::Defines { object, .. } => matches!(object, Object::Index(it, _) if it == table),
            Change::Removes { object, .. } => *object == Object::Table(table.clone()),
            _ => false,
        })
    };
    let is_reversible = here.around.down().is_some();
    if !is_unique || !is_reversible || !here.may_hold_records(table) || here.others().any(replaces)
    {
        return None;
    }
    Some(Warning {
        lint: Lint::UniqueIndexRemoved,
        message: format!(
            "the down script fails as soon as `{table}` has duplicates, which it accepts from here on"
        ),
        help: "define a unique index in its place in the same script, or say with `-- migrate: irreversible` that there is no way back".to_owned(),
    })
}

/// An index of which nobody knows who writes to its table while it is built.
pub(super) fn index_in_foreground<P: Clone>(
    here: &At<'_, '_, P>,
    table: &Name,
    index: &Object,
    mode: Mode,
) -> Option<Warning> {
    let is_absent = matches!(here.before.state(index), State::Absent(_));
    // One that takes the place of another, even of its like, is built anew.
    let is_built = is_absent || mode != Mode::IfNotExists;
    let is_concurrent = || mentions(here.step().text, "CONCURRENTLY");
    if !is_built || !here.may_hold_records(table) || is_concurrent() {
        return None;
    }
    let index = index.name();
    let rebuilds = |effect: &Effect| matches!(effect, Effect::RebuildsIndex { table: t, index: i } if t == table && i == index);
    let by_itself = here.around.execution() == Execution::PerStatement;
    if here.around.any_later(&rebuilds) || by_itself && any(here.later(), rebuilds) {
        return None;
    }
    Some(Warning {
        lint: Lint::IndexInForeground,
        message: format!(
            "what others write to `{table}` before this is committed is missing from the index"
        ),
        help: format!(
            "write `CONCURRENTLY` behind it, or `REBUILD INDEX {index} ON {table};` in a later migration"
        ),
    })
}

pub(super) fn unique_with_none<P: Clone>(
    here: &At<'_, '_, P>,
    table: &Name,
    index: &Object,
    new: &IndexClauses,
) -> Option<Warning> {
    let is_there = matches!(here.before.state(index), State::Present { .. });
    if !new.is_unique || new.fields.len() < 2 || is_there {
        return None;
    }
    let is_optional = |path: &&Name| {
        let field = here.field(table, path);
        field.is_some_and(|it| it.kinds.is_some() && it.accepts_none())
    };
    let optional = new.fields.iter().find(is_optional)?;
    Some(Warning {
        lint: Lint::UniqueWithNone,
        message: format!(
            "records whose `{optional}` is NONE are not compared: they may be duplicates in all other fields"
        ),
        help: format!("give `{optional}` a value that stands for none, such as an empty string"),
    })
}

/// An index that the engine builds without the analyzer that the same transaction defines.
pub(super) fn analyzer_beside_index<P: Clone>(
    here: &At<'_, '_, P>,
    table: &Name,
    new: &IndexClauses,
) -> Option<Warning> {
    let analyzer = new.analyzer.as_ref()?;
    let object = Object::Analyzer(analyzer.clone());
    let is_before = matches!(here.before_script.state(&object), State::Absent(_));
    let is_now = matches!(here.before.state(&object), State::Present { .. });
    let by_itself = here.around.execution() == Execution::PerStatement;
    if by_itself || !is_before || !is_now || !here.may_hold_records(table) {
        return None;
    }
    Some(Warning {
        lint: Lint::AnalyzerBesideIndex,
        message: format!(
            "this fails as soon as `{table}` has a record: an index is built outside of the transaction, where analyzer `{analyzer}` is not yet there"
        ),
        help: format!("define analyzer `{analyzer}` in an earlier migration"),
    })
}

/// A view, as it is defined.
pub(super) fn view_defined<P: Clone>(here: &At<'_, '_, P>, view: &View) -> Vec<Warning> {
    let read = view.sources.iter().flat_map(|source| {
        let fields = view.fields.iter();
        fields.map(move |field| (source, root(field)))
    });
    let is_computed = |(source, field): &(&Name, &str)| {
        here.field(source, field).is_some_and(|it| it.is_computed)
    };
    let found = read.filter(is_computed).map(|(source, field)| Warning {
        lint: Lint::ComputedInView,
        message: format!(
            "`{field}` is `COMPUTED` in `{source}`: the view gets no value for records that are written from here on"
        ),
        help: "write the field's expression in the view".to_owned(),
    });
    found.collect()
}

/// A relation that no longer accepts the ends of edges that are there.
pub(super) fn ends_narrowed<P: Clone>(
    here: &At<'_, '_, P>,
    table: &Name,
    new: &[Vec<Name>; 2],
) -> Option<Warning> {
    let old = here.table(table)?.ends?;
    let ends = ["in", "out"].into_iter().zip(old.iter().zip(new));
    let mut lost = ends.filter_map(|(end, (old, new))| {
        let kind = old.iter().find(|kind| !survive(kind, new))?;
        Some((end, kind))
    });
    let (end, kind) = lost.next()?;
    let deletes =
        |effect: &Effect| matches!(effect, Effect::Deletes { target } if target.table == *table);
    if !here.may_hold_records(table)
        || any(here.others(), deletes)
        || here.around.any_earlier(&deletes)
        || here.around.any_later(&deletes)
    {
        return None;
    }
    Some(Warning {
        lint: Lint::NarrowedType,
        message: format!(
            "from here on every update of an edge of `{table}` fails whose `{end}` is a `{kind}`"
        ),
        help: format!("delete these edges with `DELETE {table} WHERE …`"),
    })
}

/// A table that comes into being although it is not defined, when its name is like another one's.
pub(super) fn misspelt<P: Clone>(here: &At<'_, '_, P>, change: &Change) -> Option<Warning> {
    let (Change::MakesTable { table: name, .. } | Change::MayWrite(Some(name))) = change else {
        return None;
    };
    let object = Object::Table(name.clone());
    if !matches!(here.before.state(&object), State::Absent(None)) {
        return None;
    }
    let mut defined = here.steps.iter().flat_map(|step| step.changes);
    let is_defined =
        defined.any(|change| matches!(change, Change::Defines { object: it, .. } if *it == object));
    if is_defined || here.is_defined_later(&object) {
        return None;
    }
    let present = here.before.present();
    let tables = present.iter().filter_map(|object| match object {
        Object::Table(table) => Some(&**table),
        _ => None,
    });
    let similar = here.around.similar(name, tables.collect())?;
    Some(Warning {
        lint: Lint::MisspeltTable,
        message: format!("there is no table `{name}`: this statement makes one, without a schema"),
        help: format!(
            "did you mean `{similar}`? If not, write `DEFINE TABLE {name}` before this statement"
        ),
    })
}
