//! Where a statement is.

use std::fmt;

#[cfg(feature = "surrealql")]
use migrate_schema::transition::Sources;

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

#[cfg(feature = "surrealql")]
impl<'s> At<'s> {
    /// The statement.
    pub fn statement(&self) -> Option<&'s str> {
        let mut statements = self.script.statements.iter();
        let statement = statements.find(|statement| statement.start == self.start)?;
        Some(self.script.statement_text(*statement))
    }
}

/// The texts of statements, by where they are.
#[cfg(feature = "surrealql")]
pub struct Texts;

#[cfg(feature = "surrealql")]
impl<'s> Sources<At<'s>> for Texts {
    fn statement<'p>(&'p self, at: &'p At<'s>) -> Option<&'p str> {
        at.statement()
    }
}
