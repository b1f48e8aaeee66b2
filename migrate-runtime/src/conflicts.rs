//! Meeting other processes again and again, and getting out of their way.

use std::time::Duration;

use crate::Version;
use crate::error::{Error, Result};
use crate::observer::{Event, Observer};

/// How often in a row a conflict over the same thing is answered by another attempt.
const MOST_ATTEMPTS: u32 = 30;

/// The first pause is at most twice this; each further one is up to twice as long.
const SHORTEST_PAUSE: Duration = Duration::from_millis(5);

/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// Conflicts in a row over the same thing, and the pauses between them.
#[derive(Debug, Default)]
pub(crate) struct Conflicts {
    over: (Version, usize),
    attempts: u32,
}

impl Conflicts {
    /// Waits a little, longer after each conflict in a row. The pause is random, so that processes
    /// that met once do not meet again.
    ///
    /// `over` is the version and the statement that was to be written: a conflict over another one
    /// means that something went on, and begins a new row.
    pub(crate) async fn pause(
        &mut self,
        over: (Version, usize),
        observer: &Observer,
    ) -> Result<()> {
        if self.over != over {
            *self = Self { over, attempts: 0 };
        }
        self.attempts += 1;
        let (version, attempts) = (over.0, self.attempts);
        if attempts > MOST_ATTEMPTS {
            return Err(Error::Conflict { version, attempts });
        }
        observer.tell(&Event::Conflict {
            version,
            attempt: attempts,
        });
        tokio::time::sleep(pause_after(attempts, SHORTEST_PAUSE, LONGEST_PAUSE)).await;
        Ok(())
    }
}

/// A random part of what doubles with each attempt, from 1, up to a longest pause.
pub(crate) fn pause_after(attempt: u32, shortest: Duration, longest: Duration) -> Duration {
    let doubled = shortest.saturating_mul(2u32.saturating_pow(attempt.min(20)));
    doubled.min(longest).mul_f64(fastrand::f64())
}
