//! The fields that a definition names in what it keeps for later.

use surrealdb_sql::data::Assignment;
use surrealdb_sql::statements::{DefineStatement, SelectStatement};
use surrealdb_sql::{Cond, Data, Expr, Field, Fields, Literal, Part, Permission};

use super::effects::{name, push_field, target};
use crate::effect::Name;
use crate::model::Object;

/// The fields of its table, without what is in them, that a definition names outside of the queries in
/// it.
pub fn of_definition(define: &DefineStatement) -> Vec<Object> {
    match define {
        DefineStatement::Table(it) => {
            let permissions = &it.permissions;
            let permissions = [
                &permissions.select,
                &permissions.create,
                &permissions.update,
                &permissions.delete,
            ];
            let own = on(name(&it.name), permissions.into_iter().flat_map(permitted));
            let source = it.view.as_ref().and_then(|view| match &*view.what {
                [source] => Some((Name::from(source.as_str().to_owned()), view)),
                _ => None,
            });
            let selected = source.map(|(source, view)| {
                let fields = selected(&view.expr).chain(in_condition(view.cond.as_ref()));
                on(Some(source), fields)
            });
            own.into_iter()
                .chain(selected.into_iter().flatten())
                .collect()
        }
        DefineStatement::Field(it) => {
            let kept = it.value.iter().chain(&it.assert).chain(&it.computed);
            let permissions = &it.permissions;
            let permissions = [
                &permissions.select,
                &permissions.create,
                &permissions.update,
            ];
            let permitted = permissions.into_iter().flat_map(permitted);
            on(name(&it.what), kept.flat_map(in_expr).chain(permitted))
        }
        _ => Vec::new(),
    }
}

/// The fields that a query names of the table that it is about, if that is one.
pub fn of_query(expr: &Expr) -> Vec<Object> {
    match expr {
        Expr::Select(select) => of_select(select),
        Expr::Create(it) => on(table(&it.what), it.data.iter().flat_map(in_data)),
        Expr::Update(it) => on(
            table(&it.what),
            it.data
                .iter()
                .flat_map(in_data)
                .chain(in_condition(it.cond.as_ref())),
        ),
        Expr::Upsert(it) => on(
            table(&it.what),
            it.data
                .iter()
                .flat_map(in_data)
                .chain(in_condition(it.cond.as_ref())),
        ),
        Expr::Delete(it) => on(table(&it.what), in_condition(it.cond.as_ref())),
        _ => Vec::new(),
    }
}

fn of_select(select: &SelectStatement) -> Vec<Object> {
    let fields = selected(&select.fields).chain(in_condition(select.cond.as_ref()));
    on(table(&select.what), fields)
}

fn on(table: Option<Name>, fields: impl Iterator<Item = Name>) -> Vec<Object> {
    let Some(table) = table else {
        return Vec::new();
    };
    fields
        .map(|field| Object::Field(table.clone(), field))
        .collect()
}

/// The one table, or that of the one record, that a statement is about.
fn table(what: &[Expr]) -> Option<Name> {
    match what {
        [only @ (Expr::Table(_) | Expr::Literal(Literal::RecordId(_)))] => {
            target(only).map(|target| target.table)
        }
        _ => None,
    }
}

fn selected(fields: &Fields) -> impl Iterator<Item = Name> {
    let selected: Vec<&Expr> = match fields {
        Fields::Value(selector) => vec![&selector.expr],
        Fields::Select(fields) => {
            let singles = fields.iter().filter_map(|field| match field {
                Field::Single(selector) => Some(&selector.expr),
                Field::All => None,
            });
            singles.collect()
        }
    };
    selected.into_iter().flat_map(in_expr)
}

fn in_condition(condition: Option<&Cond>) -> impl Iterator<Item = Name> {
    condition
        .into_iter()
        .flat_map(|condition| in_expr(&condition.0))
}

fn permitted(permission: &Permission) -> Vec<Name> {
    match permission {
        Permission::Specific(condition) => in_expr(condition),
        Permission::None | Permission::Full => Vec::new(),
    }
}

/// What is written, and what is read to write it.
fn in_data(data: &Data) -> Vec<Name> {
    let of_object = |content: &Expr| match content {
        Expr::Literal(Literal::Object(entries)) => {
            let keys = entries.iter().map(|entry| field(entry.key.as_str()));
            keys.collect()
        }
        _ => Vec::new(),
    };
    match data {
        Data::SetExpression(assignments) => {
            let names = assignments
                .iter()
                .flat_map(|Assignment { place, value, .. }| {
                    let written = root(&place.0);
                    written.into_iter().chain(in_expr(value))
                });
            names.collect()
        }
        Data::ContentExpression(content)
        | Data::ReplaceExpression(content)
        | Data::MergeExpression(content) => of_object(content),
        _ => Vec::new(),
    }
}

/// The fields of the record itself that an expression reads, as far as they are not in a query or in a
/// filter of it.
fn in_expr(expr: &Expr) -> Vec<Name> {
    match expr {
        Expr::Idiom(idiom) => root(&idiom.0).into_iter().collect(),
        Expr::Binary { left, right, .. } => {
            let sides = [left, right].into_iter();
            sides.flat_map(|side| in_expr(side)).collect()
        }
        Expr::Prefix { expr, .. } | Expr::Postfix { expr, .. } => in_expr(expr),
        Expr::FunctionCall(call) => call.arguments.iter().flat_map(in_expr).collect(),
        _ => Vec::new(),
    }
}

fn root(path: &[Part]) -> Option<Name> {
    match path.first() {
        Some(Part::Field(name)) => Some(field(name.as_str())),
        _ => None,
    }
}

fn field(name: &str) -> Name {
    let mut path = String::new();
    push_field(&mut path, name);
    path.into()
}
