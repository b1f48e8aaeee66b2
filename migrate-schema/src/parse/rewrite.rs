//! Statements made from definitions, and from other statements.

use surrealdb_sql::statements::alter::AlterKind;
use surrealdb_sql::statements::alter::field::AlterFieldStatement;
use surrealdb_sql::statements::alter::table::AlterTableStatement;
use surrealdb_sql::statements::{AlterStatement, DefineStatement};
use surrealdb_sql::{Expr, Literal, TableName, TopLevelExpr};
use surrealdb_types::ToSql as _;

use super::changes::{Subject, definition, mode};
use super::stream::each;
use crate::model::{Definition, Mode, Object};

/// A statement that defines something in a database: what, and what it says there, even where that is
/// evaluated, or holds a secret.
pub fn parse_definition(statement: &str) -> Option<(Object, Definition)> {
    let define = define(statement)?;
    let expr = Expr::Define(Box::new(define));
    match (Subject::of(&expr), expr) {
        (Subject::Object(object), Expr::Define(define)) => Some((object, definition(&define))),
        _ => None,
    }
}

/// Whether a statement defines something only where nothing is there.
pub fn is_if_not_exists(statement: &str) -> bool {
    define(statement).is_some_and(|define| mode(&define) == Mode::IfNotExists)
}

/// A statement that defines something with other words for what happens where it is there already, and
/// else as it is written. `None` where that cannot be done to the text.
pub fn in_mode(statement: &str, wanted: Mode) -> Option<String> {
    let parsed = define(statement)?;
    let (head, rest) = split_words(statement, 2)?;
    let (_, rest) = match mode(&parsed) {
        Mode::Plain => ("", rest),
        Mode::Overwrite => split_words(rest, 1)?,
        Mode::IfNotExists => split_words(rest, 3)?,
    };
    let text = match wanted.words() {
        "" => format!("{head}{rest}"),
        words => format!("{head}{words} {rest}"),
    };
    // A comment between these words is not looked for: what comes out has to be what was meant.
    let is_in_mode = mode(&define(&text)?) == wanted;
    is_in_mode.then_some(text)
}

/// A text after some words, and these with the blanks behind them.
fn split_words(text: &str, count: usize) -> Option<(&str, &str)> {
    let mut rest = text;
    for _ in 0..count {
        let end = rest.find(char::is_whitespace)?;
        rest = rest[end..].trim_start();
    }
    Some(text.split_at(text.len() - rest.len()))
}

/// The `ALTER TABLE` that makes one definition of a table another one, if that is possible without
/// defining it anew.
pub fn alter_table(from: &Definition, to: &Definition) -> Option<String> {
    let [from, to] = [from, to].map(|it| match define(&it.statement(Mode::Plain)) {
        Some(DefineStatement::Table(table)) => Some(table),
        _ => None,
    });
    let (from, to) = (from?, to?);
    let alter = AlterTableStatement {
        name: to.name.clone(),
        schemafull: match (from.full, to.full) {
            (false, true) => AlterKind::Set(()),
            (true, false) => AlterKind::Drop,
            _ => AlterKind::None,
        },
        permissions: (from.permissions != to.permissions).then(|| to.permissions.clone()),
        changefeed: altered(from.changefeed.as_ref(), to.changefeed.as_ref()),
        comment: altered(text(&from.comment).as_ref(), text(&to.comment).as_ref()),
        ..AlterTableStatement::default()
    };
    let mut altered = from;
    altered.full = to.full;
    altered.permissions = to.permissions.clone();
    altered.changefeed = to.changefeed;
    altered.comment = to.comment.clone();
    (altered == to).then(|| AlterStatement::Table(alter).to_sql())
}

/// `ALTER TABLE t SCHEMAFULL`, or `SCHEMALESS`.
pub fn alter_schema(table: &str, is_schemafull: bool) -> String {
    let alter = AlterTableStatement {
        name: Expr::Table(TableName::from(table)),
        schemafull: match is_schemafull {
            true => AlterKind::Set(()),
            false => AlterKind::Drop,
        },
        ..AlterTableStatement::default()
    };
    AlterStatement::Table(alter).to_sql()
}

/// The two statements that define a field without a look at what is defined in it, or a change of that:
/// one without its type and without `REFERENCE`, and one that adds these. `None` where there are none.
pub fn type_apart(field: &Definition) -> Option<(Definition, String)> {
    let DefineStatement::Field(mut field) = define(&field.statement(Mode::Plain))? else {
        return None;
    };
    let alter = AlterFieldStatement {
        name: field.name.clone(),
        what: field.what.clone(),
        kind: field
            .field_kind
            .take()
            .map_or(AlterKind::None, AlterKind::Set),
        flexible: match std::mem::take(&mut field.flexible) {
            true => AlterKind::Set(()),
            false => AlterKind::None,
        },
        reference: field
            .reference
            .take()
            .map_or(AlterKind::None, AlterKind::Set),
        ..AlterFieldStatement::default()
    };
    if (&alter.kind, &alter.reference) == (&AlterKind::None, &AlterKind::None) {
        return None;
    }
    let alter = AlterStatement::Field(Box::new(alter)).to_sql();
    Some((definition(&DefineStatement::Field(field)), alter))
}

fn altered<T: Clone + PartialEq>(from: Option<&T>, to: Option<&T>) -> AlterKind<T> {
    match to {
        _ if from == to => AlterKind::None,
        Some(to) => AlterKind::Set(to.clone()),
        None => AlterKind::Drop,
    }
}

fn text(comment: &Expr) -> Option<String> {
    match comment {
        Expr::Literal(Literal::String(text)) => Some(text.as_str().to_owned()),
        _ => None,
    }
}

/// The one definition that a text consists of.
pub fn define(statement: &str) -> Option<DefineStatement> {
    let mut statements = Vec::new();
    let parsed = each(statement, |_, it| statements.push(it.clone()));
    match (parsed, &*statements) {
        (Ok(()), [TopLevelExpr::Expr(Expr::Define(define))]) => Some((**define).clone()),
        _ => None,
    }
}
