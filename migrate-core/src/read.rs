//! From a directory to a set of migrations, or to everything that is wrong with it.
//!
//! The steps stand in this order: [`directory`] lists the files, [`file_name`] says what each one's
//! name means, [`text`] normalises its bytes, [`directive`] reads its first comments, the parser
//! checks its statements, [`set`] pairs the halves and counts the versions. None of them stops at
//! the first problem.

mod directive;
mod directory;
mod file_name;
mod problem;
mod set;
mod text;

#[cfg(feature = "surrealql")]
mod recovery;
#[cfg(feature = "surrealql")]
mod statement_rules;
#[cfg(feature = "surrealql")]
mod surrealql;

pub use directory::{Directory, File, list_directory};
pub use file_name::EXTENSIONS;
pub use problem::{Problem, Problems};
pub use set::read_files;

use crate::Migration;

/// Reads and checks a directory: what the macro embeds is what this returns.
///
/// # Errors
/// Every problem of the directory and of the files in it, in file order.
pub fn read_directory(directory: &Directory) -> Result<Vec<Migration>, Problems> {
    let files = list_directory(directory)?;
    read_files(directory, &files)
}
