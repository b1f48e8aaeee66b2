//! Tables that the engine makes by itself: those that a write does not find, and those of edges that
//! are left of a table that was removed.

use surrealdb_sql::statements::{InsertStatement, RelateStatement};
use surrealdb_sql::{Data, Expr, Literal, Part, RecordIdKeyLit};

use crate::effect::Name;
use crate::parse::effects::{owned, target, whole_table};

/// The tables that a statement which stands by itself certainly looks for, even where it then writes
/// no record: those of a `RELATE` only where it has something to relate.
pub fn writes(expr: &Expr) -> Vec<Name> {
    match expr {
        Expr::Let(assigned) => writes(&assigned.what),
        Expr::Return(output) => writes(&output.what),
        Expr::Create(create) => tables(&create.what),
        Expr::Upsert(upsert) => tables(&upsert.what),
        Expr::Insert(insert) => inserted(insert).unwrap_or_default(),
        Expr::Relate(relate) if leads_somewhere(relate) => {
            tables(std::slice::from_ref(&relate.through))
        }
        _ => Vec::new(),
    }
}

fn tables(what: &[Expr]) -> Vec<Name> {
    let targets = what.iter().filter_map(target);
    targets.map(|target| target.table).collect()
}

/// Where an `INSERT` writes to, if the text tells: its table, or else those of its records.
pub fn inserted(insert: &InsertStatement) -> Option<Vec<Name>> {
    match (&insert.into, &insert.data) {
        (Some(into), _) => Some(vec![whole_table(into)?]),
        (None, Data::SingleExpression(Expr::Literal(Literal::Array(records)))) => {
            records.iter().map(table_of_record).collect()
        }
        (None, Data::SingleExpression(record)) => Some(vec![table_of_record(record)?]),
        (None, _) => None,
    }
}

/// The table in the `id` of a record that is written out.
pub fn table_of_record(record: &Expr) -> Option<Name> {
    let Expr::Literal(Literal::Object(entries)) = record else {
        return None;
    };
    let mut ids = entries.iter().filter(|entry| entry.key.as_str() == "id");
    match (&ids.next()?.value, ids.next()) {
        (Expr::Literal(Literal::RecordId(id)), None) => Some(owned(id.table.as_str())),
        _ => None,
    }
}

/// A list that is read may be empty.
pub fn leads_somewhere(relate: &RelateStatement) -> bool {
    [&relate.from, &relate.to].into_iter().all(is_record)
}

fn is_record(expr: &Expr) -> bool {
    match expr {
        Expr::Literal(Literal::RecordId(id)) => !matches!(id.key, RecordIdKeyLit::Range(_)),
        Expr::Literal(Literal::Array(ends)) => ends.iter().any(is_record),
        _ => false,
    }
}

/// The tables that a statement may write edges to; `None` where the text does not tell which one.
pub fn related(expr: &Expr) -> Vec<Option<Name>> {
    match expr {
        Expr::Relate(relate) => vec![target(&relate.through).map(|target| target.table)],
        Expr::Insert(insert) if insert.relation => match inserted(insert) {
            Some(tables) => tables.into_iter().map(Some).collect(),
            None => vec![None],
        },
        _ => Vec::new(),
    }
}

/// Whether an expression comes upon edges that there are: with a record, its edges are deleted.
pub fn reaches_edges(expr: &Expr) -> bool {
    let may_follow = |part: &Part| {
        matches!(
            part,
            Part::Graph(_) | Part::Destructure(_) | Part::Recurse(..)
        )
    };
    match expr {
        Expr::Delete(_) => true,
        Expr::Idiom(idiom) => idiom.0.iter().any(may_follow),
        _ => false,
    }
}
