//! Which fields a statement compares with NULL.

use surrealdb_sql::{BinaryOperator, Expr, Literal};

use super::effects::{field_path, name};
use crate::effect::Name;
use crate::model::Object;

/// The fields of a table that the condition of a statement compares with NULL.
pub fn compared_with_null(runs: &[&Expr]) -> Vec<Object> {
    let mut compared = Vec::new();
    for expr in runs {
        let (what, condition) = match expr {
            Expr::Select(it) => (&it.what, &it.cond),
            Expr::Update(it) => (&it.what, &it.cond),
            Expr::Upsert(it) => (&it.what, &it.cond),
            Expr::Delete(it) => (&it.what, &it.cond),
            _ => continue,
        };
        if let ([table @ Expr::Table(_)], Some(condition)) = (&**what, condition)
            && let Some(table) = name(table)
        {
            let fields = compared_in(&condition.0).into_iter();
            compared.extend(fields.map(|field| Object::Field(table.clone(), field)));
        }
    }
    compared
}

/// The fields that a condition compares with NULL alone: one that it compares with NONE as well may
/// have either, as far as its author knows.
fn compared_in(condition: &Expr) -> Vec<Name> {
    let mut compared = Vec::new();
    add_compared(condition, &mut compared);
    let with_none: Vec<Name> = compared
        .iter()
        .filter(|(_, value)| matches!(value, Literal::None))
        .map(|(field, _)| field.clone())
        .collect();
    let with_null = compared.into_iter();
    let with_null = with_null.filter(|(_, value)| matches!(value, Literal::Null));
    let with_null = with_null.map(|(field, _)| field);
    with_null
        .filter(|field| !with_none.contains(field))
        .collect()
}

fn add_compared<'e>(condition: &'e Expr, compared: &mut Vec<(Name, &'e Literal)>) {
    let Expr::Binary { left, op, right } = condition else {
        return;
    };
    match (op, &**left, &**right) {
        (BinaryOperator::And | BinaryOperator::Or, left, right) => {
            add_compared(left, compared);
            add_compared(right, compared);
        }
        (
            BinaryOperator::Equal | BinaryOperator::ExactEqual | BinaryOperator::NotEqual,
            field,
            Expr::Literal(value),
        )
        | (
            BinaryOperator::Equal | BinaryOperator::ExactEqual | BinaryOperator::NotEqual,
            Expr::Literal(value),
            field,
        ) => compared.extend(field_path(field).map(|field| (field, value))),
        _ => {}
    }
}
