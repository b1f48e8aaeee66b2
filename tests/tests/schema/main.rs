//! The model of the schema beside the engine's own: generated histories run on both.

mod generated;
mod histories;
