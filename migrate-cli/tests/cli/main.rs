//! The built command as its users run it: what it prints, and how it ends.

#![allow(
    clippy::needless_raw_string_hashes,
    reason = "snapshots are written like that"
)]

mod checking;
mod comparing;
mod connecting;
mod creating;
mod describing;
mod everyday;
mod formats;
mod help;
mod importing;
mod interrupting;
mod refusing;
mod renumbering;
mod squashing;
mod support;
mod tenants;
#[cfg(unix)]
mod terminal;
mod verifying;
