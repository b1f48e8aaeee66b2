//! Which files there are, and what their names say.

mod date;
mod directory;
mod file_name;

pub use date::Date;
#[cfg(feature = "authoring")]
pub use date::split_digits;
#[cfg(feature = "authoring")]
pub use directory::below_baselines;
pub use directory::{BEFORE_BASELINE, Directory, File, list_directory};
pub use file_name::{EXTENSIONS, FileName, Role, ScriptName, Style, Suffix, leading_version};
