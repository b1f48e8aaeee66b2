//! Waiting for a database that is not up yet.

use std::time::{Duration, Instant};

use crate::error::{EngineError, ErrorKind, Meaning, Result, meaning};
use crate::execute::{Event, Observer, pause_after};

/// The first pause is at most twice this.
const MIN_PAUSE: Duration = Duration::from_millis(50);

/// The longest pause between two attempts.
const MAX_PAUSE: Duration = Duration::from_secs(5);

/// Connects to a database that may still be starting, as it may be when a service starts beside it.
///
/// ```no_run
/// use std::time::Duration;
/// use migrate_runtime::Wait;
/// use surrealdb::engine::any;
///
/// # async fn example() -> migrate_runtime::Result<()> {
/// let db = Wait::at_most(Duration::from_secs(60))
///     .connect(|| async {
///         let db = any::connect("ws://127.0.0.1:8000").await?;
///         db.use_ns("app").use_db("app").await?;
///         Ok(db)
///     })
///     .await?;
/// # drop(db); Ok(()) }
/// ```
#[derive(Debug, Clone)]
#[must_use = "nothing is waited for until `connect` is awaited"]
pub struct Wait {
    limit: Duration,
    observer: Observer,
}

impl Wait {
    /// Waits no longer than this, the time of the attempts included.
    pub fn at_most(limit: Duration) -> Self {
        Self {
            limit,
            observer: Observer::default(),
        }
    }

    /// Calls a function for each attempt that failed, with [`Event::Unreachable`].
    pub fn observer(mut self, observe: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        self.observer = Observer::new(observe);
        self
    }

    /// Calls `connect` until it succeeds, with a pause after each failure that doubles up to five
    /// seconds and is random below that.
    ///
    /// # Errors
    /// [`ErrorKind::Unreachable`] with the last reason at the time limit. A failure that is neither one
    /// of the connection nor a conflict, such as a wrong password, is returned at once.
    pub async fn connect<T, F>(&self, mut connect: impl FnMut() -> F) -> Result<T>
    where
        F: Future<Output = surrealdb::Result<T>>,
    {
        let start = Instant::now();
        let mut attempt = 0;
        loop {
            attempt += 1;
            let left = self.limit.saturating_sub(start.elapsed());
            let reason = match tokio::time::timeout(left, connect()).await {
                Ok(Ok(connected)) => return Ok(connected),
                Ok(Err(error)) if passes(&error) => EngineError::from(&error),
                Ok(Err(error)) => {
                    return Err(ErrorKind::engine_error("connect to the database", error).into());
                }
                Err(_) => EngineError::no_answer(left),
            };
            let pause = pause_after(attempt, MIN_PAUSE, MAX_PAUSE);
            let waited = start.elapsed();
            if waited + pause >= self.limit {
                return Err(ErrorKind::Unreachable {
                    attempts: attempt,
                    waited,
                    engine: reason,
                }
                .into());
            }
            self.observer.emit(&Event::Unreachable {
                attempt,
                reason,
                pause,
            });
            tokio::time::sleep(pause).await;
        }
    }
}

/// Whether it may be gone the next time. Over one protocol, a connection that is refused has no kind of
/// its own. To select a database that is not there creates it, and processes that do so at the same
/// moment conflict.
fn passes(error: &surrealdb::Error) -> bool {
    matches!(meaning(error), Meaning::Connection | Meaning::Conflict) || error.is_internal()
}
