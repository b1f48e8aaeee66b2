//! What a migration may not hold, although it parses. Each rule was tried on SurrealDB 3.3.5 with a
//! script between `BEGIN` and `COMMIT`. What the text of a script leaves open is not refused.

mod check;
mod conflict;
mod reach;
mod table;
mod transaction;

pub use check::{Refusal, check};
pub use conflict::{Conflict, Reason, Replacement};
pub use reach::history_tables;
pub use transaction::conflicts;
