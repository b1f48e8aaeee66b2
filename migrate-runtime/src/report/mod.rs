//! What a call did, would do or found: plain data that prints as a table and serialises as JSON.

mod index;
mod lease;
mod plan;
mod status;
mod steps;

pub(crate) mod format;
pub(crate) mod json;

pub use index::{IndexBuild, IndexBuildState};
pub use lease::Lease;
pub use plan::{PendingMigration, Plan};
pub use status::{MigrationState, PartialProgress, Status, StatusEntry};
pub use steps::{Direction, Report, Step};
