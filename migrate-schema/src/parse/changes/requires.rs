//! What has to be there for a statement not to fail.

use surrealdb_sql::statements::define::{DefineFieldStatement, DefineIndexStatement, DefineKind};
use surrealdb_sql::statements::{DefineStatement, RebuildStatement, SelectStatement};
use surrealdb_sql::{Expr, Function, Literal};

use super::definition::other_sources;
use super::subject::field;
use crate::effect::Name;
use crate::model::{Change, Object};
use crate::parse::effects::{name, owned};

/// What certainly has to be there for a statement that stands by itself, apart from what it alters or
/// removes. What is only looked at for a record that is found, or after a condition, may be missing.
pub fn requires(expr: &Expr) -> Vec<Change> {
    if let Expr::Define(define) = expr
        && let DefineStatement::Index(index) = &**define
    {
        return indexed(index);
    }
    if let Expr::Define(define) = expr
        && let DefineStatement::Field(field) = &**define
    {
        return flexible(field).into_iter().collect();
    }
    let objects = required(expr).into_iter();
    objects.map(Change::Requires).collect()
}

/// The engine looks at the table even where there is such a field and the mode is `IF NOT EXISTS`.
fn flexible(field: &DefineFieldStatement) -> Option<Change> {
    let table = name(&field.what).filter(|_| field.flexible)?;
    Some(Change::RequiresSchemafull(Object::Table(table)))
}

fn required(expr: &Expr) -> Vec<Object> {
    match expr {
        Expr::Let(assigned) => required(&assigned.what),
        Expr::Return(output) => required(&output.what),
        Expr::Update(update) if update.explain.is_none() => tables(&update.what),
        Expr::Delete(delete) if delete.explain.is_none() => tables(&delete.what),
        Expr::Select(select) if reads_all(select) => tables(&select.what),
        Expr::FunctionCall(call) => match &call.receiver {
            Function::Custom(name) => vec![Object::Function(owned(name))],
            _ => Vec::new(),
        },
        Expr::Rebuild(rebuild) => rebuilt(rebuild).into_iter().collect(),
        Expr::Define(define) => sources(define),
        _ => Vec::new(),
    }
}

fn tables(what: &[Expr]) -> Vec<Object> {
    what.iter().filter_map(table).map(Object::Table).collect()
}

/// The table of what is written out as a table or a record.
fn table(expr: &Expr) -> Option<Name> {
    match expr {
        Expr::Table(_) => name(expr),
        Expr::Literal(Literal::RecordId(id)) => Some(owned(id.table.as_str())),
        _ => None,
    }
}

/// Whether a query certainly looks at all of its tables. The engine looks at none where it finds the
/// condition to be false beforehand, and not at the others where it has as many records as it needs.
const fn reads_all(select: &SelectStatement) -> bool {
    let is_now = matches!(select.version, Expr::Literal(Literal::None));
    is_now && select.explain.is_none() && select.cond.is_none() && select.limit.is_none()
}

fn rebuilt(RebuildStatement::Index(it): &RebuildStatement) -> Option<Object> {
    let [table, name] = [it.what.as_str(), it.name.as_str()].map(owned);
    (!it.if_exists).then_some(Object::Index(table, name))
}

/// The fields of an index. Of a nested one it is enough that what it is in can have it, and an index
/// that is there already is left as it is.
fn indexed(index: &DefineIndexStatement) -> Vec<Change> {
    let Some(table) = name(&index.what) else {
        return Vec::new();
    };
    let is_nested = |col: &&Expr| matches!(col, Expr::Idiom(idiom) if idiom.0.len() > 1);
    let fields = index.cols.iter().filter(|col| !is_nested(col));
    let fields = fields.filter_map(field);
    let fields = fields.filter(|field| !matches!(&**field, "id" | "in" | "out"));
    let fields = fields.map(|field| Object::Field(table.clone(), field));
    match index.kind {
        DefineKind::Default | DefineKind::Overwrite => {
            fields.map(Change::RequiresIfSchemafull).collect()
        }
        DefineKind::IfNotExists => Vec::new(),
    }
}

/// The tables that a view is made of. Where it is there already, nothing is looked at.
fn sources(define: &DefineStatement) -> Vec<Object> {
    match define {
        DefineStatement::Table(view) if !matches!(view.kind, DefineKind::IfNotExists) => {
            other_sources(view)
        }
        _ => Vec::new(),
    }
}
