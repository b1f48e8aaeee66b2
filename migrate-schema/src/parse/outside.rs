//! What a script changes apart from records: which definitions, and what outside of its database.

use surrealdb_sql::statements::access::AccessStatement;
use surrealdb_sql::statements::define::config::ConfigInner;
use surrealdb_sql::statements::info::InfoStatement;
use surrealdb_sql::statements::remove::RemoveConfigKind;
use surrealdb_sql::statements::{
    AlterStatement, DefineStatement, RebuildStatement, RemoveStatement,
};
use surrealdb_sql::{Base, Expr, Function, TopLevelExpr};

use super::effects::{name, target};
use super::nested::{Depth, all};
use super::stack::with_room_for;
use super::stream::each;
use crate::effect::Name;
use crate::outside::Outside;
use crate::span::StatementSpan;

/// Every statement of a text that reaches outside of its database, or whose text does not say whether
/// it does; also what is only defined there, to be run later. For a text that comes out of a
/// database: it cannot be trusted as the author of a migration is. What a function of that database
/// does is not in the text, and not found.
#[must_use]
pub fn reaches_outside(text: &str) -> Vec<(StatementSpan, Outside)> {
    with_room_for(text, || outside_of(text))
}

fn outside_of(text: &str) -> Vec<(StatementSpan, Outside)> {
    let mut found = Vec::new();
    let is_read = each(text, |span, statement| {
        let reached = of_statement(statement, &all(statement, Depth::Everything)).into_iter();
        found.extend(reached.map(|outside| (span, outside)));
    });
    if let Err(rest) = is_read {
        found.push((rest, Outside::Unreadable));
    }
    found
}

/// How a statement reaches outside of its database, itself or in what is inside of it.
pub fn of_statement(statement: &TopLevelExpr, inside: &[&Expr]) -> Vec<Outside> {
    let itself = match statement {
        TopLevelExpr::Use(_) => Some(Outside::Use),
        TopLevelExpr::Access(access) => {
            let base = match &**access {
                AccessStatement::Grant(grant) => &grant.base,
                AccessStatement::Show(show) => &show.base,
                AccessStatement::Revoke(revoke) => &revoke.base,
                AccessStatement::Purge(purge) => &purge.base,
            };
            base.as_ref()
                .filter(|base| is_outside(base))
                .map(|_| Outside::Access)
        }
        _ => None,
    };
    let inner = inside.iter().filter_map(|expr| of_expr(expr));
    itself.into_iter().chain(inner).collect()
}

fn of_expr(expr: &Expr) -> Option<Outside> {
    match expr {
        Expr::Define(definition) => of_definition(definition),
        Expr::Alter(alteration) => of_alteration(alteration),
        Expr::Remove(removal) => of_removal(removal),
        Expr::Info(info) => match &**info {
            InfoStatement::Root(..) | InfoStatement::Ns(..) => Some(Outside::Info),
            InfoStatement::User(_, Some(base), _) if is_outside(base) => Some(Outside::Info),
            _ => None,
        },
        Expr::FunctionCall(call) => match &call.receiver {
            Function::Script(_) => Some(Outside::Evaluates),
            Function::Normal(name) if name.starts_with("eval::") => Some(Outside::Evaluates),
            _ => None,
        },
        _ => None,
    }
}

fn of_definition(definition: &DefineStatement) -> Option<Outside> {
    match definition {
        DefineStatement::Namespace(_) => Some(Outside::Namespace),
        DefineStatement::Database(_) => Some(Outside::Database),
        DefineStatement::User(user) if is_outside(&user.base) => Some(Outside::User),
        DefineStatement::Access(access) if is_outside(&access.base) => Some(Outside::Access),
        DefineStatement::Config(config) => of_config(&config.inner),
        _ => None,
    }
}

fn of_alteration(alteration: &AlterStatement) -> Option<Outside> {
    match alteration {
        AlterStatement::System(_) => Some(Outside::AltersSystem),
        AlterStatement::Namespace(_) => Some(Outside::Namespace),
        AlterStatement::Database(_) => Some(Outside::Database),
        AlterStatement::User(user) if is_outside(&user.base) => Some(Outside::User),
        AlterStatement::Access(access) if is_outside(&access.base) => Some(Outside::Access),
        AlterStatement::Config(config) => of_config(&config.inner),
        _ => None,
    }
}

fn of_removal(removal: &RemoveStatement) -> Option<Outside> {
    match removal {
        RemoveStatement::Namespace(_) => Some(Outside::RemovesNamespace),
        RemoveStatement::Database(_) => Some(Outside::RemovesDatabase),
        RemoveStatement::User(user) if is_outside(&user.base) => Some(Outside::User),
        RemoveStatement::Access(access) if is_outside(&access.base) => Some(Outside::Access),
        RemoveStatement::Config(config) if config.kind == RemoveConfigKind::Default => {
            Some(Outside::DefaultConfig)
        }
        _ => None,
    }
}

const fn of_config(config: &ConfigInner) -> Option<Outside> {
    match config {
        ConfigInner::Default(_) => Some(Outside::DefaultConfig),
        ConfigInner::GraphQL(_) | ConfigInner::Api(_) => None,
    }
}

const fn is_outside(base: &Base) -> bool {
    match base {
        Base::Root | Base::Ns => true,
        Base::Db => false,
    }
}

/// The tables that expressions name as what they write to, define, alter or remove something of.
pub fn changed_tables(exprs: &[&Expr]) -> Vec<Name> {
    exprs.iter().flat_map(|expr| changed_by(expr)).collect()
}

fn changed_by(expr: &Expr) -> Vec<Name> {
    let written: &[Expr] = match expr {
        Expr::Create(create) => &create.what,
        Expr::Update(update) => &update.what,
        Expr::Upsert(upsert) => &upsert.what,
        Expr::Delete(delete) => &delete.what,
        Expr::Relate(relate) => std::slice::from_ref(&relate.through),
        Expr::Insert(insert) => insert.into.as_slice(),
        Expr::Define(definition) => return defined_on(definition).into_iter().collect(),
        Expr::Alter(alteration) => return altered_on(alteration).into_iter().collect(),
        Expr::Remove(removal) => return removed_on(removal).into_iter().collect(),
        Expr::Rebuild(rebuild) => {
            let RebuildStatement::Index(index) = &**rebuild;
            return vec![index.what.as_str().to_owned().into()];
        }
        _ => &[],
    };
    let targets = written.iter().filter_map(target);
    targets.map(|target| target.table).collect()
}

fn defined_on(definition: &DefineStatement) -> Option<Name> {
    name(match definition {
        DefineStatement::Table(table) => &table.name,
        DefineStatement::Field(field) => &field.what,
        DefineStatement::Index(index) => &index.what,
        DefineStatement::Event(event) => &event.target_table,
        _ => return None,
    })
}

fn altered_on(alteration: &AlterStatement) -> Option<Name> {
    name(match alteration {
        AlterStatement::Table(table) => &table.name,
        AlterStatement::Field(field) => &field.what,
        AlterStatement::Index(index) => &index.table,
        AlterStatement::Event(event) => &event.what,
        _ => return None,
    })
}

fn removed_on(removal: &RemoveStatement) -> Option<Name> {
    name(match removal {
        RemoveStatement::Table(table) => &table.name,
        RemoveStatement::Field(field) => &field.what,
        RemoveStatement::Index(index) => &index.what,
        RemoveStatement::Event(event) => &event.what,
        _ => return None,
    })
}
