//! What a definition names that has to be there by the time that it is used.

use std::collections::BTreeSet;

use surrealdb_sql::statements::DefineStatement;
use surrealdb_sql::{Expr, Function, TopLevelExpr};

use super::effects::name;
use super::named_fields;
use super::variables::OF_THE_ENGINE;
use crate::effect::Name;
use crate::model::Object;

/// The functions, tables, fields and parameters that a definition names in what it keeps for `later`: the body
/// of a function or an event, a value, a condition, a permission.
pub fn named_later(statement: &TopLevelExpr, later: &[&Expr]) -> Vec<Object> {
    let TopLevelExpr::Expr(Expr::Define(define)) = statement else {
        return Vec::new();
    };
    let mut named: BTreeSet<Object> = later.iter().flat_map(|expr| named(expr)).collect();
    named.extend(named_fields::of_definition(define));
    if named.is_empty() {
        return Vec::new();
    }
    let mut set: Vec<Name> = arguments(define);
    set.extend(later.iter().flat_map(|expr| set_by(expr)));
    let is_set = |name: &Name| OF_THE_ENGINE.contains(&&**name) || set.contains(name);
    let is_open = |object: &Object| !matches!(object, Object::Param(name) if is_set(name));
    named.into_iter().filter(is_open).collect()
}

fn named(expr: &Expr) -> Vec<Object> {
    match expr {
        Expr::FunctionCall(call) => match &call.receiver {
            Function::Custom(name) => vec![Object::Function(name.clone().into())],
            _ => Vec::new(),
        },
        Expr::Param(name) => vec![Object::Param(plain(name.as_str()))],
        Expr::Select(_) | Expr::Create(_) | Expr::Update(_) | Expr::Upsert(_) | Expr::Delete(_) => {
            let mut named = named_fields::of_query(expr);
            named.extend(read_tables(expr));
            named
        }
        _ => Vec::new(),
    }
}

/// The tables that a query does not make where they are not there.
fn read_tables(expr: &Expr) -> Vec<Object> {
    let what = match expr {
        Expr::Select(select) => &select.what,
        Expr::Update(update) => &update.what,
        Expr::Delete(delete) => &delete.what,
        _ => return Vec::new(),
    };
    let tables = what.iter().filter(|it| matches!(it, Expr::Table(_)));
    tables.filter_map(name).map(Object::Table).collect()
}

fn arguments(define: &DefineStatement) -> Vec<Name> {
    match define {
        DefineStatement::Function(it) => it.args.iter().map(|(name, _)| plain(name)).collect(),
        _ => Vec::new(),
    }
}

/// The variables that an expression sets, wherever it does.
fn set_by(expr: &Expr) -> Vec<Name> {
    match expr {
        Expr::Let(it) => vec![plain(it.name.as_str())],
        Expr::Foreach(it) => vec![plain(it.param.as_str())],
        Expr::Closure(it) => it
            .args
            .iter()
            .map(|(name, _)| plain(name.as_str()))
            .collect(),
        _ => Vec::new(),
    }
}

fn plain(name: &str) -> Name {
    name.trim_start_matches('$').to_owned().into()
}
