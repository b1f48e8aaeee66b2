//! The border to SurrealDB's parser. `surrealdb-syn` is an internal crate of the engine without a
//! promise of stability: nothing outside this file names its types, and what comes out is ours.

use bytes::BytesMut;
use surrealdb_sql::statements::DefineStatement;
use surrealdb_sql::{Expr, Function, Literal, Mock, Part, TopLevelExpr};
use surrealdb_syn::error::SyntaxError;
use surrealdb_syn::parser::StatementStream;
use surrealdb_syn::token::{Span, TokenKind};
use surrealdb_syn::{Parser, ParserSettings, parse_with_settings};

use super::recovery;
use crate::Statement;

/// A script is read on after an error at most this often: what follows the first few is rarely
/// worth a look before those are mended.
const MOST_ERRORS: usize = 5;

/// A script as far as it parses.
#[derive(Debug, Default)]
pub struct Parsed {
    pub statements: Vec<ParsedStatement>,
    pub errors: Vec<ParseError>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedStatement {
    pub place: Statement,
    pub kind: Kind,
    /// The word somewhere inside of the statement that leaves it, and with it the script.
    pub escape: Option<Escape>,
    /// What it does to records and indexes, as far as its text tells, in the order that it does it.
    pub effects: Vec<Effect>,
}

/// What a statement is, as far as a migration cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Begin,
    Cancel,
    Commit,
    Use,
    Return,
    Break,
    Continue,
    Live,
    Kill,
    Show,
    Option,
    Let,
    Other,
}

/// A word that leaves a statement from the inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Escape {
    Return,
    Break,
    Continue,
}

/// What a statement does to a table's records and indexes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Selects from this table.
    Reads(String),
    /// Writes records of this table.
    Writes(String),
    /// Writes records that only the data tells: most likely those that were selected before.
    WritesWhatWasRead,
    /// Builds an index of this table.
    Indexes(String),
}

/// Why and where a text does not parse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    /// The bytes in question.
    pub start: usize,
    pub end: usize,
    pub message: String,
    /// What the parser says about just these bytes; often what was meant.
    pub label: String,
}

/// The grammar that any engine of this minor version may have: experimental parts switched on, and
/// the limits on nesting raised to the highest that the engine uses anywhere itself. A script is
/// refused only where every engine would refuse it.
const SETTINGS: ParserSettings = ParserSettings::STORED_TEXT;

/// Parses a script, and goes on behind an error where a new statement clearly begins.
pub fn parse(text: &str) -> Parsed {
    let mut parsed = Parsed::default();
    let mut from = 0;
    while let Some(failed_at) = parse_from(text, from, &mut parsed) {
        let error = parse_error(text, failed_at);
        let resume = recovery::next_statement(text, failed_at, error.start);
        parsed.errors.push(error);
        match resume {
            Some(next) if parsed.errors.len() < MOST_ERRORS => from = next,
            _ => break,
        }
    }
    parsed
}

/// Parses statements up to the end or the first that fails, whose offset is returned.
fn parse_from(text: &str, from: usize, parsed: &mut Parsed) -> Option<usize> {
    let mut rest = BytesMut::from(&text.as_bytes()[from..]);
    let mut stream = StatementStream::new_with_settings(SETTINGS);
    loop {
        let start = text.len() - rest.len();
        match stream.parse_complete(&mut rest) {
            Ok(None) => return None,
            Ok(Some(statement)) => {
                let end = text.len() - rest.len();
                parsed.statements.push(ParsedStatement {
                    place: place(text, start, end),
                    kind: kind(&statement),
                    escape: escape_from(&statement),
                    effects: effects_of(&statement),
                });
            }
            Err(_) => return Some(start),
        }
    }
}

