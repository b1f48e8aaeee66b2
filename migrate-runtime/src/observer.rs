//! What a run tells while it works.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::error::EngineError;
use crate::report::Direction;
use crate::{Lease, Version};

/// Something that happened in the course of a call, as an observer is told.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// A migration's script is about to be sent.
    Started {
        /// The migration's version.
        version: Version,
        /// Its name; may be empty.
        name: String,
        /// Which half.
        direction: Direction,
    },
    /// A migration's script was committed.
    Finished {
        /// The migration's version.
        version: Version,
        /// Its name; may be empty.
        name: String,
        /// Which half.
        direction: Direction,
        /// How long the request took, as seen from here.
        duration: Duration,
    },
    /// A statement of a `per-statement` migration was committed.
    Progress {
        /// The migration's version.
        version: Version,
        /// How many of its statements have landed.
        done: usize,
        /// How many it has.
        total: usize,
    },
    /// Another process holds the lease; told each time that it was looked at.
    Waiting {
        /// Who holds it, and since when.
        lease: Lease,
        /// For how long this process has waited.
        waited: Duration,
    },
    /// The database could not be reached; there will be another attempt.
    Unreachable {
        /// How many attempts there were.
        attempt: u32,
        /// What the last one failed with.
        reason: EngineError,
        /// The pause before the next one.
        pause: Duration,
    },
    /// Another process was at the same migration; the history is read again.
    Conflict {
        /// The version that both wanted to write.
        version: Version,
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

    pub(crate) fn tell(&self, event: &Event) {
        match event {
            Event::Started { .. } => tracing::debug!("started"),
            Event::Finished { duration, .. } => tracing::info!(?duration, "finished"),
            Event::Progress { done, total, .. } => tracing::debug!(done, total, "progress"),
            Event::Waiting { lease, waited } => {
                let Lease { holder, since, .. } = lease;
                tracing::debug!(holder, %since, ?waited, "waiting for another process");
            }
            Event::Unreachable {
                attempt,
                reason,
                pause,
            } => {
                let reason = &reason.message;
                tracing::warn!(
                    attempt,
                    reason,
                    ?pause,
                    "the database cannot be reached yet"
                );
            }
            Event::Conflict { attempt, .. } => {
                tracing::info!(attempt, "another process is at the same migration");
            }
        }
        if let Some(observe) = &self.0 {
            observe(event);
        }
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Some(..)" } else { "None" })
    }
}
