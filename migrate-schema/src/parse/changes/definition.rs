//! What a definition says.

use surrealdb_sql::statements::DefineStatement;
use surrealdb_sql::statements::define::{DefineKind, DefineTableStatement};
use surrealdb_sql::{Expr, Index, Literal, Permission, TableName};
use surrealdb_types::ToSql as _;

use super::api_path::kept;
use super::clauses::clauses;
use crate::model::{Definition, Mode, Object};
use crate::parse::effects::{name, owned};

/// What a definition says.
pub fn definition(define: &DefineStatement) -> Definition {
    let mut plain = define.clone();
    *kind_mut(&mut plain) = DefineKind::Default;
    match &mut plain {
        // How it was built is not part of it.
        DefineStatement::Index(index) => index.concurrently = false,
        // The engine keeps none for it.
        DefineStatement::Field(field) => field.permissions.delete = Permission::Full,
        DefineStatement::Api(api) => {
            if let Some(path) = name(&api.path).and_then(|path| kept(&path)) {
                api.path = Expr::Literal(Literal::String(path.into()));
            }
        }
        _ => {}
    }
    Definition::new(&plain.to_sql(), clauses(define), uses(define))
}

/// What a table says that nobody has defined.
pub fn table_without_definition(table: &str) -> Definition {
    definition(&DefineStatement::Table(DefineTableStatement {
        name: Expr::Table(TableName::from(table)),
        ..DefineTableStatement::default()
    }))
}

/// What the engine does not remove while a definition is there.
fn uses(define: &DefineStatement) -> Vec<Object> {
    match define {
        DefineStatement::Table(table) => other_sources(table),
        DefineStatement::Index(it) => match &it.index {
            Index::FullText(words) => vec![Object::Analyzer(owned(words.az.as_str()))],
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// The tables that a view is certainly made of, apart from itself.
pub fn other_sources(table: &DefineTableStatement) -> Vec<Object> {
    let sources = table.view.iter().flat_map(|view| &view.what);
    let sources = sources.map(|source| owned(source.as_str()));
    match name(&table.name) {
        Some(itself) => sources
            .filter(|it| *it != itself)
            .map(Object::Table)
            .collect(),
        None => Vec::new(),
    }
}

/// Whether it is in the text what a definition says. What is evaluated to make it, such as the value
/// of a parameter, is kept as its result, and a secret is another one each time that it is printed.
pub fn is_fixed(statement: &Expr, runs: &[&Expr], kept: &[&Expr]) -> bool {
    let is_constant =
        |expr: &Expr| matches!(expr, Expr::Literal(_) | Expr::Table(_) | Expr::Idiom(_));
    let has_secret = |expr: &&Expr| match expr {
        Expr::Define(define) => matches!(
            **define,
            DefineStatement::Access(_) | DefineStatement::User(_)
        ),
        _ => false,
    };
    runs.iter()
        .all(|expr| std::ptr::eq(*expr, statement) || is_constant(expr))
        && !runs.iter().chain(kept).any(has_secret)
}

pub fn mode(define: &DefineStatement) -> Mode {
    if let DefineStatement::Api(api) = define
        && let Some(path) = name(&api.path)
        && kept(&path).is_some_and(|kept| *kept != *path)
    {
        // The engine does not find it.
        return Mode::Overwrite;
    }
    match kind_mut(&mut define.clone()) {
        DefineKind::Default => Mode::Plain,
        DefineKind::Overwrite => Mode::Overwrite,
        DefineKind::IfNotExists => Mode::IfNotExists,
    }
}

fn kind_mut(define: &mut DefineStatement) -> &mut DefineKind {
    use DefineStatement as Define;
    match define {
        Define::Table(it) => &mut it.kind,
        Define::Field(it) => &mut it.kind,
        Define::Index(it) => &mut it.kind,
        Define::Event(it) => &mut it.kind,
        Define::Function(it) => &mut it.kind,
        Define::Param(it) => &mut it.kind,
        Define::Analyzer(it) => &mut it.kind,
        Define::Access(it) => &mut it.kind,
        Define::User(it) => &mut it.kind,
        Define::Sequence(it) => &mut it.kind,
        Define::Bucket(it) => &mut it.kind,
        Define::Namespace(it) => &mut it.kind,
        Define::Database(it) => &mut it.kind,
        Define::Model(it) => &mut it.kind,
        Define::Config(it) => &mut it.kind,
        Define::Api(it) => &mut it.kind,
        Define::Module(it) => &mut it.kind,
    }
}
