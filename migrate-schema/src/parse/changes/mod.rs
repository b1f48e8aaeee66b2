//! What a statement does to the schema.

mod alteration;
mod api_path;
mod assertion;
mod clauses;
mod definition;
mod implied;
mod requires;
mod subject;
mod writes;
mod written_fields;

use surrealdb_sql::statements::{AlterStatement, DefineStatement};
use surrealdb_sql::{Expr, Function, TopLevelExpr};

use self::alteration::{alteration, alteration_of_relation, definition_by};
pub use self::definition::{definition, mode};
use self::definition::{is_fixed, table_without_definition};
pub use self::implied::elements;
use self::implied::{ends_of, implied};
use self::requires::requires;
pub use self::subject::Subject;
use self::subject::{alters_if_exists, removes_if_exists};
use self::writes::{inserted, reaches_edges, related, writes};
use self::written_fields::written_fields;
use super::effects::target;
use super::nested::{Depth, all, kept_for_later};
use crate::effect::Name;
use crate::model::{Alteration, Change, Mode, Object};

/// What a statement does to the schema, in the order that it does it; `runs` are the expressions of
/// it that are evaluated, `kept` those that are for later.
pub fn changes(statement: &TopLevelExpr, runs: &[&Expr], kept: &[&Expr]) -> Vec<Change> {
    match statement {
        TopLevelExpr::Expr(Expr::Block(block)) if !runs.iter().any(|expr| ends_block(expr)) => {
            block.0.iter().flat_map(in_block).collect()
        }
        _ => of_statement(statement, runs, kept),
    }
}

/// What does so in a block that runs to its end.
fn in_block(expr: &Expr) -> Vec<Change> {
    let statement = TopLevelExpr::Expr(expr.clone());
    let runs = all(&statement, Depth::WhatRuns);
    let kept = kept_for_later(&statement, &runs);
    changes(&statement, &runs, &kept)
}

const fn ends_block(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::Return(_) | Expr::Break | Expr::Continue | Expr::Throw(_)
    )
}

/// Only a definition or a write that stands by itself certainly happens; of everything inside of
/// something else it is enough that it may.
fn of_statement(statement: &TopLevelExpr, runs: &[&Expr], kept: &[&Expr]) -> Vec<Change> {
    let mut changes = Vec::new();
    let itself = match statement {
        TopLevelExpr::Expr(expr) => Some(expr),
        _ => None,
    };
    if let Some(expr) = itself {
        changes.extend(requires(expr));
        certain(expr, runs, kept, &mut changes);
        changes.extend(writes(expr).into_iter().map(makes_table));
        changes.extend(written_fields(expr).into_iter().map(Change::WritesField));
    }
    let is_itself = |expr: &Expr| itself.is_some_and(|itself| std::ptr::eq(itself, expr));
    let others = runs.iter();
    let others = others.filter(|expr| !(is_itself(expr) && is_definition(expr)));
    let others = others.flat_map(|expr| possible(expr));
    let others: Vec<Change> = others
        .filter(|other| !changes.iter().any(|it| is_certain(it, other)))
        .collect();
    changes.extend(others);
    changes.extend(
        kept.iter()
            .flat_map(|expr| possible(expr))
            .filter_map(later),
    );
    changes
}

const fn is_definition(expr: &Expr) -> bool {
    matches!(expr, Expr::Define(_) | Expr::Alter(_) | Expr::Remove(_))
}

/// Whether one change is what another may be.
fn is_certain(change: &Change, other: &Change) -> bool {
    match (change, other) {
        (Change::MakesTable { table, .. }, Change::MayWrite(Some(written))) => table == written,
        _ => false,
    }
}

fn makes_table(table: Name) -> Change {
    let definition = table_without_definition(&table);
    Change::MakesTable { table, definition }
}

fn certain(expr: &Expr, runs: &[&Expr], kept: &[&Expr], changes: &mut Vec<Change>) {
    let subject = Subject::of(expr);
    if let (Expr::Define(_), Subject::Object(object)) = (expr, &subject) {
        changes.extend(object.table().cloned().map(makes_table));
    }
    let change = match (expr, &subject) {
        (Expr::Define(define), Subject::Object(object)) => Change::Defines {
            object: object.clone(),
            mode: mode(define),
            definition: is_fixed(expr, runs, kept).then(|| definition(define)),
            implied: implied(define),
        },
        (Expr::Remove(removal), Subject::Object(object)) => Change::Removes {
            object: object.clone(),
            if_exists: removes_if_exists(removal),
        },
        (Expr::Alter(alter), Subject::Object(object)) => match definition_by(alter) {
            Some(define) => Change::Defines {
                object: object.clone(),
                mode: Mode::Overwrite,
                definition: is_fixed(expr, runs, kept).then(|| definition(&define)),
                implied: Vec::new(),
            },
            None => Change::Alters {
                object: object.clone(),
                if_exists: alters_if_exists(alter),
                alteration: alteration(alter),
            },
        },
        // A script that throws is not applied, whatever it does besides.
        (Expr::Throw(_), _) | (_, Subject::Unknown) => Change::MayChangeAnything,
        _ => return,
    };
    changes.push(change);
    if let Subject::Object(object) = subject {
        let alteration = |end: &DefineStatement| match mode(end) {
            Mode::Plain | Mode::Overwrite => Some(alteration_of_relation(end)),
            // Where it is there already, the relation is left alone.
            Mode::IfNotExists => None,
        };
        changes.extend(relation(expr, &object, alteration));
        changes.extend(also_implied(expr));
        let is_told = matches!(
            changes.last(),
            Some(Change::Defines {
                definition: Some(_),
                ..
            })
        );
        if !is_told {
            changes.extend(perhaps_implied(expr, &object));
        }
    }
}

