//! What running a script takes away.

use std::fmt;

use migrate_schema::effect::{Effect, Name, with_branches};
#[cfg(feature = "surrealql")]
use migrate_schema::lint::Lint;
#[cfg(feature = "surrealql")]
use migrate_schema::model::{Change, Object};
#[cfg(feature = "surrealql")]
use migrate_schema::parse::parse;

use crate::script::Script;
#[cfg(feature = "surrealql")]
use crate::text::Directives;

/// What running a script takes away that may hold somebody's values.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Loss {
    /// A table with its records.
    Table(Name),
    /// Records of a table that stays.
    Records(Name),
    /// A field with its values: the table, and the field's path. Without the feature `surrealql`,
    /// nobody knows.
    Field(Name, Name),
}

/// In words: ``field `name` of table `person` ``.
impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Table(table) => write!(f, "table `{table}`"),
            Self::Records(table) => write!(f, "records of table `{table}`"),
            Self::Field(table, field) => write!(f, "field `{field}` of table `{table}`"),
        }
    }
}

/// What running a script takes away, as far as its text says, in the order that it does so.
#[must_use]
pub fn losses(script: &Script) -> Vec<Loss> {
    let effects = script.effects();
    let mut losses = Vec::new();
    let mut created = Vec::new();
    for effect in with_branches(&effects) {
        let loss = match effect {
            Effect::CreatesTable { table } => {
                created.push(table);
                continue;
            }
            Effect::RemovesTable { table, .. } if !created.contains(&table) => {
                Loss::Table(table.clone())
            }
            Effect::Deletes { target } if !created.contains(&&target.table) => {
                Loss::Records(target.table.clone())
            }
            _ => continue,
        };
        if !losses.contains(&loss) {
            losses.push(loss);
        }
    }
    #[cfg(feature = "surrealql")]
    add_fields(script, &mut losses);
    losses
}

/// Adds the fields that are removed, apart from those that go with their table or their parent.
#[cfg(feature = "surrealql")]
fn add_fields(script: &Script, losses: &mut Vec<Loss>) {
    let statements = parse(&script.text).statements;
    let changes = statements.iter().flat_map(|statement| &statement.changes);
    let fields = changes.filter_map(|change| match change {
        Change::Removes {
            object: Object::Field(table, field),
            ..
        } => Some((table, field)),
        _ => None,
    });
    let fields: Vec<(&Name, &Name)> = fields.collect();
    for (table, field) in &fields {
        let is_part = fields.iter().any(|(of, parent)| {
            let rest = field.strip_prefix(&***parent);
            of == table && rest.is_some_and(|rest| rest.starts_with('.'))
        });
        let goes_with_table = losses.contains(&Loss::Table((*table).clone()));
        if !is_part && !goes_with_table {
            losses.push(Loss::Field((*table).clone(), (*field).clone()));
        }
    }
}

/// Whether a script says that it is meant what a rule is about.
#[cfg(feature = "surrealql")]
#[must_use]
pub fn allows(script: &Script, lint: Lint) -> bool {
    Directives::of(&script.text).allowed.contains(&lint)
}
