//! The plain data of a migration. Every type here can stand in a constant: the macro prints them
//! as one, so that a program starts with nothing to allocate and nothing to parse.

use std::borrow::Cow;
use std::fmt;

use crate::place::Place;

/// A migration's number: 1 for the first, without gaps from there. `0` stands for a database on
/// which nothing is applied.
pub type Version = u32;

/// One migration: an up script, and the down script that takes it back.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Migration {
    /// Its number, 1 for the first of the set.
    pub version: Version,
    /// What its files are called, without version and suffix; empty where that is left out.
    pub name: Cow<'static, str>,
    /// What applies it.
    pub up: Script,
    /// What takes it back; `None` where the up file says `-- migrate: irreversible`.
    pub down: Option<Script>,
    /// SHA-256 of the up script's text, by which an edit after the fact is noticed.
    pub checksum: Checksum,
    /// How the up script is sent to the database.
    pub execution: Execution,
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

/// How an up script is sent to the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Execution {
    /// The whole script in one transaction: the rule.
    #[default]
    Transaction,
    /// Every statement in a transaction of its own, resumed after the last one that landed:
    /// `-- migrate: per-statement`.
    PerStatement,
}

/// The text of one file, as it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Script {
    /// Where the file is, from the crate's root and with `/`: `migrations/007_search.up.surql`.
    pub file: Cow<'static, str>,
    /// The file's text without a byte-order mark and with LF for every CRLF; otherwise verbatim.
    pub text: Cow<'static, str>,
    /// Where its statements are, in order. Empty where the set was built without the parser.
    pub statements: Cow<'static, [Statement]>,
}

impl Script {
    /// The line and column of a byte of the text, both from 1, as the file on disk has them.
    #[must_use]
    pub fn place(&self, offset: usize) -> Place {
        Place::of(&self.text, offset)
    }

    /// A statement's own text, up to and with its semicolon.
    #[must_use]
    pub fn statement_text(&self, statement: Statement) -> &str {
        self.text
            .get(statement.start as usize..statement.end as usize)
            .unwrap_or_default()
    }
}

/// Where a statement stands in its script, in bytes of [`Script::text`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Statement {
    /// Its first byte.
    pub start: u32,
    /// The byte after its last one, its semicolon included.
    pub end: u32,
}

/// A SHA-256 of a normalised script, printed as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Checksum(pub [u8; 32]);

impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Checksum({self})")
    }
}
