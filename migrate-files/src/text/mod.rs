//! A file's text before anything in it is parsed: its encoding, and its first comments.

mod directives;
mod encoding;

pub use directives::{Directive, Directives, without_directives};
pub use encoding::{decode, normalise};
