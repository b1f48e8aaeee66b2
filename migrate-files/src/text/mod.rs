//! A file's text apart from its statements: its encoding, its comments, its directives.

#[cfg(feature = "surrealql")]
mod comments;
mod directives;
mod encoding;
mod similar;

#[cfg(feature = "surrealql")]
pub use comments::{MAX_IN_A_ROW, too_many};
#[cfg(feature = "surrealql")]
pub use directives::misplaced_directives;
pub use directives::{Directive, Directives, Listed, replaces_line, without_directives};
pub use encoding::{decode, normalise};
pub use similar::similar;
