//! The clauses of a definition that matter to what is judged of it.

use surrealdb_sql::reference::ReferenceDeleteStrategy;
use surrealdb_sql::statements::DefineStatement;
use surrealdb_sql::statements::define::{
    DefineDefault, DefineFieldStatement, DefineIndexStatement, DefineKind, DefineTableStatement,
};
use surrealdb_sql::{Expr, Field, Fields, Index, Kind, Literal, Permission, TableName, TableType};
use surrealdb_types::ToSql as _;

use super::assertion::refuses;
use crate::effect::Name;
use crate::model::{Clauses, FieldClauses, FieldDefault, IndexClauses, TableClauses, View};
use crate::parse::effects::{field_path, owned};
use crate::parse::nested::all_in;

pub fn clauses(define: &DefineStatement) -> Clauses {
    match define {
        DefineStatement::Table(it) => Clauses::Table(table(it)),
        DefineStatement::Field(it) => Clauses::Field(field(it)),
        DefineStatement::Index(it) => Clauses::Index(index(it)),
        DefineStatement::Function(it) => callable(&it.permissions),
        DefineStatement::Param(it) => callable(&it.permissions),
        _ => Clauses::Other,
    }
}

const fn callable(permission: &Permission) -> Clauses {
    Clauses::Callable {
        is_restricted: !matches!(permission, Permission::Full),
    }
}

fn table(define: &DefineTableStatement) -> TableClauses {
    TableClauses {
        is_schemafull: define.full,
        ends: match &define.table_type {
            TableType::Relation(it) => Some([record_kinds(&it.from), record_kinds(&it.to)]),
            TableType::Any | TableType::Normal => None,
        },
        has_changefeed: define.changefeed.is_some(),
        has_permissions: !define.permissions.is_none(),
        view: define.view.as_ref().map(|view| {
            let sources = view.what.iter().map(|source| owned(source.as_str()));
            let selected: Vec<&Expr> = match &view.expr {
                Fields::Value(selector) => vec![&selector.expr],
                Fields::Select(fields) => fields.iter().filter_map(single).collect(),
            };
            let conditions = view.cond.iter().map(|cond| &cond.0);
            let read = selected.into_iter().chain(conditions).flat_map(all_in);
            View {
                sources: sources.collect(),
                fields: read.filter_map(field_path).collect(),
            }
        }),
    }
}

const fn single(field: &Field) -> Option<&Expr> {
    match field {
        Field::Single(selector) => Some(&selector.expr),
        Field::All => None,
    }
}

fn field(define: &DefineFieldStatement) -> FieldClauses {
    FieldClauses {
        kinds: define.field_kind.as_ref().and_then(kinds),
        default: match define.default {
            DefineDefault::None => FieldDefault::None,
            DefineDefault::Set(_) => FieldDefault::OnCreate,
            DefineDefault::Always(_) => FieldDefault::Always,
        },
        default_value: match &define.default {
            DefineDefault::Always(value) | DefineDefault::Set(value) => literal(value),
            DefineDefault::None => None,
        },
        is_default_refused: match (&define.default, &define.assert) {
            (DefineDefault::Always(value) | DefineDefault::Set(value), Some(assertion)) => {
                refuses(assertion, value)
            }
            _ => false,
        },
        has_value: define.value.is_some(),
        has_assert: define.assert.is_some(),
        is_computed: define.computed.is_some(),
        is_readonly: define.readonly,
        is_flexible: define.flexible,
        is_reference: define.reference.is_some(),
        is_redefined: define.kind == DefineKind::Overwrite,
        is_unset: define
            .reference
            .as_ref()
            .is_some_and(|it| matches!(it.on_delete, ReferenceDeleteStrategy::Unset)),
        is_restricted: {
            let it = &define.permissions;
            let kept = [&it.select, &it.create, &it.update];
            kept.iter().any(|it| !matches!(it, Permission::Full))
        },
    }
}

/// The type and the text of a value that is written out.
fn literal(value: &Expr) -> Option<(Name, Name)> {
    let Expr::Literal(literal) = value else {
        return None;
    };
    let kind = match literal {
        Literal::Bool(_) => "bool",
        Literal::Integer(_) => "int",
        Literal::Float(_) => "float",
        Literal::Decimal(_) => "decimal",
        Literal::Duration(_) => "duration",
        Literal::String(_) => "string",
        Literal::Datetime(_) => "datetime",
        Literal::Uuid(_) => "uuid",
        Literal::Null => "null",
        _ => return None,
    };
    Some((kind.into(), value.to_sql().into()))
}

/// What a type accepts; `None` for anything.
fn kinds(kind: &Kind) -> Option<Vec<Name>> {
    let kinds = kind.clone().flatten();
    let is_any = |kind: &Kind| matches!(kind, Kind::Any);
    let texts = || {
        kinds.iter().flat_map(|kind| match kind {
            Kind::Record(tables) => record_kinds(tables),
            kind => vec![kind.to_sql().into()],
        })
    };
    (!kinds.iter().any(is_any)).then(|| texts().collect())
}

/// Records of each of some tables; of any where there is none.
fn record_kinds(tables: &[TableName]) -> Vec<Name> {
    let kind = |tables: Vec<TableName>| Kind::Record(tables).to_sql().into();
    match tables {
        [] => vec![kind(Vec::new())],
        tables => tables.iter().map(|it| kind(vec![it.clone()])).collect(),
    }
}

fn index(define: &DefineIndexStatement) -> IndexClauses {
    IndexClauses {
        is_unique: matches!(define.index, Index::Uniq),
        fields: define.cols.iter().filter_map(field_path).collect(),
        analyzer: match &define.index {
            Index::FullText(words) => Some(owned(words.az.as_str())),
            _ => None,
        },
    }
}
