//! What the calls do, step by step.

mod compare;
mod context;
mod down;
mod freshness;
mod lock;
mod observer;
mod redo;
mod retry;
mod send;
mod up;

pub(crate) use compare::{check, status};
pub(crate) use context::Context;
pub(crate) use down::{revert_last, revert_to};
pub(crate) use freshness::check_fresh;
pub use observer::Event;
pub(crate) use observer::Observer;
pub(crate) use redo::redo;
pub(crate) use retry::pause_after;
pub(crate) use up::{Target, up};
