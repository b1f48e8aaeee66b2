//! What a statement does to records and indexes.

use surrealdb_sql::statements::DefineStatement;
use surrealdb_sql::{Expr, Function, Literal, Mock, Part, TopLevelExpr};

use super::control_flow::evaluated;
use crate::statement::Effect;

/// What a statement does, in the order that it does it.
pub fn effects(statement: &TopLevelExpr) -> Vec<Effect> {
    let mut effects = Vec::new();
    if let TopLevelExpr::Expr(expr) = statement {
        add_effects(expr, &mut effects);
    }
    effects
}

fn add_effects(expr: &Expr, effects: &mut Vec<Effect>) {
    for inner in evaluated(expr) {
        add_effects(inner, effects);
    }
    let written: &[Expr] = match expr {
        Expr::Create(create) => &create.what,
        Expr::Update(update) => &update.what,
        Expr::Upsert(upsert) => &upsert.what,
        Expr::Delete(delete) => &delete.what,
        Expr::Relate(relate) => std::slice::from_ref(&relate.through),
        Expr::Insert(insert) => insert.into.as_slice(),
        Expr::Select(select) => {
            let tables = select.what.iter().filter_map(table);
            effects.extend(tables.map(Effect::Reads));
            &[]
        }
        Expr::Define(definition) => match &**definition {
            // A view holds records from the moment that it is defined.
            DefineStatement::Table(view) if view.view.is_some() => std::slice::from_ref(&view.name),
            DefineStatement::Index(index) => {
                effects.extend(table(&index.what).map(Effect::Indexes));
                &[]
            }
            _ => &[],
        },
        _ => &[],
    };
    for target in written {
        add_effects(target, effects);
        effects.push(table(target).map_or(Effect::WritesWhatWasRead, Effect::Writes));
    }
}

/// The table that an expression means where a statement wants records, if its text shows it.
fn table(expr: &Expr) -> Option<String> {
    let name = match expr {
        Expr::Table(name) | Expr::Mock(Mock::Count(name, _) | Mock::Range(name, _)) => {
            name.as_str()
        }
        Expr::Literal(Literal::RecordId(id)) => id.table.as_str(),
        Expr::Idiom(idiom) => match &*idiom.0 {
            [Part::Field(name)] => name.as_str(),
            _ => return None,
        },
        Expr::FunctionCall(call) => match (&call.receiver, &*call.arguments) {
            (Function::Normal(name), [Expr::Literal(Literal::String(table)), ..])
                if matches!(&**name, "type::record" | "type::table") =>
            {
                table.as_str()
            }
            _ => return None,
        },
        _ => return None,
    };
    Some(name.to_owned())
}
