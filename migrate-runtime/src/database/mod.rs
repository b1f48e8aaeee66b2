//! What is sent to a database, and what its answers mean. Nothing here decides what to do next.

pub(crate) mod history;
pub(crate) mod indexes;
pub(crate) mod lease;
pub(crate) mod progress;
pub(crate) mod request;
pub(crate) mod rows;
pub(crate) mod script;
pub(crate) mod selection;
pub(crate) mod statements;
pub(crate) mod tables;
pub(crate) mod transaction;
