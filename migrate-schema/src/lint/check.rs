//! All rules, for one script.

use std::fmt::Display;

use super::name::Lint;
use super::script::{At, Step, Surroundings};
use super::{fields, redefinitions, tables, writes};
use crate::model::{Change, Object, Schema};

/// Something that is likely to hurt.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Warning {
    /// By which rule.
    pub lint: Lint,
    /// Which statement of the script it is about.
    pub step: usize,
    /// What happens.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

/// What a rule found.
pub(super) struct Found {
    pub lint: Lint,
    pub message: String,
    pub help: String,
}

/// Everything in a script that is likely to hurt on a database with the schema `before`, in the
/// script's order; `at` says where a statement of it is.
pub fn check<P: Clone + Display>(
    before: &Schema<'_, P>,
    script: &[Step<'_>],
    at: impl Fn(usize) -> P,
    around: &dyn Surroundings,
) -> Vec<Warning> {
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
        let found = found.into_iter().map(|it| Warning {
            lint: it.lint,
            step: index,
            message: it.message,
            help: it.help,
        });
        warnings.extend(found);
        for change in step.changes {
            // What certainly fails is not a warning.
            let _ = schema.apply(change, &at(index));
        }
    }
    warnings.dedup();
    warnings
}

fn of_change<P: Clone + Display>(here: &At<'_, '_, P>, change: &Change) -> Vec<Found> {
    let mut found = tables::misspelt(here, change)
        .into_iter()
        .collect::<Vec<_>>();
    match change {
        Change::Defines { object, .. } => {
            found.extend(redefinitions::check(here, change));
            match object {
                Object::Field(table, path) => {
                    found.extend(fields::defined(here, table, path, change));
                }
                Object::Table(_) => found.extend(tables::defined(here, change)),
                Object::Index(table, _) => {
                    found.extend(tables::unique_with_none(here, table, change));
                }
                _ => {}
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
