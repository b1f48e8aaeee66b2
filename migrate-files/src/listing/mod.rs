//! Which files there are, and what their names say.

mod directory;
mod file_name;

pub use directory::{Directory, File, list_directory};
pub use file_name::{EXTENSIONS, FileName, MigrationName, Role, Style, Suffix};
