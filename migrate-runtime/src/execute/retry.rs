//! Conflicting with other processes again and again, and getting out of their way.

use std::time::Duration;

use crate::error::{EngineError, ErrorKind, Result};
use crate::execute::observer::{Event, Observer};

/// The first pause is at most twice this; each further one is up to twice as long.
const MIN_PAUSE: Duration = Duration::from_millis(5);

const MAX_PAUSE: Duration = Duration::from_millis(500);

/// Conflicts in a row without any progress, and the pauses between them.
#[derive(Debug)]
pub(crate) struct Conflicts {
    attempts: u32,
    max_attempts: u32,
}

impl Conflicts {
    /// For tables and leases: many processes that start together conflict over them.
    pub(crate) fn of_tables() -> Self {
        Self {
            attempts: 0,
            max_attempts: 30,
        }
    }

    /// For scripts. If another process is faster, its change of the history is progress. So only the
    /// script itself and applications that write to the same records are left as causes, and more
    /// attempts rarely help.
    pub(crate) fn of_scripts() -> Self {
        Self {
            attempts: 0,
            max_attempts: 10,
        }
    }

    /// Waits a little, longer after each conflict in a row. The pause is random, so that processes
    /// that met once do not meet again.
    pub(crate) async fn pause(
        &mut self,
        operation: String,
        engine: EngineError,
        observer: &Observer,
    ) -> Result<()> {
        self.attempts += 1;
        let attempt = self.attempts;
        if attempt >= self.max_attempts {
            return Err(ErrorKind::Conflict {
                operation,
                attempts: attempt,
                engine,
            }
            .into());
        }
        observer.emit(&Event::Conflict { operation, attempt });
        tokio::time::sleep(pause_after(attempt, MIN_PAUSE, MAX_PAUSE)).await;
        Ok(())
    }

    /// There was progress, so that the next conflict is the first one again.
    pub(crate) fn reset(&mut self) {
        self.attempts = 0;
    }
}

/// A random part of what doubles with each attempt, from 1, up to a maximum.
pub(crate) fn pause_after(attempt: u32, min: Duration, max: Duration) -> Duration {
    let doubled = min.saturating_mul(2u32.saturating_pow(attempt.min(20)));
    doubled.min(max).mul_f64(fastrand::f64())
}
