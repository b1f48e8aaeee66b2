//! Statements that parse, but would break the history that a migration is written into. Each rule
//! was tried on SurrealDB 3.3.5 with a script between `BEGIN` and `COMMIT`.

use super::directive::{Directive, Directives};
use super::surrealql::{Escape, Kind, ParsedStatement};
use crate::Statement;

/// A statement that has no business in a migration: why, and what to do instead.
#[derive(Debug, PartialEq, Eq)]
pub struct Refusal {
    pub place: Statement,
    pub message: &'static str,
    pub help: &'static str,
}

/// Every refused statement of a script, in its order.
pub fn check(statements: &[ParsedStatement], directives: &Directives) -> Vec<Refusal> {
    let per_statement = directives.has(Directive::PerStatement);
    let last = statements.len().saturating_sub(1);
    let refused = statements.iter().enumerate().filter_map(|(index, statement)| {
        let (message, help) = refuse_kind(statement.kind, per_statement)
            .or_else(|| refuse_escape(statement.escape, index == last))?;
        Some(Refusal {
            place: statement.place,
            message,
            help,
        })
    });
    refused.collect()
}

type Reason = (&'static str, &'static str);

const fn refuse_kind(kind: Kind, per_statement: bool) -> Option<Reason> {
    Some(match kind {
        Kind::Begin | Kind::Commit | Kind::Cancel => (
            "a migration runs in a transaction already: this would end it half-way",
            "remove it; either the whole script is applied or nothing of it",
        ),
        Kind::Use => (
            "`USE` would write the rest of the script, and its history, to another database",
            "remove it; a migration runs in the database that the connection has selected",
        ),
        Kind::Return => (
            "`RETURN` ends the script: what follows would be skipped, and still count as applied",
            "remove it, or wrap it in a function: inside of one it is fine",
        ),
        Kind::Break | Kind::Continue => (
            "there is no loop around this: it would fail, and the rest would be committed",
            "remove it; inside of a `FOR` it is fine",
        ),
        Kind::Live | Kind::Kill => (
            "a live query belongs to a connection, and has no effect on the schema",
            "remove it; start live queries in the application",
        ),
        Kind::Show => (
            "`SHOW` reads a change feed, and has no effect on the schema",
            "remove it",
        ),
        Kind::Option => (
            "`OPTION` changes how the connection treats this request, not the schema",
            "remove it",
        ),
        Kind::Let if per_statement => (
            "under `per-statement` this variable would not reach the next statement",
            "write the value where it is used, or put the statements that share it into one block: `{ LET …; UPDATE …; }`",
        ),
        Kind::Let | Kind::Other => return None,
    })
}

const fn refuse_escape(escape: Option<Escape>, is_last: bool) -> Option<Reason> {
    match escape {
        Some(Escape::Return) if !is_last => Some((
            "a `RETURN` in here ends the whole script: what follows would be skipped, and still count as applied",
            "leave the word out where the value comes last (`LET $x = { …; $value };`), use `ELSE`, or move it into a function",
        )),
        Some(Escape::Break | Escape::Continue) => Some((
            "a `BREAK` or `CONTINUE` in here has no loop around it: it would fail, and the rest would be committed",
            "remove it; inside of a `FOR` it is fine",
        )),
        _ => None,
    }
}
