//! The tables that a set makes.

use std::collections::BTreeMap;
use std::fmt;

use migrate_schema::model::{Clauses, Object, Schema, State};

use super::at::At;

/// A table that is there after the last migration.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Table {
    /// Its name.
    pub name: String,
    /// What kind of table it is, as far as the scripts tell.
    pub kind: Option<TableKind>,
    /// The paths of its fields, without the elements of arrays.
    pub fields: Vec<String>,
}

/// What kind of table it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TableKind {
    /// `SCHEMAFULL`
    Schemafull,
    /// `SCHEMALESS`
    Schemaless,
    /// `TYPE RELATION`
    Relation,
    /// `AS SELECT`
    View,
}

/// In small letters.
impl fmt::Display for TableKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Schemafull => "schemafull",
            Self::Schemaless => "schemaless",
            Self::Relation => "relation",
            Self::View => "view",
        })
    }
}

/// The tables of a schema, by name.
pub fn tables(schema: &Schema<'_, At<'_>>) -> Vec<Table> {
    let mut tables: BTreeMap<&str, Table> = BTreeMap::new();
    for object in schema.present() {
        match object {
            Object::Table(name) => {
                let table = Table {
                    name: name.to_string(),
                    kind: kind(schema, object),
                    fields: Vec::new(),
                };
                tables.insert(name, table);
            }
            Object::Field(table, path) if !path.ends_with(".*") => {
                if let Some(table) = tables.get_mut(&**table) {
                    table.fields.push(path.to_string());
                }
            }
            _ => {}
        }
    }
    tables.into_values().collect()
}

fn kind(schema: &Schema<'_, At<'_>>, table: &Object) -> Option<TableKind> {
    let State::Present {
        definition: Some(definition),
        ..
    } = schema.state(table)
    else {
        return None;
    };
    match definition.clauses() {
        Clauses::Table(it) if it.view.is_some() => Some(TableKind::View),
        Clauses::Table(it) if it.is_relation() => Some(TableKind::Relation),
        Clauses::Table(it) if it.is_schemafull => Some(TableKind::Schemafull),
        Clauses::Table(_) => Some(TableKind::Schemaless),
        _ => None,
    }
}
