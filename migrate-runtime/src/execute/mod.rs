//! What the calls do, step by step.

mod accept;
mod adopt;
mod compare;
mod context;
mod down;
mod down_script;
#[cfg(feature = "schema")]
mod drift;
mod existing;
mod freshness;
mod group;
mod indexes;
mod lock;
mod observer;
mod pace;
mod plan_down;
mod redo;
mod retry;
mod running;
mod select;
mod send;
mod up;
#[cfg(feature = "schema")]
mod verify;

pub(crate) use accept::accept;
pub(crate) use adopt::adopt;
pub(crate) use compare::{check, status};
pub(crate) use context::Context;
pub(crate) use down::{revert_last, revert_to};
#[cfg(feature = "schema")]
pub(crate) use drift::{drift, guess_version};
pub(crate) use existing::check_not_existing;
pub(crate) use freshness::check_fresh;
pub(crate) use indexes::unfinished;
pub use observer::Event;
pub(crate) use observer::Observer;
pub(crate) use plan_down::plan_down;
pub(crate) use redo::redo;
pub(crate) use retry::pause_after;
pub(crate) use up::{Target, up};
#[cfg(feature = "schema")]
pub(crate) use verify::{Prepared, verify};
