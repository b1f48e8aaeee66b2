//! How a script is sent to the database.

/// How an up script is sent to the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Execution {
    /// The whole script in one transaction.
    #[default]
    Transaction,
    /// Every statement in a transaction of its own. A run that was interrupted continues after the
    /// last statement that was committed: `-- migrate: per-statement`.
    PerStatement,
}
