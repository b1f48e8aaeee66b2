//! SurrealQL, neither files nor databases: the statements of a script, where they are, which of them
//! a migration may not hold, and the schema that they make.
//!
//! An application does not use this crate: it depends on `migrate-runtime`, which re-exports what
//! is public there. Without features the crate holds plain data alone and depends on nothing.
//!
//! | feature | adds |
//! | --- | --- |
//! | `parser` | [`parse::parse`], which runs SurrealDB's own parser |

pub mod effect;
mod execution;
pub mod lint;
pub mod model;
#[cfg(feature = "parser")]
pub mod outline;
mod outside;
mod path;
mod span;
mod statement;

#[cfg(feature = "parser")]
pub mod parse;
pub mod rules;

#[cfg(feature = "parser")]
pub mod transition;

pub use effect::Effect;
pub use execution::Execution;
pub use outside::Outside;
pub use span::StatementSpan;
pub use statement::{Escape, Kind, Statement};
