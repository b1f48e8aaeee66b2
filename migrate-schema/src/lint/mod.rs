//! What is likely to hurt, although it can work: statements whose harm depends on the records that a
//! database holds, or of which the engine says nothing. [`Lint`] names the rules, [`check`] applies
//! them to a script. None fires on what the text leaves open.

mod bodies;
mod check;
mod fields;
mod name;
mod redefinitions;
mod script;
mod tables;
mod types;
mod warning;
mod writes;

pub use bodies::{Body, check_body};
pub use check::check;
pub use name::{Lint, UnknownLint};
pub use script::{Step, Surroundings};
pub use warning::Warning;
