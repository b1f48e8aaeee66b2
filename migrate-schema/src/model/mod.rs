//! The schema that scripts make, as far as their text says it.

mod change;
mod object;
mod schema;

pub use change::{Change, Mode};
pub use object::Object;
pub use schema::{Failure, Reason, Schema, State};
