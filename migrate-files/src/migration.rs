//! The plain data of a migration. It can stand in a constant: the macro prints it as one, so that a
//! program starts with nothing to allocate and nothing to parse.

use std::borrow::Cow;
use std::fmt;

use migrate_schema::Execution;

use crate::checksum::Checksum;
use crate::script::Script;
#[cfg(feature = "read")]
use crate::text::Directives;

/// A migration's number: 1 for the first, without gaps from there. `0` stands for a database on
/// which nothing is applied.
pub type Version = u32;

/// One migration: an up script, and the down script that reverts it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Migration {
    /// Its number, 1 for the first of the set.
    pub version: Version,
    /// What its files are called, without version and suffix; empty where that is left out.
    pub name: Cow<'static, str>,
    /// What applies it.
    pub up: Script,
    /// What reverts it; `None` where the up file says `-- migrate: irreversible`.
    pub down: Option<Script>,
    /// Of the up script, to detect that it was edited after it was applied.
    pub checksum: Checksum,
    /// How the up script is sent to the database.
    pub execution: Execution,
}

impl Migration {
    /// A migration that does not come from a file. Its checksum is that of the up script, and its
    /// execution is the one that the up script's directives ask for, as if it were read from files.
    #[cfg(feature = "read")]
    #[must_use]
    pub fn new(
        version: Version,
        name: impl Into<Cow<'static, str>>,
        up: Script,
        down: Option<Script>,
    ) -> Self {
        Self {
            version,
            name: name.into(),
            checksum: Checksum::of(&up.text),
            execution: Directives::of(&up.text).execution(),
            up,
            down,
        }
    }

    /// What the macro prints: a migration whose up script runs in one transaction.
    #[doc(hidden)]
    #[must_use]
    pub const fn embedded(
        version: Version,
        name: &'static str,
        checksum: &'static [u8; 32],
        up: Script,
        down: Option<Script>,
    ) -> Self {
        Self {
            version,
            name: Cow::Borrowed(name),
            up,
            down,
            checksum: Checksum::from_bytes(*checksum),
            execution: Execution::Transaction,
        }
    }

    /// The same migration, sent to the database in another way.
    #[doc(hidden)]
    #[must_use]
    pub const fn with_execution(mut self, execution: Execution) -> Self {
        self.execution = execution;
        self
    }
}

/// The version, with the name in brackets where there is one: `7 (search)`.
impl fmt::Display for Migration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.name {
            "" => write!(f, "{}", self.version),
            name => write!(f, "{} ({name})", self.version),
        }
    }
}
