//! What a run tells while it works.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::Version;
use crate::report::Direction;

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
pub(crate) struct Observer(Option<Arc<dyn Fn(&Event) + Send + Sync>>);

impl Observer {
    pub(crate) fn new(observe: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(observe)))
    }

    pub(crate) fn tell(&self, event: &Event) {
        match event {
            Event::Started { .. } => tracing::debug!("started"),
            Event::Finished { duration, .. } => tracing::info!(?duration, "finished"),
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
