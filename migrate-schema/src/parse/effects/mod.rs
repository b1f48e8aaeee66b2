//! What a statement does to records and indexes.

mod fields;
mod lookups;
mod names;
mod statements;
mod variables;

pub use statements::EffectsReader;
