//! What a definition says, clause by clause, in words.

use surrealdb_sql::statements::DefineStatement;
use surrealdb_sql::statements::define::DefineDefault;
use surrealdb_sql::{Expr, Kind, Literal};
use surrealdb_types::ToSql;

use super::rewrite::define;
use crate::model::outline::{Field, Link};
use crate::model::{Definition, Mode};

/// What a field says.
pub fn describe_field(definition: &Definition) -> Option<Field> {
    let DefineStatement::Field(field) = define(&definition.statement(Mode::Plain))? else {
        return None;
    };
    let text = |expr: &Option<Expr>| expr.as_ref().map(ToSql::to_sql);
    let mut links = Vec::new();
    if let Some(kind) = &field.field_kind {
        add_links(kind, false, &mut links);
    }
    Some(Field {
        name: String::new(),
        kind: field.field_kind.as_ref().map(kind_text),
        optional: field.field_kind.as_ref().is_none_or(accepts_none),
        links,
        default: match &field.default {
            DefineDefault::None => None,
            DefineDefault::Set(value) | DefineDefault::Always(value) => Some(value.to_sql()),
        },
        value: text(&field.value),
        assert: text(&field.assert),
        computed: text(&field.computed),
        readonly: field.readonly,
        flexible: field.flexible,
        reference: field.reference.is_some(),
        comment: match &field.comment {
            Expr::Literal(Literal::String(text)) => Some(text.as_str().to_owned()),
            _ => None,
        },
        definition: None,
    })
}

/// A type as people write it: `option<int>` rather than `none | int`.
fn kind_text(kind: &Kind) -> String {
    let inner = |kind: &Kind, length: Option<u64>, name: &str| match (kind, length) {
        (Kind::Any, None) => name.to_owned(),
        (kind, None) => format!("{name}<{}>", kind_text(kind)),
        (kind, Some(length)) => format!("{name}<{}, {length}>", kind_text(kind)),
    };
    match kind {
        Kind::Array(of, length) => inner(of, *length, "array"),
        Kind::Set(of, length) => inner(of, *length, "set"),
        Kind::Either(kinds) => {
            let others = kinds.iter().filter(|kind| **kind != Kind::None);
            let others: Vec<String> = others.map(kind_text).collect();
            let text = others.join(" | ");
            match others.len() < kinds.len() {
                true => format!("option<{text}>"),
                false => text,
            }
        }
        kind => kind.to_sql().trim().to_owned(),
    }
}

fn accepts_none(kind: &Kind) -> bool {
    let kinds = kind.clone().flatten();
    kinds
        .iter()
        .any(|kind| matches!(kind, Kind::None | Kind::Any))
}

fn add_links(kind: &Kind, many: bool, links: &mut Vec<Link>) {
    match kind {
        Kind::Record(tables) => {
            for table in tables {
                let link = Link::new(table.as_str(), many);
                if !links.contains(&link) {
                    links.push(link);
                }
            }
        }
        Kind::Array(of, _) | Kind::Set(of, _) => add_links(of, true, links),
        Kind::Either(kinds) => kinds.iter().for_each(|kind| add_links(kind, many, links)),
        _ => {}
    }
}

/// Whether a statement holds what only some should know: a user's password, or the key of an access
/// method. A key that the statement does not give is made up each time that it is parsed.
pub fn has_secret(statement: &str) -> bool {
    match define(statement) {
        Some(DefineStatement::User(_)) => true,
        Some(access @ DefineStatement::Access(_)) => {
            let is_given = define(statement).is_some_and(|again| again == access);
            is_given && access.to_sql().contains(" KEY ")
        }
        _ => false,
    }
}
