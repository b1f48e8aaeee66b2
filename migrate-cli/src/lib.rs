//! The command `migrate`: what a team does around its SurrealDB migrations every day, on a terminal
//! and in CI.
//!
//! | folder | holds |
//! | --- | --- |
//! | `arguments` | arguments that several commands take |
//! | `commands` | a file for each command: its own arguments, and what it does |
//! | `interaction` | asking before something is lost, progress, Ctrl-C |
//! | `output` | how what a command answers is printed: text, JSON, colour |
//!
//! A command returns an [`Answer`] or a [`Failure`]; nothing else prints, and nothing else ends the
//! process.

mod arguments;
mod commands;
mod exit;
mod failure;
mod interaction;
mod output;
#[cfg(feature = "program")]
mod program;

pub use exit::Exit;
pub use failure::Failure;
pub use output::Answer;
#[cfg(feature = "program")]
pub use program::{Program, main};
