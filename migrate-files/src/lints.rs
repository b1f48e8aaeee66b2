//! Which rules about what is likely to hurt apply to a set, and how.

use std::collections::BTreeSet;

use migrate_schema::lint::Lint;

use crate::migration::Version;

/// Which rules about what is likely to hurt apply to a set of migrations, and what becomes of what
/// they find: a warning, unless said otherwise here. `-- migrate: allow NAME: REASON` in a migration's
/// file comes before all of this.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lints {
    from: Version,
    allowed: BTreeSet<Lint>,
    denied: BTreeSet<Lint>,
}

/// What becomes of what a rule finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// A warning.
    Warn,
    /// A problem.
    Deny,
}

impl Lints {
    /// Leaves migrations before this version alone.
    #[must_use]
    pub fn from(mut self, version: Version) -> Self {
        self.from = version;
        self
    }

    /// Drops what these rules find.
    #[must_use]
    pub fn allow(mut self, lints: impl IntoIterator<Item = Lint>) -> Self {
        self.allowed.extend(lints);
        self
    }

    /// Makes a problem of what these rules find, unless they are allowed.
    #[must_use]
    pub fn deny(mut self, lints: impl IntoIterator<Item = Lint>) -> Self {
        self.denied.extend(lints);
        self
    }

    /// Whether they apply to a migration at all.
    pub(crate) const fn apply_to(&self, version: Version) -> bool {
        version >= self.from
    }

    /// What becomes of what a rule finds; `None` for nothing.
    pub(crate) fn level(&self, lint: Lint) -> Option<Level> {
        match (self.allowed.contains(&lint), self.denied.contains(&lint)) {
            (true, _) => None,
            (false, true) => Some(Level::Deny),
            (false, false) => lint.is_on().then_some(Level::Warn),
        }
    }
}
