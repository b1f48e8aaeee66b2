//! The command `migrate`: what a team does around its SurrealDB migrations every day, on a terminal
//! and in CI. As a library, it is for an application that mounts the same commands in its own command
//! line: see [`Migrate`].
//!
//! | feature | does |
//! | --- | --- |
//! | `program` (default) | the command itself, with the engines and clients that it connects by |
//! | `schema` | the command `drift`, and questions about what `up` would remove |
//! | `verify` | the command `verify`, in a database in memory |
//!
//! An application takes it without default features, and its own engine or client:
//!
//! ```toml
//! migrate-cli = { version = "0.1", default-features = false }
//! ```
//!
//! | folder | holds |
//! | --- | --- |
//! | `arguments` | arguments that several commands take |
//! | `commands` | a file for each command: its own arguments, and what it does |
//! | `interaction` | asking before something is lost, progress, Ctrl-C |
//! | `output` | how what a command answers is printed: text, JSON, colour |
//!
//! A command returns an answer or a failure; `output` alone prints them, and nothing ends the process
//! but `main`.

mod arguments;
mod commands;
#[cfg(feature = "program")]
mod environment;
mod exit;
mod failure;
mod interaction;
mod mount;
mod output;
#[cfg(feature = "program")]
mod program;

pub use exit::Exit;
pub use mount::Migrate;
#[cfg(feature = "program")]
pub use program::main;
