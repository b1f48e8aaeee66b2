//! From a directory to a set of migrations, or to everything that is wrong with it: [`source`] reads
//! and checks each file by itself, [`numbering`] looks at the versions, [`scripts`] and [`pairing`] put
//! the up and down scripts together, [`dates`] does so for files that are named by date, and [`baseline`]
//! compares a baseline with what it stands for. None of them
//! stops at the first problem. Where there is none, [`schema`] runs the scripts on a model, and [`lints`]
//! looks at each of them.

mod at;
mod baseline;
mod dates;
mod lints;
mod numbering;
mod pairing;
mod read;
mod schema;
mod scripts;
mod source;
#[cfg(feature = "surrealql")]
mod statements;
mod tables;
#[cfg(feature = "authoring")]
mod versions;

#[cfg(feature = "authoring")]
pub use at::{At, Texts};
pub use read::{Set, read_directory, read_files};
#[cfg(feature = "authoring")]
pub use schema::failure_message;
pub use tables::{Table, TableKind};
#[cfg(feature = "authoring")]
pub use versions::{Namesake, VersionFiles, versions};
