//! Conflicting with other processes again and again, and getting out of their way.

use std::time::Duration;

use crate::error::{ErrorKind, Result};
use crate::execute::observer::{Event, Observer};

/// How often in a row a conflict over the same thing is answered by another attempt.
const MAX_ATTEMPTS: u32 = 30;

/// The first pause is at most twice this; each further one is up to twice as long.
const MIN_PAUSE: Duration = Duration::from_millis(5);

const MAX_PAUSE: Duration = Duration::from_millis(500);

/// Conflicts in a row over the same thing, and the pauses between them.
#[derive(Debug, Default)]
pub(crate) struct Conflicts {
    operation: String,
    attempts: u32,
}

impl Conflicts {
    /// Waits a little, longer after each conflict in a row. The pause is random, so that processes
    /// that met once do not meet again.
    ///
    /// `operation` is what was attempted. A conflict over another one means that there was progress,
    /// and starts counting anew.
    pub(crate) async fn pause(&mut self, operation: String, observer: &Observer) -> Result<()> {
        if self.operation != operation {
            *self = Self {
                operation,
                attempts: 0,
            };
        }
        self.attempts += 1;
        let attempts = self.attempts;
        let operation = self.operation.clone();
        if attempts > MAX_ATTEMPTS {
            return Err(ErrorKind::Conflict {
                operation,
                attempts,
            }
            .into());
        }
        observer.emit(&Event::Conflict {
            operation,
            attempt: attempts,
        });
        tokio::time::sleep(pause_after(attempts, MIN_PAUSE, MAX_PAUSE)).await;
        Ok(())
    }
}

/// A random part of what doubles with each attempt, from 1, up to a maximum.
pub(crate) fn pause_after(attempt: u32, min: Duration, max: Duration) -> Duration {
    let doubled = min.saturating_mul(2u32.saturating_pow(attempt.min(20)));
    doubled.min(max).mul_f64(fastrand::f64())
}
