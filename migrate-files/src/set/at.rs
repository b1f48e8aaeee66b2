//! Where a statement is.

use std::fmt;

use crate::place::Place;
use crate::script::Script;

/// Where a statement is.
#[derive(Clone, Copy)]
pub struct At<'s> {
    pub script: &'s Script,
    /// Its first byte.
    pub start: u32,
}

/// Its file and line.
impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Place { line, .. } = self.script.place(self.start as usize);
        write!(f, "{}:{line}", self.script.file)
    }
}
