//! The border to SurrealDB's parser. `surrealdb-syn` and `surrealdb-sql` are internal crates of the
//! engine without a stability promise: nothing outside this folder names their types, and what comes
//! out are ours.

mod changes;
mod control_flow;
mod describe;
mod effects;
mod errors;
mod info;
mod later;
mod named_fields;
mod nested;
mod nesting;
mod nulls;
mod outside;
mod recovery;
mod rewrite;
mod settings;
mod stack;
mod statements;
mod stream;
mod variables;

pub(crate) use describe::{describe_field, has_secret};
pub use errors::ParseError;
pub use info::listed;
pub(crate) use nesting::goes_with;
pub use outside::reaches_outside;
pub(crate) use rewrite::{
    alter_schema, alter_table, in_mode, is_if_not_exists, parse_definition, type_apart,
};
pub use statements::{Parsed, parse, parse_object};
