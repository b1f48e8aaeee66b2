//! The built command as its users run it: what it prints, and how it ends.

#![allow(
    clippy::needless_raw_string_hashes,
    reason = "snapshots are written like that"
)]

mod checking;
mod connecting;
mod everyday;
mod formats;
mod help;
mod interrupting;
mod refusing;
mod support;
#[cfg(unix)]
mod terminal;
mod verifying;
