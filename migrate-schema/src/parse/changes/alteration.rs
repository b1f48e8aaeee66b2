//! What `ALTER` makes of a definition.

use surrealdb_sql::statements::alter::field::{AlterDefault, AlterFieldStatement};
use surrealdb_sql::statements::alter::{
    AlterAnalyzerStatement, AlterApiClause, AlterApiStatement, AlterBucketStatement,
    AlterEventStatement, AlterFunctionStatement, AlterKind, AlterTableStatement,
};
use surrealdb_sql::statements::define::config::ConfigInner;
use surrealdb_sql::statements::define::{
    DefineAnalyzerStatement, DefineApiStatement, DefineBucketStatement, DefineConfigStatement,
    DefineDefault, DefineEventStatement, DefineFieldStatement, DefineFunctionStatement, DefineKind,
    DefineTableStatement,
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
        (AlterStatement::Table(alter), DefineStatement::Table(table)) => alter_table(alter, table),
        (AlterStatement::Field(alter), DefineStatement::Field(field)) => alter_field(alter, field),
        (AlterStatement::Index(alter), DefineStatement::Index(index)) => {
            comment(&alter.comment, &mut index.comment);
        }
        (AlterStatement::Event(alter), DefineStatement::Event(event)) => {
            return alter_event(alter, event);
        }
        (AlterStatement::Function(alter), DefineStatement::Function(function)) => {
            return alter_function(alter, function);
        }
        (AlterStatement::Param(alter), DefineStatement::Param(param)) => {
            comment(&alter.comment, &mut param.comment);
            replace(alter.permissions.as_ref(), &mut param.permissions);
        }
        (AlterStatement::Analyzer(alter), DefineStatement::Analyzer(analyzer)) => {
            alter_analyzer(alter, analyzer);
        }
        (AlterStatement::Config(alter), DefineStatement::Config(config)) => {
            config.inner.clone_from(&alter.inner);
        }
        (AlterStatement::Api(alter), DefineStatement::Api(api)) => return alter_api(alter, api),
        (AlterStatement::Bucket(alter), DefineStatement::Bucket(bucket)) => {
            alter_bucket(alter, bucket);
        }
        (AlterStatement::Module(alter), DefineStatement::Module(module)) => {
            comment(&alter.comment, &mut module.comment);
            replace(alter.permissions.as_ref(), &mut module.permissions);
        }
        _ => return None,
    }
    Some(())
}

fn alter_table(alter: &AlterTableStatement, table: &mut DefineTableStatement) {
    switch(&alter.schemafull, &mut table.full);
    replace(alter.kind.as_ref(), &mut table.table_type);
    replace(alter.permissions.as_ref(), &mut table.permissions);
    set(&alter.changefeed, &mut table.changefeed);
    comment(&alter.comment, &mut table.comment);
    set(&alter.inline_edges_cap, &mut table.inline_edges_cap);
    set(&alter.inline_refs_cap, &mut table.inline_refs_cap);
}

fn alter_event(alter: &AlterEventStatement, event: &mut DefineEventStatement) -> Option<()> {
    // The engine accepts `DROP WHEN` and `DROP THEN`, and does nothing.
    if let AlterKind::Set(condition) = &alter.when {
        event.when.clone_from(condition);
    }
    if let AlterKind::Set(then) = &alter.then {
        event.then.clone_from(then);
    }
    comment(&alter.comment, &mut event.comment);
    set_only(&alter.kind, &mut event.event_kind)
}

fn alter_function(
    alter: &AlterFunctionStatement,
    function: &mut DefineFunctionStatement,
) -> Option<()> {
    match &alter.args {
        AlterKind::Set(arguments) => function.args.clone_from(arguments),
        AlterKind::Drop => function.args.clear(),
        AlterKind::None => {}
    }
    comment(&alter.comment, &mut function.comment);
    replace(alter.permissions.as_ref(), &mut function.permissions);
    set(&alter.returns, &mut function.returns);
    set_only(&alter.block, &mut function.block)
}

fn alter_analyzer(alter: &AlterAnalyzerStatement, analyzer: &mut DefineAnalyzerStatement) {
    match &alter.function {
        AlterKind::Set(name) => analyzer.function = Some(name.as_str().into()),
        AlterKind::Drop => analyzer.function = None,
        AlterKind::None => {}
    }
    set(&alter.tokenizers, &mut analyzer.tokenizers);
    set(&alter.filters, &mut analyzer.filters);
    comment(&alter.comment, &mut analyzer.comment);
}

fn alter_api(alter: &AlterApiStatement, api: &mut DefineApiStatement) -> Option<()> {
    for clause in &alter.clauses {
        let AlterApiClause::ForAny { config, fallback } = clause else {
            return None;
        };
        replace(config.as_ref(), &mut api.config);
        set(fallback, &mut api.fallback);
    }
    comment(&alter.comment, &mut api.comment);
    Some(())
}

fn alter_bucket(alter: &AlterBucketStatement, bucket: &mut DefineBucketStatement) {
    match &alter.backend {
        AlterKind::Set(place) => bucket.backend = Some(string(place)),
        AlterKind::Drop => bucket.backend = None,
        AlterKind::None => {}
    }
    replace(alter.permissions.as_ref(), &mut bucket.permissions);
    switch(&alter.readonly, &mut bucket.readonly);
    comment(&alter.comment, &mut bucket.comment);
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

/// What cannot be dropped.
fn set_only<T: Clone>(alter: &AlterKind<T>, clause: &mut T) -> Option<()> {
    match alter {
        AlterKind::Set(value) => clause.clone_from(value),
        AlterKind::Drop => return None,
        AlterKind::None => {}
    }
    Some(())
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
