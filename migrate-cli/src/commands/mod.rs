//! A file for each command: its own arguments, and what it does.

#[cfg(feature = "program")]
pub mod check;
