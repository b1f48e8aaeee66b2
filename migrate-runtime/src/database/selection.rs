//! A database of a server, and how a connection selects it.

use std::fmt;

use surrealdb::types::Value;

/// The namespace and the name of a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Selection {
    pub namespace: String,
    pub database: String,
}

impl Selection {
    /// How many results there are before that of a [condition](Self::before).
    pub(crate) const STATEMENTS: usize = 1;

    /// Whether a condition holds in the database that the [parameter](Self::parameter) names, which is
    /// selected before. Where that fails, the one before it stays selected, and must not answer in its
    /// place.
    pub(crate) fn before(condition: &str) -> String {
        format!(
            "USE NS $_sbl_selected[0] DB $_sbl_selected[1]; \
             RETURN [session::ns(), session::db()] = $_sbl_selected AND {condition}"
        )
    }

    pub(crate) fn parameter(&self) -> (&'static str, Value) {
        let names = [&self.namespace, &self.database];
        let names = names.map(|name| Value::String(name.clone()));
        ("_sbl_selected", Value::Array(names.to_vec().into()))
    }
}

impl fmt::Display for Selection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.namespace, self.database)
    }
}
