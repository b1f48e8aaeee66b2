//! The tables of a set: the history, the lease, and the progress of partially applied migrations.
//!
//! Two other programs write the history table, and databases of either are taken over as they are:
//! one writes `_sbl_migrations:3` with `version` and `applied_at` on a table without a schema, the
//! other one rows of any id with `version`, `name` and `applied_at` on a schemafull table. Both read
//! the highest `version` of all rows, so nothing without a version may ever stand in that table.

use std::collections::BTreeSet;
use std::iter;

use surrealdb::types::Value;

/// A field's name and type.
type Field = (&'static str, &'static str);

/// All but the first three are optional: the other programs write rows without them.
const HISTORY: &[Field] = &[
    ("version", "int"),
    ("name", "option<string>"),
    ("applied_at", "datetime DEFAULT time::now()"),
    ("checksum", "option<string>"),
    ("duration", "option<duration>"),
    ("down", "option<string>"),
    ("down_checksum", "option<string>"),
    ("down_file", "option<string>"),
    ("down_statements", "option<array<int>>"),
    ("adopted", "option<bool>"),
];

const LEASE: &[Field] = &[
    ("holder", "string"),
    ("since", "datetime"),
    ("expires_at", "datetime"),
];

const PROGRESS: &[Field] = &[
    ("version", "int"),
    ("name", "string"),
    ("done", "int"),
    ("checksum", "string"),
    ("script", "string"),
    ("statements", "array<int>"),
    ("started_at", "datetime"),
];

/// The names of a set's tables, quoted as they are written into a query: a name may be a word of the
/// language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tables {
    /// The history table's own name, as messages print it.
    pub name: String,
    pub history: String,
    pub lease: String,
    pub progress: String,
}

impl Tables {
    /// The tables of a history table, whose name has been checked.
    pub(crate) fn new(history: &str) -> Self {
        Self {
            name: history.to_owned(),
            history: format!("`{history}`"),
            lease: format!("`{history}_lease`"),
            progress: format!("`{history}_progress`"),
        }
    }

    /// The names of all of them, as the database lists them.
    #[cfg(feature = "schema")]
    pub(crate) fn own_names(&self) -> [String; 3] {
        let all = [&self.history, &self.lease, &self.progress];
        all.map(|name| name.trim_matches('`').to_owned())
    }

    fn with_fields(&self) -> [(&str, &'static [Field]); 3] {
        [
            (&self.history, HISTORY),
            (&self.lease, LEASE),
            (&self.progress, PROGRESS),
        ]
    }

    /// The statements that define the tables, or add what is missing to tables that another program
    /// or an earlier version of this one made. A history that somebody opened to record users is
    /// closed again, and the time of a row is the database's wherever the table is from.
    pub(crate) fn definitions(&self) -> String {
        let tables = self.with_fields().into_iter();
        let definitions = tables.flat_map(|(table, fields)| {
            let table_itself = format!(
                "DEFINE TABLE IF NOT EXISTS {table} TYPE NORMAL SCHEMAFULL PERMISSIONS NONE; "
            );
            let fields = fields.iter().map(move |(field, kind)| {
                format!("DEFINE FIELD IF NOT EXISTS {field} ON {table} TYPE {kind}; ")
            });
            iter::once(table_itself).chain(fields)
        });
        let definitions: String = definitions.collect();
        let history = &self.history;
        format!(
            "{definitions}ALTER TABLE {history} PERMISSIONS NONE; \
             ALTER FIELD applied_at ON {history} DEFAULT time::now(); "
        )
    }

    /// An expression for what a query finds in one of our tables, or nothing where the table is not
    /// there, which would be an error. `$_sbl_tables` is what the database says of its tables.
    pub(crate) fn where_it_is(table: &str, query: &str) -> String {
        let name = table.trim_matches('`');
        format!("IF $_sbl_tables['{name}'] {{ {query} }}")
    }

    /// An expression for the fields of our tables.
    pub(crate) fn fields(&self) -> String {
        let of_each = self.with_fields().map(|(table, _)| {
            Self::where_it_is(table, &format!("(INFO FOR TABLE {table}).fields"))
        });
        format!("[{}]", of_each.join(", "))
    }

    /// The names of all tables of the database, by what was read.
    pub(crate) fn all_names(info: &Value) -> BTreeSet<String> {
        let Value::Object(info) = info else {
            return BTreeSet::new();
        };
        let Some(Value::Array(names)) = info.get("tables") else {
            return BTreeSet::new();
        };
        let names = names.iter().filter_map(|name| match name {
            Value::String(name) => Some(name.clone()),
            _ => None,
        });
        names.collect()
    }

    /// Whether all tables are there with all their fields, by what was read.
    pub(crate) fn are_defined(&self, info: &Value) -> bool {
        let Value::Object(info) = info else {
            return false;
        };
        let Some(Value::Array(found)) = info.get("fields") else {
            return false;
        };
        let mut tables = found.iter().zip(self.with_fields());
        tables.all(|(found, (_, fields))| match found {
            Value::Object(found) => fields.iter().all(|(field, _)| found.contains_key(*field)),
            _ => false,
        })
    }
}
