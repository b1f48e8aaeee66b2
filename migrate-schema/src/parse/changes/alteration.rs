//! What `ALTER` makes of a definition.

use surrealdb_sql::statements::alter::field::{AlterDefault, AlterFieldStatement};
use surrealdb_sql::statements::alter::{AlterApiClause, AlterKind};
use surrealdb_sql::statements::define::config::ConfigInner;
use surrealdb_sql::statements::define::{
    DefineAnalyzerStatement, DefineApiStatement, DefineBucketStatement, DefineConfigStatement,
    DefineDefault, DefineEventStatement, DefineFieldStatement, DefineFunctionStatement, DefineKind,
    DefineModuleStatement, DefineParamStatement, DefineTableStatement,
};
use surrealdb_sql::statements::{AlterStatement, DefineStatement};
use surrealdb_sql::{Expr, Kind, Literal, TableType, TopLevelExpr};
use surrealdb_types::ToSql as _;

use super::definition::definition;
use crate::model::{Alteration, Definition, Mode};
use crate::parse::effects::name;
use crate::parse::stream::each;

/// What an `ALTER` does, where its text tells.
pub fn alteration(alter: &AlterStatement) -> Option<Alteration> {
    let is_told = match alter {
        // A value is evaluated.
        AlterStatement::Param(it) => it.value.is_none(),
        AlterStatement::Index(it) => !it.prepare_remove,
        // So are the arguments of middleware.
        AlterStatement::Config(it) => match &it.inner {
            ConfigInner::Api(config) => config.middleware.is_empty(),
            ConfigInner::GraphQL(_) | ConfigInner::Default(_) => true,
        },
        // In which order what is said of methods stands then is not documented.
        AlterStatement::Api(it) => it.clauses.iter().all(|clause| match clause {
            AlterApiClause::ForAny { config, .. } => {
                config.as_ref().is_none_or(|it| it.middleware.is_empty())
            }
            AlterApiClause::SetAction(_) | AlterApiClause::DropAction { .. } => false,
        }),
        AlterStatement::Table(_)
        | AlterStatement::Field(_)
        | AlterStatement::Event(_)
        | AlterStatement::Function(_)
        | AlterStatement::Analyzer(_)
        | AlterStatement::Bucket(_)
        | AlterStatement::Module(_) => true,
        _ => false,
    };
    is_told.then(|| Alteration::new(&alter.to_sql(), apply))
}

/// What a statement defines, whether it is there or not, although it is an `ALTER`.
pub fn definition_by(alter: &AlterStatement) -> Option<DefineStatement> {
    match alter {
        AlterStatement::Config(it) if !it.if_exists => {
            Some(DefineStatement::Config(DefineConfigStatement {
                kind: DefineKind::Default,
                inner: it.inner.clone(),
            }))
        }
        _ => None,
    }
}

fn apply(statement: &str, to: &Definition) -> Option<Definition> {
    let alter = parsed(statement, |expr| match expr {
        Expr::Alter(alter) => Some((**alter).clone()),
        _ => None,
    })?;
    let mut define = parsed(&to.statement(Mode::Plain), |expr| match expr {
        Expr::Define(define) => Some((**define).clone()),
        _ => None,
    })?;
    alter_definition(&alter, &mut define)?;
    Some(definition(&define))
}

/// What a definition of an end of a relation does to the relation, which says as well what that end
/// may be.
pub fn alteration_of_relation(end: &DefineStatement) -> Alteration {
    Alteration::new(&end.to_sql(), apply_end)
}

fn apply_end(end: &str, to: &Definition) -> Option<Definition> {
    let of = |expr: &Expr| match expr {
        Expr::Define(define) => Some((**define).clone()),
        _ => None,
    };
    let (end, mut relation) = (parsed(end, of)?, parsed(&to.statement(Mode::Plain), of)?);
    if let (DefineStatement::Field(field), DefineStatement::Table(table)) = (end, &mut relation)
        && let (Some(Kind::Record(tables)), TableType::Relation(relation)) =
            (field.field_kind, &mut table.table_type)
    {
        match &*name(&field.name)? {
            "in" => relation.from = tables,
            _ => relation.to = tables,
        }
    }
    Some(definition(&relation))
}

fn parsed<T>(text: &str, of: impl Fn(&Expr) -> Option<T>) -> Option<T> {
    let mut found = None;
    each(text, |_, statement| {
        if let TopLevelExpr::Expr(expr) = statement {
            found = of(expr);
        }
    })
    .ok()?;
    found
}

