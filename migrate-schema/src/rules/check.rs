//! The rules for the statements of one script.

use std::borrow::Cow;

use super::conflict::Conflict;
use super::reach::{refuse_history, refuse_outside};
use super::transaction::Transaction;
use crate::execution::Execution;
use crate::span::StatementSpan;
use crate::statement::{Escape, Kind, Statement};

/// A statement that a migration may not hold: why, and what to do instead.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refusal {
    /// Where it is.
    pub span: StatementSpan,
    /// Why it is refused.
    pub message: Cow<'static, str>,
    /// What to do instead.
    pub help: Cow<'static, str>,
}

/// Every refused statement of a script that is sent in this way, in the script's order. The set that
/// it belongs to keeps its history in the table `history`.
#[must_use]
pub fn check(statements: &[Statement], execution: Execution, history: &str) -> Vec<Refusal> {
    let per_statement = execution == Execution::PerStatement;
    let last = statements.len().saturating_sub(1);
    let mut transaction = Transaction::default();
    let refused = statements
        .iter()
        .enumerate()
        .filter_map(|(index, statement)| {
            if per_statement {
                // Each statement finds committed what the ones before it wrote.
                transaction = Transaction::default();
            }
            let conflict = transaction.follow(&statement.effects).into_iter().next();
            let words = refuse_kind(statement.kind, per_statement)
                .or_else(|| refuse_escape(statement.escape, index == last))
                .map(|(message, help)| (message.into(), help.into()));
            let (message, help) = words
                .or_else(|| refuse_outside(statement).map(owned))
                .or_else(|| refuse_history(statement, history).map(owned))
                .or_else(|| conflict.map(refuse_conflict).map(owned))?;
            Some(Refusal {
                span: statement.span,
                message,
                help,
            })
        });
    refused.collect()
}

type Words = (&'static str, &'static str);

const fn refuse_kind(kind: Kind, per_statement: bool) -> Option<Words> {
    Some(match kind {
        Kind::Begin | Kind::Commit | Kind::Cancel => (
            "a migration already runs in a transaction: this would leave it partially applied",
            "remove it; the whole script is applied atomically",
        ),
        Kind::Use => (
            "`USE` would run the rest of the script, and update the history, in another database",
            "remove it; a migration runs in the database that the connection has selected",
        ),
        Kind::Return => (
            "`RETURN` ends the script: the statements after it would be skipped without an error",
            "remove it, or move it into a function",
        ),
        Kind::Break | Kind::Continue => (
            "there is no loop around this statement: it would fail, and the rest of the script still be committed",
            "remove it; it is allowed inside a `FOR` loop only",
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
            "`OPTION` sets an option of the request, and has no effect on the schema",
            "remove it",
        ),
        Kind::Let if per_statement => (
            "under `per-statement` each statement runs by itself: the next one would not see this variable",
            "write the value where it is used, or put the statements that share it into one block: `{ LET …; UPDATE …; }`",
        ),
        Kind::Let | Kind::Other => return None,
    })
}

const fn refuse_escape(escape: Option<Escape>, is_last: bool) -> Option<Words> {
    match escape {
        Some(Escape::Return) if !is_last => Some((
            "a `RETURN` inside this statement ends the whole script: the statements after this one would be skipped without an error",
            "omit the keyword where the value comes last (`LET $x = { …; $value };`), use `ELSE`, or move it into a function",
        )),
        Some(Escape::Break | Escape::Continue) => Some((
            "a `BREAK` or `CONTINUE` inside this statement has no loop around it: it would fail, and the rest of the script still be committed",
            "remove it; it is allowed inside a `FOR` loop only",
        )),
        _ => None,
    }
}

fn refuse_conflict(conflict: Conflict) -> (String, String) {
    let reason = conflict.reason;
    (reason.to_string(), reason.help())
}

fn owned((message, help): (String, String)) -> (Cow<'static, str>, Cow<'static, str>) {
    (message.into(), help.into())
}
