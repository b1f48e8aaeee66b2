//! What has to be there for a statement not to fail.

use surrealdb_sql::statements::define::DefineKind;
use surrealdb_sql::statements::{DefineStatement, RebuildStatement, SelectStatement};
use surrealdb_sql::{Expr, Literal};

use crate::effect::Name;
use crate::model::Object;
use crate::parse::effects::name;

/// What certainly has to be there for a statement that stands by itself, apart from what it alters or
/// removes. What is only looked at for a record that is found, or after a condition, may be missing.
pub fn requires(expr: &Expr) -> Vec<Object> {
    match expr {
        Expr::Let(assigned) => requires(&assigned.what),
        Expr::Return(output) => requires(&output.what),
        Expr::Update(update) if update.explain.is_none() => tables(&update.what),
        Expr::Delete(delete) if delete.explain.is_none() => tables(&delete.what),
        Expr::Select(select) if reads_all(select) => tables(&select.what),
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
        Expr::Literal(Literal::RecordId(id)) => Some(id.table.as_str().to_owned().into()),
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
    let [table, name] = [it.what.as_str(), it.name.as_str()].map(|it| Name::from(it.to_owned()));
    (!it.if_exists).then_some(Object::Index(table, name))
}

/// The tables that a view is made of. It may be made of itself.
fn sources(define: &DefineStatement) -> Vec<Object> {
    let DefineStatement::Table(table) = define else {
        return Vec::new();
    };
    let itself = name(&table.name);
    let sources = table.view.iter().flat_map(|view| &view.what);
    let sources = sources.map(|source| Name::from(source.as_str().to_owned()));
    let others = sources.filter(|source| Some(source) != itself.as_ref());
    match table.kind {
        DefineKind::Default | DefineKind::Overwrite => others.map(Object::Table).collect(),
        // It may be there already, and then nothing is looked at.
        DefineKind::IfNotExists => Vec::new(),
    }
}
