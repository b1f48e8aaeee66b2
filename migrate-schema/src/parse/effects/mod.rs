//! What a statement does to records and indexes.

mod fields;
mod lookups;
mod names;
mod statements;
mod variables;

pub use names::{field_path, name, owned, push_element, push_field, target, whole_table};
pub use statements::EffectsReader;
