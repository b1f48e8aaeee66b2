//! The built command as its users run it: what it prints, and how it ends.

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
