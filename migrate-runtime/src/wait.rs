//! Waiting for a database that is not up yet.

use std::time::{Duration, Instant};

use crate::conflicts::pause_after;
use crate::engine::{Meaning, meaning};
use crate::error::{EngineError, Error, Result};
use crate::observer::{Event, Observer};

/// The first pause is at most twice this.
const SHORTEST_PAUSE: Duration = Duration::from_millis(50);

/// The longest pause between two attempts.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

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
    /// Waits no longer than that, the time of the attempts included.
    pub fn at_most(limit: Duration) -> Self {
        Self {
            limit,
            observer: Observer::default(),
        }
    }

    /// Tells a function about each attempt that failed, as [`Event::Unreachable`].
    pub fn observer(mut self, observe: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        self.observer = Observer::new(observe);
        self
    }

    /// Calls `connect` until it succeeds, with a pause after each failure that doubles up to five
    /// seconds and is random below that.
    ///
    /// # Errors
    /// [`Error::Unreachable`] with the last reason where the time is up. A failure that is not one
    /// of the connection, such as a wrong password, is returned at once.
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
                Ok(Err(error)) if is_of_the_connection(&error) => EngineError::from(&error),
                Ok(Err(error)) => return Err(Error::engine("connect to the database", error)),
                Err(_) => EngineError {
                    kind: "Timeout".to_owned(),
                    message: format!("nothing, for {left:.1?}"),
                },
            };
            let pause = pause_after(attempt, SHORTEST_PAUSE, LONGEST_PAUSE);
            let waited = start.elapsed();
            if waited + pause >= self.limit {
                return Err(Error::Unreachable {
                    attempts: attempt,
                    waited,
                    engine: reason,
                });
            }
            self.observer.tell(&Event::Unreachable {
                attempt,
                reason,
                pause,
            });
            tokio::time::sleep(pause).await;
        }
    }
}

/// Over one protocol, a connection that is refused has no kind of its own.
fn is_of_the_connection(error: &surrealdb::Error) -> bool {
    meaning(error) == Meaning::Connection || error.is_internal()
}
