//! What a migration must leave alone: the tables that the runner keeps its history in, and whatever is
//! outside of its database.

use crate::effect::{Effect, Name};
use crate::outside::Outside;
use crate::statement::Statement;

/// Why a statement is refused, and what to do instead.
type Words = (String, String);

/// What is added to the name of the history table for the other tables of a set.
const SUFFIXES: [&str; 3] = ["", "_lease", "_progress"];

/// The tables that belong to the runner, by the name of the history table.
#[must_use]
pub fn history_tables(history: &str) -> [Name; 3] {
    SUFFIXES.map(|suffix| format!("{history}{suffix}").into())
}

/// Whether a statement changes one of the tables that belong to the runner.
pub fn refuse_history(statement: &Statement, history: &str) -> Option<Words> {
    let ours = history_tables(history);
    let mut changed = statement.changed_tables.clone();
    add_written(&statement.effects, &mut changed);
    let table = changed.into_iter().find(|table| ours.contains(table))?;
    Some((
        format!(
            "`{table}` belongs to the migrations themselves: they record in it what is applied, and a change could have one applied twice, or never"
        ),
        "remove this statement; reading the table is fine".to_owned(),
    ))
}

/// Adds the tables that are written to, those that only a variable names included.
fn add_written(effects: &[Effect], tables: &mut Vec<Name>) {
    for effect in effects {
        match effect {
            Effect::Creates { target, .. }
            | Effect::Updates { target, .. }
            | Effect::Deletes { target } => tables.push(target.table.clone()),
            Effect::Either(branches) => {
                for branch in &**branches {
                    add_written(branch, tables);
                }
            }
            _ => {}
        }
    }
}

/// Whether a statement does something outside of its database that a migration cannot answer for.
pub fn refuse_outside(statement: &Statement) -> Option<Words> {
    statement.outside.iter().find_map(|outside| {
        let (message, help) = match outside {
            Outside::RemovesDatabase | Outside::RemovesNamespace => (
                format!(
                    "this {outside}: a migration changes the one that it runs in, and where it removed that one, the history would go with it, without an error"
                ),
                "remove it; to start over, remove the tables, or use another database",
            ),
            Outside::AltersSystem => (
                format!(
                    "this {outside}: it holds for every database and every connection, also where the migration fails and is rolled back"
                ),
                "remove it; this is set by the operator of the server",
            ),
            _ => return None,
        };
        Some((message, help.to_owned()))
    })
}
