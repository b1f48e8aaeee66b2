//! Whether a field that is defined inside of another one goes with that one's type.

use surrealdb_sql::kind::KindLiteral;
use surrealdb_sql::statements::DefineStatement;
use surrealdb_sql::statements::define::DefineFieldStatement;
use surrealdb_sql::{Expr, Kind, Part};
use surrealdb_types::ToSql as _;

use super::changes::elements;
use super::rewrite::define;
use crate::model::{Definition, Mode};

/// Whether one field can be defined behind another one that it is inside of, and is then what it says:
/// the engine accepts its type there, and has not defined it differently by itself.
pub fn goes_with(outer: &Definition, inner: &Definition) -> bool {
    let [Some(outer), Some(inner)] = [outer, inner].map(field) else {
        return false;
    };
    let Some(kind) = outer.field_kind else {
        return true;
    };
    let (Expr::Idiom(path), Expr::Idiom(whole)) = (&outer.name, &inner.name) else {
        return false;
    };
    let Some(rest) = whole.0.strip_prefix(&*path.0) else {
        return false;
    };
    if is_implied(&kind, rest) {
        let is_flexible = inner.flexible || !outer.flexible;
        return is_flexible && accepts(&kind, rest, inner.field_kind.as_ref());
    }
    matches!(inner.field_kind, None | Some(Kind::Any))
        || accepts(&kind, rest, inner.field_kind.as_ref())
}

/// Whether the engine defines by itself what is at a path inside of a type.
fn is_implied(kind: &Kind, path: &[Part]) -> bool {
    let mut kind = kind.clone();
    path.iter().all(|part| match (part, elements(&kind)) {
        (Part::All, Some(inner)) if inner != Kind::Any => {
            kind = inner;
            true
        }
        _ => false,
    })
}

fn accepts(outer: &Kind, path: &[Part], inner: Option<&Kind>) -> bool {
    let kinds = outer.clone().flatten().into_iter();
    let mut kinds = kinds.filter(|kind| *kind != Kind::None);
    let Some((part, rest)) = path.split_first() else {
        return inner.is_some_and(|inner| inner.to_sql() == outer.to_sql());
    };
    if let (Part::All, Some(elements)) = (part, elements(outer)) {
        return accepts(&elements, rest, inner);
    }
    kinds.all(|kind| match (kind, part) {
        (Kind::Any, _) | (Kind::Object, Part::Field(_) | Part::All) => true,
        (Kind::Literal(KindLiteral::Object(fields)), Part::Field(name)) => {
            let field = fields.get(name);
            field.is_some_and(|kind| accepts(kind, rest, inner))
        }
        _ => false,
    })
}

fn field(definition: &Definition) -> Option<DefineFieldStatement> {
    match define(&definition.statement(Mode::Plain))? {
        DefineStatement::Field(field) => Some(*field),
        _ => None,
    }
}
