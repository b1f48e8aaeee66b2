//! Scripts that are written down from the model of the schema: what undoes an up script, what makes the
//! whole schema, what turns it into another one.

mod created;
mod diff;
mod down;
mod files;
mod import;
mod layout;
mod model;
mod names;
mod renumber;
mod schema;
mod squash;
mod unrestored;

pub use diff::{DesiredSchema, SchemaDiff, schema_diff};
pub use down::{DownScript, down_script, is_irreversible};
pub use files::{FileError, create_files, fill_file, rename_files, renamed};
pub use import::{Import, ImportedMigration, ImportedScript, import, list_scripts};
pub use names::{MigrationNames, NextNames, has_migrations, names_like, names_of};
pub use renumber::{Renumbering, renumber};
pub use schema::{schema_outline, schema_text};
pub use squash::{Squash, squash};

pub use crate::set::{Namesake, VersionFiles, versions};
