#![doc = include_str!("../README.md")]

mod blocking;
mod connect;
mod database;
mod error;
mod execute;
#[cfg(feature = "schema")]
mod inspect;
pub mod lints;
mod report;
mod runner;
mod set;
mod stop;
mod tenants;
#[cfg(feature = "schema")]
mod verifier;

pub use blocking::Blocking;
pub use connect::Wait;
pub use error::{
    ChangedMigration, EngineError, Error, ErrorKind, FailedStatement, NewerMigration, Result,
    ScriptError, VersionRange,
};
pub use execute::Event;
#[cfg(feature = "schema")]
pub use migrate_files::live::{SchemaDifference, SchemaDifferenceKind};
pub use migrate_files::{
    Checksum, Execution, Migration, Place, Replaced, Script, StatementSpan, Version,
};
pub use report::{
    Direction, IndexBuild, IndexBuildState, Lease, MigrationState, PartialProgress,
    PendingMigration, Plan, PlannedRevert, Report, RevertPlan, Status, StatusEntry, Step,
};
#[cfg(feature = "schema")]
pub use report::{
    Drift, RecordDifference, RecordDifferenceKind, Verification, VerifiedMigration, VersionGuess,
};
pub use runner::Runner;
pub use set::Migrations;
pub use stop::Stop;
pub use tenants::{
    FailedTenants, Tenant, TenantReport, TenantStatus, TenantVersion, Tenants, TenantsReport,
    TenantsStatus,
};
#[cfg(feature = "schema")]
pub use verifier::Verifier;

#[doc = include_str!("guarantees.md")]
pub mod guarantees {}

/// Embeds a directory of SurrealQL migrations as a `static` of type [`Migrations`], and makes
/// every mistake in it that can be known while the crate compiles a compile error.
///
/// ```
/// use migrate_runtime::embed_migrations;
///
/// // `pub(crate) static MIGRATIONS`, from the directory `migrations`.
/// embed_migrations!();
///
/// // Another name, another visibility, another path: `embed_migrations!("path")` alone is fine, too.
/// embed_migrations!(pub static NOTEBOOK = "migrations");
///
/// // A history table of its own.
/// embed_migrations!(static ARCHIVE = "migrations", table = "_archive_migrations");
///
/// # fn main() {
/// assert_eq!(MIGRATIONS.len(), NOTEBOOK.len());
/// assert_eq!(NOTEBOOK.table(), "_sbl_migrations");
/// assert_eq!(ARCHIVE.table(), "_archive_migrations");
/// # }
/// ```
///
/// * The **path** is relative to the folder of the crate's `Cargo.toml`.
/// * The **static** is `pub(crate) static MIGRATIONS` where it is not named. Its documentation
///   lists the migrations and the tables that they make, so that an editor shows them on hover.
/// * The **table** is the history table, `_sbl_migrations` where none is given. A second set in the
///   same database needs its own.
/// * **`assumes = "…"`** is the path of a file with the definitions that are there before the first
///   migration, from the same folder. Without it, the checks start on an empty database, apart from
///   what scripts assume with `-- migrate: assumes table legacy`.
///
/// * **`allow = […]`, `deny = […]`, `deny = "all"`** and **`lint_from = 24`** say what becomes of
///   warnings about what is likely to hurt; see [`lints`].
///
/// # What is checked
/// The names, numbers and pairs of the files, their encoding, their directives, that each script is
/// SurrealQL as SurrealDB 3.3 parses it, and that no statement of it would break the transaction
/// that it runs in. Where none of that is wrong, the scripts are run on a model of the schema, and
/// two things are refused: a statement that certainly fails, such as `DEFINE` of what is there and
/// `UPDATE` of what is not, or reads a variable that nothing sets; and a down script after which the
/// schema certainly is not what it was before the up script, unless it begins with
/// `-- migrate: lossy: REASON`. All problems of a directory are reported in one build. What can work,
/// but is likely to hurt, is a compiler warning; [`lints`] has a page about each kind.
///
/// # A baseline
/// A set may begin at another version than 1, with an up script that says `-- migrate: baseline`. It
/// [stands for](Migration::is_baseline) all migrations up to its version. If those are in a directory
/// `before` beside it, it is an error if the schema that it makes certainly differs from what they make.
///
/// # When the crate is built again
/// An edited, renamed or removed file is noticed by Cargo. A **new** file is not: stable Rust gives
/// a macro no way to watch a directory. Put this into the crate's `build.rs`:
///
/// ```no_run
/// fn main() {
///     println!("cargo::rerun-if-changed=migrations");
/// }
/// ```
///
/// In builds with debug assertions, [`Migrations::run`] also compares the names of the embedded
/// files with the directory, where it exists, and refuses to run a set that is behind it.
#[macro_export]
macro_rules! embed_migrations {
    ($($arguments:tt)*) => {
        $crate::__private::expand! { [$crate] $($arguments)* }
    };
}

/// What the macro's output is made of. Not for direct use, and free to change.
#[doc(hidden)]
pub mod __private {
    pub use core::option::Option::{None, Some};

    pub use migrate_files::embedded::*;
    pub use migrate_files::{Migration, Replaced};
    pub use migrate_macros::expand;

    pub use crate::set::embedded;
}
