//! What is evaluated along with a statement, and what in it ends the script.

use surrealdb_sql::{Expr, Literal, Part, TopLevelExpr};

use crate::statement::Escape;

/// The keyword inside a statement that ends the script, or fails outside of a loop.
pub fn escape(statement: &TopLevelExpr) -> Option<Escape> {
    match statement {
        TopLevelExpr::Expr(expr) => escape_of(expr, Within::Script),
        _ => None,
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    Script,
    Loop,
}

/// Whether evaluating an expression can end the script that it is in. Tried on 3.3.5: a
/// `RETURN` does wherever the statement itself is evaluated, in a block, an `IF`, a `FOR`, the value
/// of a `LET`, an argument; it does not in a function, a closure, a definition, or the value of a
/// record's field. `BREAK` and `CONTINUE` end at the next loop.
fn escape_of(expr: &Expr, within: Within) -> Option<Escape> {
    match expr {
        Expr::Return(_) => Some(Escape::Return),
        Expr::Break => (within == Within::Script).then_some(Escape::Break),
        Expr::Continue => (within == Within::Script).then_some(Escape::Continue),
        Expr::Foreach(each) => {
            let mut body = each.block.0.iter();
            escape_of(&each.range, within)
                .or_else(|| body.find_map(|expr| escape_of(expr, Within::Loop)))
        }
        _ => evaluated(expr)
            .into_iter()
            .find_map(|expr| escape_of(expr, within)),
    }
}

/// The expressions inside of one that are evaluated along with it, in their order: not what a
/// function, a closure or a definition keeps for later, nor a loop's, which has an order of its own.
pub fn evaluated(expr: &Expr) -> Vec<&Expr> {
    match expr {
        Expr::Block(block) => block.0.iter().collect(),
        Expr::IfElse(branches) => {
            let bodies = branches.exprs.iter().flat_map(|(when, then)| [when, then]);
            bodies.chain(&branches.close).collect()
        }
        Expr::Let(assigned) => vec![&assigned.what],
        Expr::Select(select) => {
            let cond = select.cond.iter().map(|cond| &cond.0);
            select.what.iter().chain(cond).collect()
        }
        Expr::Throw(expr) | Expr::Prefix { expr, .. } | Expr::Postfix { expr, .. } => vec![expr],
        Expr::Binary { left, right, .. } => vec![left, right],
        Expr::FunctionCall(call) => call.arguments.iter().collect(),
        Expr::Idiom(idiom) => {
            let parts = idiom.0.iter().flat_map(|part| match part {
                Part::Start(expr) | Part::Value(expr) => std::slice::from_ref(expr),
                Part::Method(_, arguments) => arguments,
                _ => &[],
            });
            parts.collect()
        }
        Expr::Literal(Literal::Array(items) | Literal::Set(items)) => items.iter().collect(),
        Expr::Literal(Literal::Object(entries)) => {
            entries.iter().map(|entry| &entry.value).collect()
        }
        _ => Vec::new(),
    }
}
