//! What reaches outside of the database that a script runs in, without the parser's types.

use std::fmt;

/// How a statement reaches outside of its database, or hides what it does from a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outside {
    /// `USE`
    Use,
    /// `DEFINE NAMESPACE`, `ALTER NAMESPACE`
    Namespace,
    /// `REMOVE NAMESPACE`
    RemovesNamespace,
    /// `DEFINE DATABASE`, `ALTER DATABASE`
    Database,
    /// `REMOVE DATABASE`
    RemovesDatabase,
    /// `ALTER SYSTEM`
    AltersSystem,
    /// `DEFINE CONFIG DEFAULT` and the like: what a connection selects by itself.
    DefaultConfig,
    /// Users `ON ROOT` or `ON NAMESPACE`.
    User,
    /// Access methods and grants `ON ROOT` or `ON NAMESPACE`.
    Access,
    /// `INFO FOR ROOT`, `INFO FOR NAMESPACE`
    Info,
    /// `eval::…`, and functions in JavaScript: statements that only running it brings up.
    Evaluates,
    /// A text that does not parse, so that nothing is known about it.
    Unreadable,
}

impl fmt::Display for Outside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Use => "selects another database",
            Self::Namespace => "defines or alters a namespace",
            Self::RemovesNamespace => "removes a namespace",
            Self::Database => "defines or alters a database",
            Self::RemovesDatabase => "removes a database",
            Self::AltersSystem => "alters the settings of the whole system",
            Self::DefaultConfig => "changes what a connection selects by default",
            Self::User => "concerns a user outside of the database",
            Self::Access => "concerns an access method outside of the database",
            Self::Info => "reads definitions outside of the database",
            Self::Evaluates => "runs statements that are not in its text",
            Self::Unreadable => "does not parse",
        })
    }
}