/// What the engine defines by itself with an alteration.
fn also_implied(expr: &Expr) -> Vec<Change> {
    match expr {
        Expr::Alter(alter) => match &**alter {
            AlterStatement::Table(it) => ends_of(it).into_iter().map(Change::Implies).collect(),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// The tables that a relation may lead from and to are said by it and by its ends.
fn relation(
    expr: &Expr,
    end: &Object,
    alteration: impl Fn(&DefineStatement) -> Option<Alteration>,
) -> Option<Change> {
    match (expr, end) {
        (Expr::Define(define), Object::Field(table, path)) if matches!(&**path, "in" | "out") => {
            Some(Change::Alters {
                object: Object::Table(table.clone()),
                if_exists: true,
                alteration: alteration(define),
            })
        }
        _ => None,
    }
}

/// What the engine may add to something, or take from it, by itself.
fn perhaps_implied(expr: &Expr, object: &Object) -> Vec<Change> {
    match object {
        Object::Table(table) if is_view(expr) => vec![Change::MayChangeAllOf(table.clone())],
        _ => Vec::new(),
    }
}

/// A table that becomes a view loses what was defined on it.
fn is_view(expr: &Expr) -> bool {
    match expr {
        Expr::Define(definition) => matches!(
            &**definition,
            DefineStatement::Table(table) if table.view.is_some()
        ),
        _ => false,
    }
}

/// What an expression may do to the schema, if it is evaluated.
fn possible(expr: &Expr) -> Vec<Change> {
    let written: Vec<Option<Name>> = match expr {
        Expr::Define(_) | Expr::Alter(_) | Expr::Remove(_) => {
            return match Subject::of(expr) {
                Subject::Object(object) => {
                    let mut changes = perhaps_implied(expr, &object);
                    changes.extend(relation(expr, &object, |_| None));
                    changes.extend(also_implied(expr).into_iter().filter_map(possibly));
                    if let Expr::Define(define) = expr {
                        let implied = implied(define).into_iter();
                        changes.extend(implied.map(|it| Change::MayChange(it.object)));
                    }
                    changes.push(Change::MayChange(object));
                    changes
                }
                Subject::Unknown => vec![Change::MayChangeAnything],
                Subject::Elsewhere => Vec::new(),
            };
        }
        Expr::FunctionCall(call) => {
            return match &call.receiver {
                Function::Custom(name) => vec![Change::Calls(name.clone().into())],
                Function::Script(_) | Function::Module(..) | Function::Silo { .. } => {
                    vec![Change::MayChangeAnything]
                }
                Function::Normal(name) if name.starts_with("eval::") => {
                    vec![Change::MayChangeAnything]
                }
                Function::Normal(_) | Function::Model(_) => Vec::new(),
            };
        }
        Expr::Delete(_) | Expr::Idiom(_) if reaches_edges(expr) => {
            return vec![Change::ReachesEdges];
        }
        Expr::Create(create) => targets(&create.what),
        Expr::Upsert(upsert) => targets(&upsert.what),
        Expr::Relate(relate) => targets(std::slice::from_ref(&relate.through)),
        Expr::Insert(insert) => match inserted(insert) {
            Some(tables) => tables.into_iter().map(Some).collect(),
            None => vec![None],
        },
        _ => return Vec::new(),
    };
    let written = written.into_iter().map(Change::MayWrite);
    let related = related(expr).into_iter().map(Change::MayRelate);
    written.chain(related).collect()
}

fn targets(what: &[Expr]) -> Vec<Option<Name>> {
    let tables = what.iter().map(|expr| Some(target(expr)?.table));
    tables.collect()
}

fn possibly(change: Change) -> Option<Change> {
    match change {
        Change::Implies(implied) => Some(Change::MayChange(implied.object)),
        _ => None,
    }
}

/// The same for an expression that is kept for later.
fn later(change: Change) -> Option<Change> {
    match change {
        Change::MayChange(object) | Change::Alters { object, .. } => Some(Change::Keeps(object)),
        Change::MayChangeAllOf(table) => Some(Change::Keeps(Object::Table(table))),
        Change::MayChangeAnything => Some(Change::KeepsAnything),
        Change::MayWrite(table) => Some(Change::KeepsWrite(table)),
        Change::MayRelate(table) => Some(Change::MayRelate(table)),
        Change::ReachesEdges => Some(Change::KeepsReachingEdges),
        _ => None,
    }
}
