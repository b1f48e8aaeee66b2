//! Files, not databases: what a migration is, and how a directory of SurrealQL becomes a checked,
//! ordered set of them.
//!
//! An application does not use this crate: it depends on `migrate-runtime`, which re-exports what
//! is public there. Without features the crate holds the plain data types alone and depends on
//! nothing.
//!
//! | feature | adds |
//! | --- | --- |
//! | `read` | [`read_directory`]: names, numbering, pairing, directives, checksums |
//! | `surrealql` | the engine's own parser, so that reading also checks the scripts |

#[cfg(feature = "read")]
mod read;

mod migration;
mod place;

#[doc(hidden)]
pub mod embedded;
pub mod table_name;

pub use migration::{Checksum, Execution, Migration, Script, Statement, Version};
pub use place::{Place, Snippet};

#[cfg(feature = "read")]
pub use read::{
    Directory, EXTENSIONS, File, Problem, Problems, list_directory, read_directory, read_files,
};
