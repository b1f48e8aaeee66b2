//! The tables of a set: the history, the lease, and the progress of partially applied migrations.
//!
//! Two other programs write the history table, and databases of either are taken over as they are:
//! one writes `_sbl_migrations:3` with `version` and `applied_at` on a table without a schema, the
//! other one rows of any id with `version`, `name` and `applied_at` on a schemafull table. Both read
//! the highest `version` of all rows, so nothing without a version may ever stand in that table.

use std::collections::BTreeSet;

use surrealdb::types::Value;

/// What every row of the history has, of whichever program: the name and type of the field. The tables
/// take other fields as they come: to check the type of each costs the database as much as to write the
/// record.
const FIELDS: [(&str, &str); 2] = [
    ("version", "int"),
    // A row that a person wrote may lack it, and is written again with the migration behind it.
    ("applied_at", "option<datetime> DEFAULT time::now()"),
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
        self.all().map(|name| name.trim_matches('`').to_owned())
    }

    const fn all(&self) -> [&String; 3] {
        [&self.history, &self.lease, &self.progress]
    }

    /// The statements that define the tables, or add what is missing to tables that another program
    /// or an earlier version of this one made. One that takes only certain fields is opened to others,
    /// one that somebody opened to record users is closed again, and the time of a row is the database's
    /// wherever the table is from.
    pub(crate) fn definitions(&self) -> String {
        let history = &self.history;
        let tables = self.all().map(|table| {
            format!(
                "DEFINE TABLE IF NOT EXISTS {table} TYPE NORMAL SCHEMALESS PERMISSIONS NONE; \
                 ALTER TABLE {table} SCHEMALESS PERMISSIONS NONE; "
            )
        });
        let fields = FIELDS.map(|(field, kind)| {
            format!("DEFINE FIELD IF NOT EXISTS {field} ON {history} TYPE {kind}; ")
        });
        format!(
            "{}{}ALTER FIELD applied_at ON {history} DEFAULT time::now(); ",
            tables.concat(),
            fields.concat()
        )
    }

    /// An expression for what a query finds in one of our tables, or nothing where the table is not
    /// there, which would be an error. `$_sbl_tables` is what the database says of its tables.
    pub(crate) fn where_it_is(table: &str, query: &str) -> String {
        let name = table.trim_matches('`');
        format!("IF $_sbl_tables['{name}'] {{ {query} }}")
    }

    /// An expression for which of our tables are there as they should be; for the history, with its
    /// fields.
    pub(crate) fn defined(&self) -> String {
        let history = &self.history;
        let of_each = self.all().map(|table| {
            let name = table.trim_matches('`');
            let found = match table == history {
                true => format!("(INFO FOR TABLE {table}).fields"),
                false => "true".to_owned(),
            };
            format!("IF $_sbl_tables['{name}'] CONTAINS ' SCHEMALESS' {{ {found} }}")
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

    /// Whether all tables are there as they should be, by what was read.
    pub(crate) fn are_defined(info: &Value) -> bool {
        let Value::Object(info) = info else {
            return false;
        };
        let Some(Value::Array(found)) = info.get("defined") else {
            return false;
        };
        found.iter().all(|table| match table {
            Value::Object(fields) => FIELDS.iter().all(|(field, _)| fields.contains_key(*field)),
            there => *there == Value::Bool(true),
        })
    }
}
