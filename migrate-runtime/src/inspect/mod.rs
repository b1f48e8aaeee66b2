//! What a database holds: its definitions and its records.

mod records;
mod schema;

pub(crate) use records::{Records, compare, read_records};
pub(crate) use schema::read_schema;
