//! The schema that scripts make, as far as their text says it.

mod alteration;
mod change;
mod clauses;
mod definition;
mod difference;
mod implied;
mod live;
mod mode;
mod object;
pub mod outline;
mod schema;

pub use alteration::Alteration;
pub use change::Change;
pub use clauses::{Clauses, FieldClauses, FieldDefault, IndexClauses, TableClauses, View};
pub use definition::Definition;
pub use difference::{Difference, DifferenceKind, Known};
pub use implied::Implied;
pub use live::{Drift, DriftKind, LiveSchema};
pub use mode::Mode;
pub use object::Object;
#[cfg(feature = "parser")]
pub(crate) use object::quoted;
pub use schema::{Failure, Reason, Schema, State};
