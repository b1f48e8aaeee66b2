//! A stand-in for `migrate-runtime`, so that the macro's tests build without `SurrealDB`.
//!
//! What the macro accepts, what it refuses and what it says do not depend on the runtime: they come
//! from `migrate-macros` and `migrate-files` alone. A test of them compiles a crate for every case,
//! and with the real runtime each clean checkout would first wait minutes for the database. So this
//! crate has what the macro's expansion names, and nothing that runs. The real runtime with the real
//! macro is tested in the `tests` crate.

use migrate_files::{Migration, Script};

/// The embedded set, with just enough to look at it.
#[derive(Debug)]
pub struct Migrations {
    table: &'static str,
    set: &'static [Migration],
    assumed: Option<Script>,
    directory: Option<&'static str>,
}

impl Migrations {
    /// The history table's name.
    #[must_use]
    pub const fn table(&self) -> &'static str {
        self.table
    }

    /// The migrations in order.
    pub fn iter(&self) -> std::slice::Iter<'static, Migration> {
        self.set.iter()
    }

    /// The definitions that are there before the first migration.
    #[must_use]
    pub const fn assumed(&self) -> Option<&Script> {
        self.assumed.as_ref()
    }

    /// The directory that new files are looked for in; none in release builds.
    #[must_use]
    pub const fn directory(&self) -> Option<&'static str> {
        self.directory
    }
}

impl<'a> IntoIterator for &'a Migrations {
    type Item = &'a Migration;
    type IntoIter = std::slice::Iter<'a, Migration>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// The same as `migrate_runtime::embed_migrations!`.
#[macro_export]
macro_rules! embed_migrations {
    ($($arguments:tt)*) => {
        $crate::__private::expand! { [$crate] $($arguments)* }
    };
}

/// The same names as in `migrate_runtime::__private`.
#[doc(hidden)]
pub mod __private {
    pub use core::option::Option::{None, Some};

    pub use migrate_files::embedded::*;
    pub use migrate_files::{Migration, Replaced};
    pub use migrate_macros::expand;

    use migrate_files::Script;

    use crate::Migrations;

    #[must_use]
    pub const fn embedded(
        table: &'static str,
        set: &'static [Migration],
        assumed: Option<Script>,
        directory: Option<&'static str>,
    ) -> Migrations {
        Migrations {
            table,
            set,
            assumed,
            directory,
        }
    }
}
