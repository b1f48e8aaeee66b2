//! How a command ends, for the program that called it.

use std::process::{ExitCode, Termination};

/// How a command ended. The number is the exit status of the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// It did what it was asked to.
    Done = 0,
    /// Something failed on the way, or what was looked at is not as it should be.
    Failed = 1,
    /// An argument is missing, or does not fit the others.
    Usage = 2,
    /// It declined, and nothing was changed.
    Refused = 3,
    /// The database could not be reached or signed in to, or the connection broke.
    NotConnected = 4,
    /// There was nothing to do, and `--exit-code` asks to be told.
    NothingToDo = 5,
    /// Ctrl-C, or the system, ended it early.
    Interrupted = 130,
}

/// So that `main` can return it.
impl Termination for Exit {
    fn report(self) -> ExitCode {
        self.into()
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
