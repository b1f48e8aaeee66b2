//! A database without a history that is not new: another program or a person has set it up.

use std::collections::BTreeSet;

use migrate_files::Script;
use surrealdb::Connection;

use crate::database::history::History;
use crate::error::{ErrorKind, Result};
use crate::execute::context::Context;

/// Whether a first run would start on tables that the migrations themselves define.
///
/// # Errors
/// It would: starting at version 1 could redefine them, and lose data.
pub(crate) fn check_not_existing<C: Connection>(
    context: &Context<'_, C>,
    history: &History,
) -> Result<()> {
    let has_history = history.all_tables.contains(&history.tables.name);
    if has_history || context.options.allows_existing_tables {
        return Ok(());
    }
    let scripts = context.set.iter().map(|migration| &migration.up);
    let defined: BTreeSet<String> = scripts.flat_map(defined_tables).collect();
    let tables: Vec<String> = history.all_tables.intersection(&defined).cloned().collect();
    if tables.is_empty() {
        return Ok(());
    }
    let latest = context.set.latest_version();
    Err(ErrorKind::ExistingTables { tables, latest }.into())
}

/// The tables that statements at the top level of a script define.
fn defined_tables(script: &Script) -> Vec<String> {
    let spans = script.statements.iter();
    let mut statements: Vec<&str> = spans.map(|span| span.text(&script.text)).collect();
    if statements.is_empty() {
        // Built without the parser.
        statements.extend(script.text.split(';'));
    }
    statements.into_iter().filter_map(defined_table).collect()
}

/// `name` of `DEFINE TABLE [OVERWRITE | IF NOT EXISTS] name …`.
fn defined_table(statement: &str) -> Option<String> {
    let mut words = statement.split_whitespace();
    let mut next_is = |expected: &str| {
        let word = words.next()?;
        word.eq_ignore_ascii_case(expected).then_some(())
    };
    next_is("DEFINE")?;
    next_is("TABLE")?;
    let words = words.skip_while(|word| {
        let optional = ["OVERWRITE", "IF", "NOT", "EXISTS"];
        optional
            .iter()
            .any(|skipped| word.eq_ignore_ascii_case(skipped))
    });
    let name = words.take(1).next()?.trim_end_matches(';');
    let name = name.trim_matches(['`', '⟨', '⟩']);
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::defined_table;

    #[test]
    fn the_name_behind_define_table_is_found() {
        for (statement, name) in [
            ("DEFINE TABLE note SCHEMAFULL;", Some("note")),
            ("define table note;", Some("note")),
            ("DEFINE TABLE OVERWRITE\n  note", Some("note")),
            (
                "DEFINE TABLE IF NOT EXISTS `note` TYPE NORMAL",
                Some("note"),
            ),
            ("DEFINE TABLE ⟨note⟩;", Some("note")),
            ("DEFINE FIELD a ON TABLE note", None),
            ("REMOVE TABLE note", None),
            ("DEFINE TABLE", None),
        ] {
            assert_eq!(defined_table(statement).as_deref(), name, "{statement}");
        }
    }
}
