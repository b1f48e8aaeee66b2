//! The lease on a set of migrations, as the database has it.

use serde::Serialize;
use surrealdb::types::Datetime;

/// Which process is applying or reverting migrations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Lease {
    /// The process that holds it: host, process id and a random part.
    pub holder: String,
    /// Since when, by the database's clock.
    pub since: Datetime,
    /// When it expires unless it is renewed, by the database's clock.
    pub expires_at: Datetime,
    /// Whether it had expired when it was read: its holder died, stalled or lost its connection.
    pub is_expired: bool,
}
