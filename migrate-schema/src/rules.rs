//! Statements that parse, but would break the history that a migration is written into. Each rule
//! was tried on SurrealDB 3.3.5 with a script between `BEGIN` and `COMMIT`.

use std::collections::BTreeSet;

use crate::execution::Execution;
use crate::span::StatementSpan;
use crate::statement::{Effect, Escape, Kind, Statement};

/// A statement that a migration may not hold: why, and what to do instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refusal {
    /// Where it is.
    pub span: StatementSpan,
    /// Why it is refused.
    pub message: &'static str,
    /// What to do instead.
    pub help: &'static str,
}

/// Every refused statement of a script that is sent in this way, in the script's order.
#[must_use]
pub fn check(statements: &[Statement], execution: Execution) -> Vec<Refusal> {
    let per_statement = execution == Execution::PerStatement;
    let last = statements.len().saturating_sub(1);
    let mut tables = Tables::default();
    let refused = statements
        .iter()
        .enumerate()
        .filter_map(|(index, statement)| {
            if per_statement {
                // Each statement finds committed what the ones before it wrote.
                tables = Tables::default();
            }
            let index_comes_late = tables.follow(&statement.effects);
            let (message, help) = refuse_kind(statement.kind, per_statement)
                .or_else(|| refuse_escape(statement.escape, index == last))
                .or_else(|| index_comes_late.then_some(LATE_INDEX))?;
            Some(Refusal {
                span: statement.span,
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

const fn refuse_escape(escape: Option<Escape>, is_last: bool) -> Option<Reason> {
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

/// Tried on 3.3.5: an index is built from what was committed before the transaction. What the
/// transaction itself has written until then is left out silently, also with `CONCURRENTLY`, where
/// it is a race: queries miss the records, and `UNIQUE` accepts duplicates. What is written after the
/// definition is indexed; where that changes older records the first attempt ends in a conflict, and
/// the second one is committed.
const LATE_INDEX: Reason = (
    "this index would lack records: the script has written to its table by then, and an index is built only from what was committed before the script",
    "define it before the first of those writes, or in a migration of its own; `CONCURRENTLY` does not help",
);

/// What a script has done to tables so far, within one transaction.
#[derive(Default)]
struct Tables<'a> {
    read: BTreeSet<&'a str>,
    written: BTreeSet<&'a str>,
}

impl<'a> Tables<'a> {
    /// Whether a statement builds an index of a table that was written before. What a function or
    /// an event writes is not seen.
    fn follow(&mut self, effects: &'a [Effect]) -> bool {
        let mut index_comes_late = false;
        for effect in effects {
            match effect {
                Effect::Reads(table) => self.read.extend([&**table]),
                Effect::Writes(table) => self.written.extend([&**table]),
                Effect::WritesWhatWasRead => self.written.extend(&self.read),
                Effect::Indexes(table) => index_comes_late |= self.written.contains(&**table),
            }
        }
        index_comes_late
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::parse;

    /// The refused statements of a script that runs in one transaction.
    fn refused(text: &str) -> Vec<(&str, &'static str)> {
        refused_in(text, Execution::Transaction)
    }

    fn refused_in(text: &str, execution: Execution) -> Vec<(&str, &'static str)> {
        let refusals = check(&parse(text).statements, execution);
        let refused = refusals.iter();
        refused
            .map(|refusal| (refusal.span.text(text), refusal.message))
            .collect()
    }

    /// The statements of a script that are refused, whatever for.
    fn statements(text: &str, execution: Execution) -> Vec<&str> {
        let refused = refused_in(text, execution).into_iter();
        refused.map(|(statement, _)| statement).collect()
    }

    #[test]
    fn statements_that_break_the_history_are_refused() {
        for statement in [
            "BEGIN;",
            "BEGIN TRANSACTION;",
            "COMMIT;",
            "CANCEL;",
            "USE NS a DB b;",
            "RETURN 1;",
            "BREAK;",
            "CONTINUE;",
            "LIVE SELECT * FROM a;",
            "KILL u'018e2f1e-2f1e-7000-8000-000000000000';",
            "SHOW CHANGES FOR TABLE a SINCE 0;",
            "OPTION IMPORT;",
        ] {
            let script = format!("CREATE a; {statement} CREATE b;");
            for execution in [Execution::Transaction, Execution::PerStatement] {
                assert_eq!(statements(&script, execution), [statement], "{execution:?}");
            }
            assert_eq!(refused(statement)[0].0, statement);
        }
    }

    #[test]
    fn a_variable_does_not_reach_the_next_statement_by_itself() {
        let script = "LET $a = 1; CREATE b SET c = $a;";
        assert_eq!(statements(script, Execution::PerStatement), ["LET $a = 1;"]);
        assert_eq!(refused(script), []);
        let block = "{ LET $a = 1; CREATE b SET c = $a };";
        assert_eq!(statements(block, Execution::PerStatement), [""; 0]);
    }

    #[test]
    fn a_return_inside_of_a_statement_is_refused_unless_it_is_the_last() {
        for inside in [
            "IF true { RETURN 1 };",
            "{ RETURN 1 };",
            "LET $a = { RETURN 1 };",
        ] {
            let before = format!("{inside} CREATE a;");
            assert_eq!(statements(&before, Execution::Transaction), [inside]);
            let last = format!("CREATE a; {inside}");
            assert_eq!(statements(&last, Execution::Transaction), [""; 0]);
            let twice = format!("{inside} {inside}");
            assert_eq!(statements(&twice, Execution::Transaction), [inside]);
        }
    }

    #[test]
    fn a_break_inside_of_a_statement_is_refused_everywhere() {
        for inside in ["IF true { BREAK };", "{ CONTINUE };"] {
            let script = format!("{inside} CREATE a; {inside}");
            assert_eq!(
                statements(&script, Execution::Transaction),
                [inside, inside]
            );
        }
        let sound = "FOR $i IN [1] { IF $i { CONTINUE }; BREAK }; CREATE a;";
        assert_eq!(refused(sound), []);
    }

    #[test]
    fn an_index_after_a_write_to_its_table_is_refused() {
        const INDEX: &str = "DEFINE INDEX i ON t FIELDS a;";
        for before in [
            "UPDATE t SET a = 1;",
            "DEFINE TABLE t; CREATE t:1; CREATE b;",
            "FOR $row IN (SELECT * FROM t) { UPDATE $row.id SET a = 1 };",
            "LET $rows = (SELECT * FROM t); FOR $row IN $rows { UPDATE $row.id SET a = 1 };",
        ] {
            let script = format!("{before} {INDEX}");
            assert_eq!(refused(&script), [(INDEX, LATE_INDEX.0)], "{before}");
        }
        let one_block = "{ CREATE t; DEFINE INDEX i ON t FIELDS a };";
        assert_eq!(refused(one_block), [(one_block, LATE_INDEX.0)]);
        for sound in [
            "DEFINE INDEX i ON t FIELDS a; CREATE t:1; UPDATE t SET a = 1;",
            "CREATE b; UPDATE b; DEFINE INDEX i ON t FIELDS a;",
            "FOR $row IN (SELECT * FROM b) { UPDATE $row.id SET a = 1 }; DEFINE INDEX i ON t FIELDS a;",
        ] {
            assert_eq!(refused(sound), [], "{sound}");
        }
        let by_statement = "UPDATE t SET a = 1; DEFINE INDEX i ON t FIELDS a;";
        assert_eq!(refused_in(by_statement, Execution::PerStatement), []);
    }
}
