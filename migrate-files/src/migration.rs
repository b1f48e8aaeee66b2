//! The plain data of a migration. It can stand in a constant: the macro prints it as one, so that a
//! program starts with nothing to allocate and nothing to parse.

use std::borrow::Cow;
use std::fmt;
use std::ops::RangeInclusive;

use migrate_schema::Execution;

use crate::checksum::Checksum;
use crate::script::Script;
#[cfg(feature = "read")]
use crate::text::{Directive, Directives, Listed};

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
    /// The migrations that it stands for, in order, from version 1 up to its own, if it is a
    /// [baseline](Self::is_baseline); otherwise empty.
    pub replaces: Cow<'static, [Replaced]>,
}

/// A migration whose scripts are gone, since a baseline stands for it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Replaced {
    /// Its number.
    pub version: Version,
    /// What its files were called, without version and suffix; empty where that is not known.
    pub name: Cow<'static, str>,
    /// Of its up script, where that is known.
    pub checksum: Option<Checksum>,
}

#[cfg(feature = "read")]
impl Replaced {
    /// A migration that is replaced.
    pub(crate) fn new(
        version: Version,
        name: impl Into<Cow<'static, str>>,
        checksum: Option<Checksum>,
    ) -> Self {
        Self {
            version,
            name: name.into(),
            checksum,
        }
    }
}

#[cfg(feature = "read")]
impl From<Listed<'_>> for Replaced {
    fn from(listed: Listed<'_>) -> Self {
        let checksum = listed.checksum.parse().ok();
        Self::new(listed.version, listed.name.to_owned(), checksum)
    }
}

impl Migration {
    /// A migration that does not come from a file. Its checksum is that of the up script; its execution
    /// and what it replaces are as the up script's directives say, as if it were read from files.
    #[cfg(feature = "read")]
    #[must_use]
    pub fn new(
        version: Version,
        name: impl Into<Cow<'static, str>>,
        up: Script,
        down: Option<Script>,
    ) -> Self {
        let directives = Directives::of(&up.text);
        Self {
            version,
            name: name.into(),
            checksum: Checksum::of(&up.text),
            execution: directives.execution(),
            replaces: match directives.has(Directive::Baseline) {
                true => all_replaced(version, &directives).into(),
                false => Cow::Borrowed(&[]),
            },
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
        replaces: &'static [Replaced],
    ) -> Self {
        Self {
            version,
            name: Cow::Borrowed(name),
            up,
            down,
            checksum: Checksum::from_bytes(*checksum),
            execution: Execution::Transaction,
            replaces: Cow::Borrowed(replaces),
        }
    }

    /// The same migration, sent to the database in another way.
    #[doc(hidden)]
    #[must_use]
    pub const fn with_execution(mut self, execution: Execution) -> Self {
        self.execution = execution;
        self
    }

    /// Whether it stands for all migrations up to its version: its up file says
    /// `-- migrate: baseline`. A database on which nothing is applied gets it in their place.
    #[must_use]
    pub fn is_baseline(&self) -> bool {
        !self.replaces.is_empty()
    }

    /// The versions that are applied with it: its own, and those below it if it is a baseline.
    #[must_use]
    pub fn versions(&self) -> RangeInclusive<Version> {
        match self.is_baseline() {
            true => 1..=self.version,
            false => self.version..=self.version,
        }
    }

    /// What is recorded of one of its [versions](Self::versions): the name, and the checksum, unless
    /// it is a baseline that does not list what it replaces.
    #[must_use]
    pub fn recorded_as(&self, version: Version) -> (&str, Option<&Checksum>) {
        // They are in order, from version 1.
        let index = (version as usize).checked_sub(1);
        match index.and_then(|index| self.replaces.get(index)) {
            Some(replaced) => (&replaced.name, replaced.checksum.as_ref()),
            None => (&self.name, Some(&self.checksum)),
        }
    }
}

/// How many migrations a baseline may stand for: each has a row in the history.
#[cfg(feature = "read")]
pub(crate) const MAX_REPLACED: Version = 10_000;

/// What a baseline stands for: what it lists, and nothing but the versions where it lists nothing.
#[cfg(feature = "read")]
fn all_replaced(version: Version, directives: &Directives) -> Vec<Replaced> {
    let listed = directives.replaced();
    let listed = listed.map(|(listed, _)| Replaced::from(listed));
    let listed: Vec<Replaced> = listed.collect();
    let versions = listed.iter().map(|replaced| replaced.version);
    match versions.eq(1..=version) {
        true => listed,
        false => (1..=version.min(MAX_REPLACED))
            .map(|it| Replaced::new(it, "", None))
            .collect(),
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
