//! A script's statements.

use surrealdb_sql::{Expr, TopLevelExpr};

use super::changes::changes;
use super::control_flow::escape;
use super::effects::EffectsReader;
use super::errors::{ParseError, parse_error};
use super::later::named_later;
use super::nested::{Depth, all, kept_for_later};
use super::nulls::compared_with_null;
use super::outside;
use super::recovery;
use super::stack::with_room_for;
use super::stream::each_from;
use super::variables::Variables;
use crate::model::{Change, Object};
use crate::statement::{Kind, Statement};

/// How many errors of a script are reported: what follows the first few is rarely worth a look
/// before those are fixed.
const MAX_ERRORS: usize = 5;

/// A script as far as it parses.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Parsed {
    /// Its statements, in order.
    pub statements: Vec<Statement>,
    /// What does not parse.
    pub errors: Vec<ParseError>,
}

/// Parses a script, and resumes after an error where a new statement clearly begins.
#[must_use]
pub fn parse(text: &str) -> Parsed {
    with_room_for(text, || parse_all(text))
}

fn parse_all(text: &str) -> Parsed {
    let mut parsed = Parsed::default();
    let mut before = Before::default();
    let mut from = 0;
    while let Some(failed_at) = parse_from(text, from, &mut before, &mut parsed) {
        let error = parse_error(text, failed_at);
        let resume = recovery::next_statement(text, failed_at, error.start);
        parsed.errors.push(error);
        match resume {
            Some(next) if parsed.errors.len() < MAX_ERRORS => from = next,
            _ => break,
        }
    }
    parsed
}

/// What definition a text names as `REMOVE` does, such as `table t` or `FIELD f ON t`.
#[must_use]
pub fn parse_object(text: &str) -> Option<Object> {
    let parsed = parse(&format!("REMOVE {text}"));
    let [statement] = &*parsed.statements else {
        return None;
    };
    match (&*statement.changes, &*parsed.errors) {
        (
            [
                Change::Removes {
                    object,
                    if_exists: false,
                },
            ],
            [],
        ) => Some(object.clone()),
        _ => None,
    }
}

/// What the statements before one mean for it.
#[derive(Default)]
struct Before {
    effects: EffectsReader,
    variables: Variables,
}

/// Parses statements up to the end or the first that fails, whose offset is returned.
fn parse_from(text: &str, from: usize, before: &mut Before, parsed: &mut Parsed) -> Option<usize> {
    each_from(text, from, |span, statement| {
        let runs = all(statement, Depth::WhatRuns);
        let later = kept_for_later(statement, &runs);
        let mut changed = before.variables.read(&runs);
        changed.extend(changes(statement, &runs, &later));
        parsed.statements.push(Statement {
            span,
            kind: kind(statement),
            escape: escape(statement),
            effects: before.effects.read(statement),
            changes: changed,
            outside: outside::of_statement(statement, &runs),
            changed_tables: outside::changed_tables(&runs),
            compared_with_null: compared_with_null(&runs),
            named_later: named_later(statement, &later),
        });
    })
}

const fn kind(statement: &TopLevelExpr) -> Kind {
    match statement {
        TopLevelExpr::Begin => Kind::Begin,
        TopLevelExpr::Cancel => Kind::Cancel,
        TopLevelExpr::Commit => Kind::Commit,
        TopLevelExpr::Use(_) => Kind::Use,
        TopLevelExpr::Live(_) => Kind::Live,
        TopLevelExpr::Kill(_) => Kind::Kill,
        TopLevelExpr::Show(_) => Kind::Show,
        TopLevelExpr::Option(_) => Kind::Option,
        TopLevelExpr::Expr(Expr::Return(_)) => Kind::Return,
        TopLevelExpr::Expr(Expr::Break) => Kind::Break,
        TopLevelExpr::Expr(Expr::Continue) => Kind::Continue,
        TopLevelExpr::Expr(Expr::Let(_)) => Kind::Let,
        TopLevelExpr::Access(_) | TopLevelExpr::Expr(_) => Kind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    fn statements(text: &str) -> Vec<&str> {
        let parsed = parse(text);
        assert_eq!(parsed.errors, [], "{text}");
        let spans = parsed.statements.iter().map(|statement| statement.span);
        spans.map(|span| span.text(text)).collect()
    }

    #[test]
    fn statements_are_found_where_they_are() {
        assert_eq!(
            statements(
                "-- one; two\nCREATE a SET s = 'x;y'; ;\n/* ; */ LET $r = /a;b/;\nDEFINE FUNCTION fn::f() { LET $a = 1; RETURN $a; };\nCREATE `ä` -- end"
            ),
            [
                "CREATE a SET s = 'x;y';",
                "LET $r = /a;b/;",
                "DEFINE FUNCTION fn::f() { LET $a = 1; RETURN $a; };",
                "CREATE `ä`",
            ]
        );
    }

    #[test]
    fn an_error_does_not_hide_the_statements_after_it() {
        let text = "DEFINE TABEL a;\n\nDEFINE FIELD x ON a TYPE int;\nDEFINE FIELD y ON a TYP int;\nCREATE a;";
        let parsed = parse(text);
        let at: Vec<&str> = parsed
            .errors
            .iter()
            .map(|e| &text[e.start..e.end])
            .collect();
        assert_eq!(at, ["TABEL", "TYP"]);
        assert_eq!(parsed.statements.len(), 2);
    }
}
