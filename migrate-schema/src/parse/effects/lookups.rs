//! By what a statement selects records, where the planner would ask an index for it. What was not
//! tried is not seen as such.

use surrealdb_sql::operator::NearestNeighbor;
use surrealdb_sql::order::Ordering;
use surrealdb_sql::statements::SelectStatement;
use surrealdb_sql::{
    BinaryOperator, Expr, Field, Fields, Function, Literal, Part, PrefixOperator, RecordIdKeyLit,
};

use super::names::{field_path, path};
use crate::effect::{Lookup, Name};

/// By what a `SELECT` selects from a table as a whole.
pub fn of_select(select: &SelectStatement) -> Option<Lookup> {
    if select.with.is_some() {
        return None;
    }
    match &select.cond {
        Some(cond) => match of_condition(&cond.0) {
            Condition::Indexed(lookup) => return Some(lookup),
            Condition::Plain => {}
            Condition::Unclear => return None,
        },
        None if counts_all(select) => return Some(Lookup::Count),
        None => {}
    }
    ordered_by(select).map(Lookup::Value)
}

/// By what a statement with a condition selects.
pub fn of_statement(condition: Option<&Expr>) -> Option<Lookup> {
    match of_condition(condition?) {
        Condition::Indexed(lookup) => Some(lookup),
        Condition::Plain | Condition::Unclear => None,
    }
}

/// How a condition is answered.
#[derive(Debug, PartialEq)]
enum Condition {
    /// By an index that begins with this field, if there is one.
    Indexed(Lookup),
    /// By looking at each record, whatever indexes there are.
    Plain,
    /// By one of several indexes, or in a way that was not tried.
    Unclear,
}

fn of_condition(condition: &Expr) -> Condition {
    match condition {
        Expr::Binary {
            left,
            op: BinaryOperator::And,
            right,
        } => match (of_condition(left), of_condition(right)) {
            (Condition::Plain, other) | (other, Condition::Plain) => other,
            (left, right) if left == right => left,
            _ => Condition::Unclear,
        },
        Expr::Binary {
            left,
            op: BinaryOperator::Or,
            right,
        } => {
            let sides = [left, right].map(|side| match &**side {
                Expr::Binary {
                    op: BinaryOperator::And,
                    ..
                } => Condition::Unclear,
                side => of_condition(side),
            });
            match sides {
                [Condition::Indexed(left), Condition::Indexed(right)] if left == right => {
                    Condition::Indexed(left)
                }
                [Condition::Plain, Condition::Plain] => Condition::Plain,
                _ => Condition::Unclear,
            }
        }
        Expr::Binary { left, op, right } => of_comparison(left, op, right),
        Expr::Prefix {
            op: PrefixOperator::Not,
            ..
        }
        | Expr::Idiom(_) => Condition::Plain,
        _ => Condition::Unclear,
    }
}

fn of_comparison(left: &Expr, op: &BinaryOperator, right: &Expr) -> Condition {
    let indexed = |lookup: fn(Name) -> Lookup, field: &Expr| {
        field_path(field).map_or(Condition::Unclear, |field| {
            Condition::Indexed(lookup(field))
        })
    };
    match op {
        BinaryOperator::Equal
        | BinaryOperator::ExactEqual
        | BinaryOperator::LessThan
        | BinaryOperator::LessThanEqual
        | BinaryOperator::MoreThan
        | BinaryOperator::MoreThanEqual
            if is_constant(left) =>
        {
            indexed(Lookup::Value, right)
        }
        BinaryOperator::Equal
        | BinaryOperator::ExactEqual
        | BinaryOperator::LessThan
        | BinaryOperator::LessThanEqual
        | BinaryOperator::MoreThan
        | BinaryOperator::MoreThanEqual
        | BinaryOperator::Inside
            if is_constant(right) =>
        {
            match left {
                Expr::FunctionCall(_) | Expr::Binary { .. } => Condition::Plain,
                _ => indexed(Lookup::Value, left),
            }
        }
        BinaryOperator::Equal if field_path(left).is_some() && field_path(right).is_some() => {
            Condition::Plain
        }
        BinaryOperator::NotEqual if !matches!(right, Expr::Literal(Literal::None)) => {
            Condition::Plain
        }
        BinaryOperator::NotInside => Condition::Plain,
        BinaryOperator::Matches(_) => indexed(Lookup::Words, left),
        BinaryOperator::NearestNeighbor(nearest) => match &**nearest {
            NearestNeighbor::Approximate(..) => indexed(Lookup::Neighbours, left),
            NearestNeighbor::K(..) | NearestNeighbor::KTree(_) => Condition::Unclear,
        },
        _ => Condition::Unclear,
    }
}

/// Whether a value does not depend on the record: a literal, a parameter, or a function of such.
fn is_constant(value: &Expr) -> bool {
    match value {
        Expr::Literal(Literal::Array(items) | Literal::Set(items)) => items.iter().all(is_constant),
        Expr::Literal(Literal::Object(entries)) => {
            entries.iter().all(|entry| is_constant(&entry.value))
        }
        Expr::Literal(Literal::RecordId(id)) => matches!(
            id.key,
            RecordIdKeyLit::Number(_) | RecordIdKeyLit::String(_) | RecordIdKeyLit::Uuid(_)
        ),
        Expr::Literal(_) => true,
        Expr::Param(param) => !matches!(param.as_str(), "this" | "parent" | "self"),
        Expr::FunctionCall(call) => {
            matches!(call.receiver, Function::Normal(_)) && call.arguments.iter().all(is_constant)
        }
        // A field of a variable.
        Expr::Idiom(idiom) => match &*idiom.0 {
            [Part::Start(Expr::Param(param)), rest @ ..] => {
                let is_field = |part: &Part| matches!(part, Part::Field(_));
                is_constant(&Expr::Param(param.clone())) && rest.iter().all(is_field)
            }
            _ => false,
        },
        _ => false,
    }
}

/// `SELECT count() FROM … GROUP ALL`
fn counts_all(select: &SelectStatement) -> bool {
    let is_count = |expr: &Expr| match expr {
        Expr::FunctionCall(call) => {
            matches!(&call.receiver, Function::Normal(name) if name == "count")
                && call.arguments.is_empty()
        }
        _ => false,
    };
    let counts = match &select.fields {
        Fields::Value(value) => is_count(&value.expr),
        Fields::Select(fields) => match &**fields {
            [Field::Single(only)] => is_count(&only.expr),
            _ => false,
        },
    };
    counts
        && select
            .group
            .as_ref()
            .is_some_and(|group| group.0.is_empty())
}

/// The field of the table that comes first in an order.
fn ordered_by(select: &SelectStatement) -> Option<Name> {
    if select.group.is_some() || select.split.is_some() {
        return None;
    }
    let Some(Ordering::Order(orders)) = &select.order else {
        return None;
    };
    let first = orders.first()?;
    if first.collate || first.numeric {
        return None;
    }
    let field = path(&first.value)?;
    let is_alias = |selected: &Field| match selected {
        Field::Single(selected) => {
            let alias = selected.alias.as_ref();
            alias.is_some_and(|alias| *alias == first.value)
                && field_path(&selected.expr).as_ref() != Some(&field)
        }
        Field::All => false,
    };
    match &select.fields {
        Fields::Select(fields) if fields.iter().any(is_alias) => None,
        _ => Some(field),
    }
}
