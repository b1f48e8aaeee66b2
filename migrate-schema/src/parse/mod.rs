//! The border to SurrealDB's parser. `surrealdb-syn` and `surrealdb-sql` are internal crates of the
//! engine without a stability promise: nothing outside this folder names their types, and what comes
//! out are ours.

mod changes;
mod control_flow;
mod effects;
mod errors;
mod info;
mod later;
mod named_fields;
mod nested;
mod nulls;
mod outside;
mod recovery;
mod settings;
mod stack;
mod statements;
mod stream;
mod variables;

pub use errors::ParseError;
pub use info::listed;
pub use outside::reaches_outside;
pub use statements::{Parsed, parse, parse_object};
