//! Whether an assertion refuses a value that is written out, as far as both are plain.

use std::cmp::Ordering;

use surrealdb_sql::{BinaryOperator, Expr, Function, Literal};

/// Whether an `ASSERT` certainly refuses a value; `false` where the text does not tell.
pub fn refuses(assertion: &Expr, value: &Expr) -> bool {
    let Expr::Literal(value) = value else {
        return false;
    };
    holds(assertion, value) == Some(false)
}

/// Whether a condition holds for a value, where the text tells.
fn holds(condition: &Expr, value: &Literal) -> Option<bool> {
    let Expr::Binary { left, op, right } = condition else {
        return None;
    };
    match op {
        BinaryOperator::And => both(holds(left, value), holds(right, value)),
        // Neither of them is what it is not.
        BinaryOperator::Or => {
            let not = |condition| holds(condition, value).map(|it| !it);
            both(not(left), not(right)).map(|it| !it)
        }
        BinaryOperator::Inside | BinaryOperator::NotInside => {
            let is_inside = is_among(&result(left, value)?, right)?;
            Some(is_inside == (*op == BinaryOperator::Inside))
        }
        _ => compared(&result(left, value)?, op, &result(right, value)?),
    }
}

const fn both(left: Option<bool>, right: Option<bool>) -> Option<bool> {
    match (left, right) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

/// What an expression comes to: a literal, the value, or a string's length.
fn result(expr: &Expr, value: &Literal) -> Option<Literal> {
    match expr {
        Expr::Literal(literal) => Some(literal.clone()),
        Expr::Param(param) if param.as_str() == "value" => Some(value.clone()),
        Expr::FunctionCall(call) => match (&call.receiver, &*call.arguments) {
            (Function::Normal(name), [of]) if name == "string::len" => {
                let Literal::String(text) = result(of, value)? else {
                    return None;
                };
                let length = text.as_str().chars().count();
                Some(Literal::Integer(i64::try_from(length).ok()?))
            }
            _ => None,
        },
        _ => None,
    }
}

fn is_among(value: &Literal, list: &Expr) -> Option<bool> {
    let Expr::Literal(Literal::Array(list)) = list else {
        return None;
    };
    let mut is_among = Some(false);
    for element in list {
        match compared(value, &BinaryOperator::Equal, &result(element, value)?) {
            Some(true) => return Some(true),
            Some(false) => {}
            None => is_among = None,
        }
    }
    is_among
}

/// Literals of one kind; others are equal or not by rules of the engine.
fn compared(left: &Literal, op: &BinaryOperator, right: &Literal) -> Option<bool> {
    let order = match (left, right) {
        (Literal::Integer(left), Literal::Integer(right)) => left.cmp(right),
        (Literal::String(left), Literal::String(right)) => return equals(left == right, op),
        (Literal::Bool(left), Literal::Bool(right)) => return equals(left == right, op),
        (Literal::None, Literal::None) | (Literal::Null, Literal::Null) => return equals(true, op),
        (Literal::None | Literal::Null, _) | (_, Literal::None | Literal::Null) => {
            return equals(false, op);
        }
        _ => return None,
    };
    match op {
        BinaryOperator::LessThan => Some(order == Ordering::Less),
        BinaryOperator::LessThanEqual => Some(order != Ordering::Greater),
        BinaryOperator::MoreThan => Some(order == Ordering::Greater),
        BinaryOperator::MoreThanEqual => Some(order != Ordering::Less),
        _ => equals(order == Ordering::Equal, op),
    }
}

/// What a comparison says of values that are equal, or are not.
const fn equals(are_equal: bool, op: &BinaryOperator) -> Option<bool> {
    match op {
        BinaryOperator::Equal | BinaryOperator::ExactEqual => Some(are_equal),
        BinaryOperator::NotEqual => Some(!are_equal),
        _ => None,
    }
}
