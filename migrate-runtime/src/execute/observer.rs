//! What a call reports while it works: to the caller's function, and to the log.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use migrate_files::Version;

use crate::error::{EngineError, Error};
use crate::report::{Direction, IndexBuild, Lease};

/// Something that happened in the course of a call.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Event {
    /// A migration's script is about to be sent. Of quick migrations that share a request, which the
    /// engine answers when all of it is done, only the first one is reported before that.
    #[non_exhaustive]
    Started {
        /// The migration's version.
        version: Version,
        /// Its name; may be empty.
        name: String,
        /// Which script.
        direction: Direction,
        /// Which one it is of those that this call is going to run, from 1.
        number: usize,
        /// How many migrations this call is going to run, as far as it knows now.
        total: usize,
    },
    /// A migration's script was committed.
    #[non_exhaustive]
    Finished {
        /// The migration's version.
        version: Version,
        /// Its name; may be empty.
        name: String,
        /// Which script.
        direction: Direction,
        /// How long its statements took, measured by the database; under `per-statement` how long all
        /// of its requests took, measured here.
        duration: Duration,
    },
    /// A migration's script failed, or the connection did while it ran.
    #[non_exhaustive]
    Failed {
        /// The migration's version.
        version: Version,
        /// Its name; may be empty.
        name: String,
        /// Which script.
        direction: Direction,
        /// What the call is going to return, apart from the steps before.
        error: Error,
    },
    /// A statement of a `per-statement` migration was committed. Any other script is one request,
    /// which the engine answers when all of it is done, so that nobody knows how far it is.
    #[non_exhaustive]
    Progress {
        /// The migration's version.
        version: Version,
        /// How many of its statements are committed.
        done: usize,
        /// How many it has.
        total: usize,
    },
    /// Indexes are still being built in the background; reported each time they were checked.
    #[non_exhaustive]
    BuildingIndexes {
        /// Which ones, and how far they are.
        indexes: Vec<IndexBuild>,
        /// For how long this process has waited.
        waited: Duration,
    },
    /// Another process holds the lease; reported each time it was checked.
    #[non_exhaustive]
    Waiting {
        /// Who holds it, and since when.
        lease: Lease,
        /// For how long this process has waited.
        waited: Duration,
    },
    /// The database could not be reached; there will be another attempt.
    #[non_exhaustive]
    Unreachable {
        /// How many attempts there were.
        attempt: u32,
        /// What the last one failed with.
        reason: EngineError,
        /// The pause before the next one.
        pause: Duration,
    },
    /// A transaction conflicted with another one; the history is read again, and there will be
    /// another attempt.
    #[non_exhaustive]
    Conflict {
        /// What was attempted: `apply migration 7 (search)`.
        operation: String,
        /// How often in a row, from 1.
        attempt: u32,
    },
}

/// A caller's function for events, or none.
#[derive(Clone, Default)]
pub(crate) struct Observer(Option<Arc<Observe>>);

type Observe = dyn Fn(&Event) + Send + Sync;

impl Observer {
    pub(crate) fn new(observe: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(observe)))
    }

    pub(crate) fn emit(&self, event: &Event) {
        log(event);
        if let Some(observe) = &self.0 {
            observe(event);
        }
    }
}

/// Every line has the target `migrate_runtime`, wherever it comes from, so that one filter fits all.
fn log(event: &Event) {
    const TARGET: &str = "migrate_runtime";
    match event {
        Event::Started { number, total, .. } => {
            tracing::debug!(target: TARGET, number, total, "started");
        }
        Event::Finished { duration, .. } => {
            tracing::info!(target: TARGET, ?duration, "finished");
        }
        Event::Failed { error, .. } => {
            // The engine's words may quote the script or a record.
            let engine = error.kind().engine().map(|engine| &*engine.kind);
            tracing::error!(target: TARGET, reason = error.message(), engine, "failed");
        }
        Event::Progress { done, total, .. } => {
            tracing::debug!(target: TARGET, done, total, "progress");
        }
        Event::BuildingIndexes { indexes, waited } => {
            let indexes = indexes.len();
            tracing::debug!(target: TARGET, indexes, ?waited, "waiting for indexes");
        }
        Event::Waiting { lease, waited } => {
            let Lease { holder, since, .. } = lease;
            tracing::debug!(target: TARGET, holder, %since, ?waited, "waiting for another process");
        }
        Event::Unreachable {
            attempt,
            reason,
            pause,
        } => {
            let reason = &reason.message;
            tracing::warn!(target: TARGET, attempt, reason, ?pause, "the database cannot be reached yet");
        }
        Event::Conflict { operation, attempt } => {
            tracing::info!(target: TARGET, operation, attempt, "conflict with another transaction");
        }
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Some(..)" } else { "None" })
    }
}
