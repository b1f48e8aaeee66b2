//! All rules, for one script.

use std::fmt::Display;

use super::script::{At, Step, Surroundings};
use super::warning::Warning;
use super::{fields, redefinitions, tables, writes};
use crate::model::{Change, Clauses, Definition, Mode, Object, Schema};

/// Everything in a script that is likely to hurt on a database with the schema `before`, in the
/// script's order, each with the number of its statement from 0; `at` says where that is.
pub fn check<P: Clone + Display>(
    before: &Schema<'_, P>,
    script: &[Step<'_>],
    at: impl Fn(usize) -> P,
    around: &dyn Surroundings,
) -> Vec<(usize, Warning)> {
    let mut schema = before.branch();
    let mut warnings = Vec::new();
    for (index, step) in script.iter().enumerate() {
        let here = At {
            before_script: before,
            before: &schema,
            steps: script,
            index,
            around,
        };
        let mut found = writes::check(&here);
        found.extend(
            step.changes
                .iter()
                .flat_map(|change| of_change(&here, change)),
        );
        warnings.extend(found.into_iter().map(|warning| (index, warning)));
        for change in step.changes {
            // What certainly fails is not a warning.
            let _ = schema.apply(change, &at(index));
        }
    }
    warnings.dedup();
    warnings
}

fn of_change<P: Clone + Display>(here: &At<'_, '_, P>, change: &Change) -> Vec<Warning> {
    let mut found = tables::misspelt(here, change)
        .into_iter()
        .collect::<Vec<_>>();
    match change {
        Change::Defines {
            object,
            mode,
            definition,
            ..
        } => {
            found.extend(redefinitions::check(here, change));
            if let Object::Index(table, _) = object {
                found.extend(tables::index_in_foreground(here, table, object, *mode));
            }
            if let Some(definition) = definition {
                found.extend(of_definition(here, object, *mode, definition.clauses()));
            }
        }
        Change::Alters {
            object: object @ Object::Field(table, path),
            alteration: Some(alteration),
            ..
        } => {
            let old = here.definition(object);
            let new = old.and_then(|(old, _)| alteration.of(&old));
            if let Some(Clauses::Field(new)) = new.as_ref().map(Definition::clauses) {
                found.extend(fields::altered(here, table, path, new));
            }
        }
        Change::Removes { object, .. } => match object {
            Object::Table(table) => found.extend(tables::removed(here, table)),
            Object::Field(table, path) => found.extend(fields::removed(here, table, path)),
            Object::Index(table, _) => found.extend(tables::index_removed(here, table, object)),
            _ => {}
        },
        _ => {}
    }
    found
}

fn of_definition<P: Clone>(
    here: &At<'_, '_, P>,
    object: &Object,
    mode: Mode,
    new: &Clauses,
) -> Vec<Warning> {
    let mut found = Vec::new();
    match (object, new) {
        (Object::Field(table, path), Clauses::Field(new)) => {
            found.extend(fields::defined(here, table, path, mode, new));
        }
        (Object::Table(table), Clauses::Table(new)) => {
            if let Some(view) = &new.view {
                found.extend(tables::view_defined(here, view));
            }
            if let (Mode::Overwrite, Some(ends)) = (mode, &new.ends) {
                found.extend(tables::ends_narrowed(here, table, ends));
            }
        }
        (Object::Index(table, _), Clauses::Index(new)) => {
            found.extend(tables::unique_with_none(here, table, object, new));
            found.extend(tables::analyzer_beside_index(here, table, new));
        }
        _ => {}
    }
    found
}
