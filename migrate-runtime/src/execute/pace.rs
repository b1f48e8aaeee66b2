//! How many migrations share a request.

use std::time::Duration;

/// More than so many are not worth the wait for news of them.
const MAX_MIGRATIONS: usize = 32;

/// Well below what any connection takes in one request.
const MAX_BYTES: usize = 256 * 1024;

/// A request that takes longer holds fewer migrations the next time.
const FAST: Duration = Duration::from_millis(100);

/// How many migrations share a request: the more, the faster they are. A slow one is sent alone, so
/// that whoever waits is told what it waits for, and nothing is sent behind it in vain.
#[derive(Debug)]
pub(crate) struct Pace {
    migrations: usize,
}

impl Pace {
    pub(crate) fn new() -> Self {
        Self { migrations: 1 }
    }

    /// Whether a request with so many migrations and bytes may get another one; the first one always.
    pub(crate) fn has_room(&self, migrations: usize, bytes: usize) -> bool {
        migrations == 0 || (migrations < self.migrations && bytes < MAX_BYTES)
    }

    /// A request was committed, and took so long.
    pub(crate) fn committed(&mut self, took: Duration) {
        self.migrations = match took < FAST {
            true => (self.migrations * 2).min(MAX_MIGRATIONS),
            false => 1,
        };
    }

    /// A request was not committed: what is left of it is sent alone.
    pub(crate) fn stopped(&mut self) {
        self.migrations = 1;
    }
}
