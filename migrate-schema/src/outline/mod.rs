//! A schema as plain data, to be printed, drawn or read by other programs.

mod build;
mod mermaid;

pub use crate::model::outline::{Field, Index, Link, Named, Outline, Table, TableKind};