/// The statement's own bytes in what the parser consumed for it: without the blanks, comments and
/// empty statements before it.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the parser takes no text longer than its 32-bit places"
)]
fn place(text: &str, start: usize, end: usize) -> Statement {
    let mut parser = Parser::new_with_settings(&text.as_bytes()[start..end], SETTINGS);
    while parser.eat(TokenKind::SemiColon) {}
    Statement {
        start: start as u32 + parser.peek().span.offset,
        end: end as u32,
    }
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

fn escape_from(statement: &TopLevelExpr) -> Option<Escape> {
    match statement {
        TopLevelExpr::Expr(expr) => escape(expr, Within::Script),
        _ => None,
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    Script,
    Loop,
}

/// Whether evaluating an expression can end the script that it stands in. Tried on 3.3.5: a
/// `RETURN` does wherever the statement itself is evaluated, in a block, an `IF`, a `FOR`, the value
/// of a `LET`, an argument; it does not in a function, a closure, a definition, or the value of a
/// record's field. `BREAK` and `CONTINUE` end at the next loop.
fn escape(expr: &Expr, within: Within) -> Option<Escape> {
    match expr {
        Expr::Return(_) => Some(Escape::Return),
        Expr::Break => (within == Within::Script).then_some(Escape::Break),
        Expr::Continue => (within == Within::Script).then_some(Escape::Continue),
        Expr::Foreach(each) => {
            let mut body = each.block.0.iter();
            escape(&each.range, within).or_else(|| body.find_map(|expr| escape(expr, Within::Loop)))
        }
        _ => evaluated(expr)
            .into_iter()
            .find_map(|expr| escape(expr, within)),
    }
}

/// The expressions inside of one that are evaluated along with it, in their order: not what a
/// function, a closure or a definition keeps for later.
fn evaluated(expr: &Expr) -> Vec<&Expr> {
    match expr {
        Expr::Block(block) => block.0.iter().collect(),
        Expr::IfElse(branches) => {
            let bodies = branches.exprs.iter().flat_map(|(when, then)| [when, then]);
            bodies.chain(&branches.close).collect()
        }
        Expr::Foreach(each) => [&each.range].into_iter().chain(&each.block.0).collect(),
        Expr::Let(assigned) => vec![&assigned.what],
        Expr::Select(select) => {
            let cond = select.cond.iter().map(|cond| &cond.0);
            select.what.iter().chain(cond).collect()
        }
        Expr::Throw(expr) | Expr::Prefix { expr, .. } | Expr::Postfix { expr, .. } => vec![expr],
        Expr::Binary { left, right, .. } => vec![left, right],
        Expr::FunctionCall(call) => call.arguments.iter().collect(),
        Expr::Idiom(idiom) => {
            let parts = idiom.0.iter().flat_map(|part| match part {
                Part::Start(expr) | Part::Value(expr) => std::slice::from_ref(expr),
                Part::Method(_, arguments) => arguments,
                _ => &[],
            });
            parts.collect()
        }
        Expr::Literal(Literal::Array(items) | Literal::Set(items)) => items.iter().collect(),
        Expr::Literal(Literal::Object(entries)) => {
            entries.iter().map(|entry| &entry.value).collect()
        }
        _ => Vec::new(),
    }
}

fn effects_of(statement: &TopLevelExpr) -> Vec<Effect> {
    let mut effects = Vec::new();
    if let TopLevelExpr::Expr(expr) = statement {
        add_effects(expr, &mut effects);
    }
    effects
}

fn add_effects(expr: &Expr, effects: &mut Vec<Effect>) {
    for inner in evaluated(expr) {
        add_effects(inner, effects);
    }
    let written: &[Expr] = match expr {
        Expr::Create(create) => &create.what,
        Expr::Update(update) => &update.what,
        Expr::Upsert(upsert) => &upsert.what,
        Expr::Delete(delete) => &delete.what,
        Expr::Relate(relate) => std::slice::from_ref(&relate.through),
        Expr::Insert(insert) => insert.into.as_slice(),
        Expr::Select(select) => {
            let tables = select.what.iter().filter_map(table);
            effects.extend(tables.map(Effect::Reads));
            &[]
        }
        Expr::Define(definition) => match &**definition {
            // A view holds records from the moment that it is defined.
            DefineStatement::Table(view) if view.view.is_some() => std::slice::from_ref(&view.name),
            DefineStatement::Index(index) => {
                effects.extend(table(&index.what).map(Effect::Indexes));
                &[]
            }
            _ => &[],
        },
        _ => &[],
    };
    for target in written {
        add_effects(target, effects);
        effects.push(table(target).map_or(Effect::WritesWhatWasRead, Effect::Writes));
    }
}

/// The table that an expression means where a statement wants records, if its text tells.
fn table(expr: &Expr) -> Option<String> {
    let name = match expr {
        Expr::Table(name) | Expr::Mock(Mock::Count(name, _) | Mock::Range(name, _)) => {
            name.as_str()
        }
        Expr::Literal(Literal::RecordId(id)) => id.table.as_str(),
        Expr::Idiom(idiom) => match &*idiom.0 {
            [Part::Field(name)] => name.as_str(),
            _ => return None,
        },
        Expr::FunctionCall(call) => match (&call.receiver, &*call.arguments) {
            (Function::Normal(name), [Expr::Literal(Literal::String(table)), ..])
                if matches!(&**name, "type::record" | "type::table") =>
            {
                table.as_str()
            }
            _ => return None,
        },
        _ => return None,
    };
    Some(name.to_owned())
}

/// The parser's own words about the statement that begins at `start`.
fn parse_error(text: &str, start: usize) -> ParseError {
    let rest = &text.as_bytes()[start..];
    let outcome = parse_with_settings(rest, SETTINGS, async |parser, stk| {
        Ok(parser.parse_query(stk).await.err())
    });
    let (error, message) = match outcome {
        Ok(Some(error)) => (error, None),
        Ok(None) => (SyntaxError::new("this does not parse"), None),
        Err(too_large) => (SyntaxError::new(""), Some(too_large.to_string())),
    };
    let mut spans = Vec::new();
    // All spans are moved to the one character of a text of that length: what is rendered then is
    // the label alone, with nothing of the source around it.
    let error = error.update_spans(|span| {
        spans.push(*span);
        *span = Span { offset: 0, len: 1 };
    });
    let rendered = error.render_on("x");
    let label = rendered.snippets.first().map(ToString::to_string);
    let label = label.as_deref().and_then(|shown| shown.split_once("^ "));
    // The first one added is the one that the message is about; the walk meets it last.
    let span = spans.last().copied().unwrap_or(Span::empty());
    let at = start + span.offset as usize;
    let (at, end) = within(text, at, at + span.len as usize);
    ParseError {
        start: at,
        end,
        message: message.unwrap_or_else(|| in_plain_words(&rendered.errors.join(": "))),
        label: label.map_or("", |(_, label)| label.trim_end()).to_owned(),
    }
}

/// The parser calls the end of a query `Eof`, also where a semicolon would do.
fn in_plain_words(message: &str) -> String {
    message.replace("expected Eof", "expected the statement to end")
}

/// Keeps a place inside the text: an error at the end points behind the last character that is
/// no blank.
fn within(text: &str, start: usize, end: usize) -> (usize, usize) {
    let last = text.trim_end().len();
    if start >= last {
        return (last, last);
    }
    let start = floor_char_boundary(text, start);
    (
        start,
        floor_char_boundary(text, end.clamp(start, text.len())),
    )
}

fn floor_char_boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len()))
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statements(text: &str) -> Vec<&str> {
        let parsed = parse(text);
        assert_eq!(parsed.errors, [], "{text}");
        let places = parsed.statements.iter().map(|statement| statement.place);
        places
            .map(|place| &text[place.start as usize..place.end as usize])
            .collect()
    }

    #[test]
    fn statements_are_found_where_they_stand() {
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
    fn an_error_does_not_hide_the_statements_behind_it() {
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

    #[test]
    fn what_ends_a_script_from_the_inside_is_seen() {
        let escape = |text: &str| parse(text).statements[0].escape;
        for text in [
            "{ RETURN 1 }",
            "IF $a { IF $b { RETURN 1 } }",
            "LET $x = { RETURN 1 }",
            "FOR $i IN [1] { RETURN $i }",
            "LET $x = [{ a: { RETURN 1 } }]",
            "LET $x = array::len({ RETURN [] })",
            "LET $x = <int> { RETURN 1 } + 1",
            "{ RETURN 1 }.foo",
        ] {
            assert_eq!(escape(text), Some(Escape::Return), "{text}");
        }
        assert_eq!(escape("IF true { BREAK }"), Some(Escape::Break));
        for text in [
            "DEFINE FUNCTION fn::f() { RETURN 1 }",
            "LET $f = |$x| { RETURN $x }",
            "FOR $i IN [1] { IF $i { CONTINUE }; BREAK }",
            "UPDATE a SET b = { RETURN 1 }",
            "DEFINE EVENT e ON a THEN { RETURN 1 }",
        ] {
            assert_eq!(escape(text), None, "{text}");
        }
    }

    #[test]
    fn what_a_statement_does_to_records_and_indexes_is_seen() {
        use Effect::{Indexes, Reads, Writes, WritesWhatWasRead};
        let table = |name: &str| name.to_owned();
        let effects = |text: &str| parse(text).statements[0].effects.clone();
        for text in [
            "CREATE t",
            "CREATE t:1 SET a = 1",
            "CREATE |t:3|",
            "INSERT INTO t { a: 1 }",
            "INSERT RELATION INTO t [{ in: a:1, out: b:1 }]",
            "UPDATE t SET a = 1",
            "UPDATE t:1..5 SET a = 1",
            "UPSERT ONLY `t`:1 SET a = 1",
            "DELETE t WHERE a",
            "RELATE a:1->t->b:1",
            "RELATE a:1->t:1->b:1",
            "LET $x = (CREATE t)",
            "IF true { CREATE t }",
            "FOR $i IN 0..3 { { CREATE t } }",
            "FOR $i IN 0..3 { CREATE type::record('t', $i) }",
            "CREATE type::table('t')",
            "DEFINE TABLE t AS SELECT count() FROM a GROUP ALL",
        ] {
            assert_eq!(effects(text), [Writes(table("t"))], "{text}");
        }
        for text in [
            "DEFINE INDEX i ON t FIELDS a",
            "DEFINE INDEX OVERWRITE i ON TABLE t FIELDS a UNIQUE CONCURRENTLY",
            "IF true { DEFINE INDEX IF NOT EXISTS i ON t COUNT }",
        ] {
            assert_eq!(effects(text), [Indexes(table("t"))], "{text}");
        }
        for text in [
            "DEFINE TABLE t",
            "REMOVE TABLE t",
            "DEFINE EVENT e ON t THEN { CREATE t }",
            "DEFINE FUNCTION fn::f() { CREATE t; DEFINE INDEX i ON t FIELDS a }",
            "LET $f = || { CREATE t }",
        ] {
            assert_eq!(effects(text), [], "{text}");
        }
        assert_eq!(
            effects("FOR $row IN (SELECT * FROM t) { UPDATE $row.id SET a = 1; CREATE b }"),
            [Reads(table("t")), WritesWhatWasRead, Writes(table("b"))]
        );
        assert_eq!(
            effects("UPDATE (SELECT id FROM t WHERE a) SET a = 1"),
            [Reads(table("t")), WritesWhatWasRead]
        );
    }
}
