//! The rules about what is likely to hurt, by the examples in their documentation: what the engine does
//! with each.

mod defaults;
mod harms;
mod names;
mod nested;
#[path = "../../../migrate-files/tests/lints/pages.rs"]
mod pages;
#[path = "../../../migrate-files/tests/lints/sets.rs"]
mod sets;
mod types;
