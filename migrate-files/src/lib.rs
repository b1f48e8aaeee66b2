//! Files, not databases: what a migration is, and how a directory of SurrealQL becomes a checked,
//! ordered set of them.
//!
//! An application does not use this crate: it depends on `migrate-runtime`, which re-exports what
//! is public there. Without features the crate holds the plain data types alone and depends on
//! nothing outside of this workspace.
//!
//! | feature | adds |
//! | --- | --- |
//! | `read` | [`read_directory`]: names, numbering, pairing, directives, checksums |
//! | `surrealql` | the engine's own parser, so that reading also checks the scripts |
//! | `authoring` | [`authoring`]: scripts that are written from the model of the schema |
//! | `serde` | `Serialize` for [`Place`] |

mod checksum;
mod migration;
mod place;
mod script;

#[cfg(feature = "authoring")]
pub mod authoring;
#[doc(hidden)]
pub mod embedded;
pub mod table_name;

#[cfg(feature = "serde")]
mod losses;

#[cfg(feature = "read")]
mod lints;
#[cfg(feature = "read")]
mod listing;
#[cfg(feature = "surrealql")]
pub mod live;
#[cfg(feature = "read")]
mod problem;
#[cfg(feature = "read")]
mod set;
#[cfg(feature = "read")]
mod text;

pub use checksum::{Checksum, NotAChecksum};
pub use migrate_schema::effect;
pub use migrate_schema::lint::{Lint, UnknownLint};
#[cfg(feature = "surrealql")]
pub use migrate_schema::parse::reaches_outside;
pub use migrate_schema::rules::{Conflict, Reason, conflicts};
pub use migrate_schema::{Execution, Outside, StatementSpan};
pub use migration::{Migration, Replaced, Version};
pub use place::{Place, Snippet};
pub use script::Script;

#[cfg(feature = "surrealql")]
pub use losses::allows;
#[cfg(feature = "serde")]
pub use losses::{Loss, losses};

#[cfg(feature = "read")]
pub use lints::Lints;
#[cfg(feature = "read")]
pub use listing::{Directory, EXTENSIONS, File, list_directory};
#[cfg(feature = "read")]
pub use problem::{Problem, Problems};
#[cfg(feature = "read")]
pub use set::{Set, Table, TableKind, read_directory, read_files};