fn alter_definition(alter: &AlterStatement, define: &mut DefineStatement) -> Option<()> {
    match (alter, define) {
        (AlterStatement::Table(alter), DefineStatement::Table(table)) => {
            let DefineTableStatement {
                full,
                permissions,
                changefeed,
                comment: text,
                table_type,
                inline_edges_cap,
                inline_refs_cap,
                ..
            } = table;
            switch(&alter.schemafull, full);
            replace(alter.kind.as_ref(), table_type);
            replace(alter.permissions.as_ref(), permissions);
            set(&alter.changefeed, changefeed);
            comment(&alter.comment, text);
            set(&alter.inline_edges_cap, inline_edges_cap);
            set(&alter.inline_refs_cap, inline_refs_cap);
        }
        (AlterStatement::Field(alter), DefineStatement::Field(field)) => {
            alter_field(alter, field);
        }
        (AlterStatement::Index(alter), DefineStatement::Index(index)) => {
            comment(&alter.comment, &mut index.comment);
        }
        (AlterStatement::Event(alter), DefineStatement::Event(event)) => {
            let DefineEventStatement {
                when,
                then,
                comment: text,
                event_kind,
                ..
            } = event;
            match &alter.when {
                AlterKind::Set(condition) => when.clone_from(condition),
                AlterKind::Drop => *when = Expr::Literal(Literal::Bool(true)),
                AlterKind::None => {}
            }
            set_or(&alter.then, then, Vec::new());
            comment(&alter.comment, text);
            match &alter.kind {
                AlterKind::Set(kind) => event_kind.clone_from(kind),
                AlterKind::Drop => return None,
                AlterKind::None => {}
            }
        }
        (AlterStatement::Function(alter), DefineStatement::Function(function)) => {
            let DefineFunctionStatement {
                args,
                block,
                comment: text,
                permissions,
                returns,
                ..
            } = function;
            set_or(&alter.args, args, Vec::new());
            match &alter.block {
                AlterKind::Set(body) => block.clone_from(body),
                AlterKind::Drop => return None,
                AlterKind::None => {}
            }
            comment(&alter.comment, text);
            replace(alter.permissions.as_ref(), permissions);
            set(&alter.returns, returns);
        }
        (AlterStatement::Param(alter), DefineStatement::Param(param)) => {
            let DefineParamStatement {
                comment: text,
                permissions,
                ..
            } = param;
            comment(&alter.comment, text);
            replace(alter.permissions.as_ref(), permissions);
        }
        (AlterStatement::Analyzer(alter), DefineStatement::Analyzer(analyzer)) => {
            let DefineAnalyzerStatement {
                function,
                tokenizers,
                filters,
                comment: text,
                ..
            } = analyzer;
            match &alter.function {
                AlterKind::Set(name) => *function = Some(name.as_str().into()),
                AlterKind::Drop => *function = None,
                AlterKind::None => {}
            }
            set(&alter.tokenizers, tokenizers);
            set(&alter.filters, filters);
            comment(&alter.comment, text);
        }
        (AlterStatement::Config(alter), DefineStatement::Config(config)) => {
            config.inner.clone_from(&alter.inner);
        }
        (AlterStatement::Api(alter), DefineStatement::Api(api)) => {
            let DefineApiStatement {
                fallback,
                config,
                comment: text,
                ..
            } = api;
            for clause in &alter.clauses {
                let AlterApiClause::ForAny {
                    config: replaced,
                    fallback: then,
                } = clause
                else {
                    return None;
                };
                replace(replaced.as_ref(), config);
                set(then, fallback);
            }
            comment(&alter.comment, text);
        }
        (AlterStatement::Bucket(alter), DefineStatement::Bucket(bucket)) => {
            let DefineBucketStatement {
                backend,
                permissions,
                readonly,
                comment: text,
                ..
            } = bucket;
            match &alter.backend {
                AlterKind::Set(place) => *backend = Some(string(place)),
                AlterKind::Drop => *backend = None,
                AlterKind::None => {}
            }
            replace(alter.permissions.as_ref(), permissions);
            switch(&alter.readonly, readonly);
            comment(&alter.comment, text);
        }
        (AlterStatement::Module(alter), DefineStatement::Module(module)) => {
            let DefineModuleStatement {
                comment: text,
                permissions,
                ..
            } = module;
            comment(&alter.comment, text);
            replace(alter.permissions.as_ref(), permissions);
        }
        _ => return None,
    }
    Some(())
}

fn alter_field(alter: &AlterFieldStatement, field: &mut DefineFieldStatement) {
    set(&alter.kind, &mut field.field_kind);
    switch(&alter.flexible, &mut field.flexible);
    switch(&alter.readonly, &mut field.readonly);
    switch(&alter.inline, &mut field.inline);
    set(&alter.value, &mut field.value);
    set(&alter.assert, &mut field.assert);
    match &alter.default {
        AlterDefault::None => {}
        AlterDefault::Drop => field.default = DefineDefault::None,
        AlterDefault::Always(value) => field.default = DefineDefault::Always(value.clone()),
        AlterDefault::Set(value) => field.default = DefineDefault::Set(value.clone()),
    }
    replace(alter.permissions.as_ref(), &mut field.permissions);
    comment(&alter.comment, &mut field.comment);
    set(&alter.reference, &mut field.reference);
}

fn set<T: Clone>(alter: &AlterKind<T>, clause: &mut Option<T>) {
    match alter {
        AlterKind::Set(value) => *clause = Some(value.clone()),
        AlterKind::Drop => *clause = None,
        AlterKind::None => {}
    }
}

fn set_or<T: Clone>(alter: &AlterKind<T>, clause: &mut T, dropped: T) {
    match alter {
        AlterKind::Set(value) => clause.clone_from(value),
        AlterKind::Drop => *clause = dropped,
        AlterKind::None => {}
    }
}

const fn switch(alter: &AlterKind<()>, clause: &mut bool) {
    match alter {
        AlterKind::Set(()) => *clause = true,
        AlterKind::Drop => *clause = false,
        AlterKind::None => {}
    }
}

fn replace<T: Clone>(alter: Option<&T>, clause: &mut T) {
    if let Some(value) = alter {
        clause.clone_from(value);
    }
}

fn comment(alter: &AlterKind<String>, clause: &mut Expr) {
    match alter {
        AlterKind::Set(text) => *clause = string(text),
        AlterKind::Drop => *clause = Expr::Literal(Literal::None),
        AlterKind::None => {}
    }
}

fn string(text: &str) -> Expr {
    Expr::Literal(Literal::String(text.into()))
}
