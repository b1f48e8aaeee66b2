//! What a call did, would do or found: plain data that prints as a table and serialises as JSON.

#[cfg(feature = "schema")]
mod drift;
#[cfg(feature = "schema")]
mod guess;
mod index;
mod lease;
mod plan;
mod status;
mod steps;
#[cfg(feature = "schema")]
mod verification;

pub(crate) mod format;
pub(crate) mod json;

#[cfg(feature = "schema")]
pub use drift::Drift;
#[cfg(feature = "schema")]
pub use guess::VersionGuess;
pub use index::{IndexBuild, IndexBuildState};
pub use lease::Lease;
pub use plan::{PendingMigration, Plan, PlannedRevert, RevertPlan};
pub use status::{MigrationState, PartialProgress, Status, StatusEntry};
pub use steps::{Direction, Report, Step};
#[cfg(feature = "schema")]
pub use verification::{RecordDifference, RecordDifferenceKind, Verification, VerifiedMigration};
