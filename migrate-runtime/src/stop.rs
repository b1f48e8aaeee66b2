//! Ending a call early, from elsewhere.

use std::sync::Arc;

use tokio::sync::watch;

/// Ends calls early: a clone of it is given to a [`Runner`](crate::Runner), and another task or a
/// signal handler asks for the end. The call then returns
/// [`ErrorKind::Stopped`](crate::ErrorKind::Stopped), and the lease is given back, which it is not
/// where the future of a call is dropped.
///
/// ```
/// use migrate_runtime::{ErrorKind, Stop, embed_migrations};
///
/// embed_migrations!("migrations");
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let db = surrealdb::engine::any::connect("mem://").await?;
/// db.use_ns("test").use_db("test").await?;
/// let stop = Stop::new();
///
/// // As a signal handler would, but from what happens.
/// let handler = stop.clone();
/// let runner = MIGRATIONS.runner(&db).stop(&stop).observer(move |_| handler.between_requests());
/// let error = runner.run().await.unwrap_err();
/// assert!(matches!(error.kind(), ErrorKind::Stopped { .. }));
///
/// // The first migration had begun when the call was stopped, and is applied completely.
/// assert_eq!(MIGRATIONS.current_version(&db).await?, 1);
/// # Ok(()) }
/// ```
#[derive(Debug, Clone)]
pub struct Stop(Arc<watch::Sender<Urgency>>);

/// How soon a call is to end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Urgency {
    #[default]
    None,
    BetweenRequests,
    Now,
}

impl Stop {
    /// One that nobody has asked yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Ends calls as soon as no request is in progress: between two migrations, or between two
    /// statements of one that is `per-statement`. At once where a call waits for another process.
    pub fn between_requests(&self) {
        self.raise(Urgency::BetweenRequests);
    }

    /// Ends calls without waiting for the request that is in progress. The migration in it is either
    /// applied completely or not at all, and a server may go on with it for as long as it takes.
    pub fn now(&self) {
        self.raise(Urgency::Now);
    }

    fn raise(&self, urgency: Urgency) {
        self.0.send_if_modified(|current| {
            let is_more = urgency > *current;
            *current = urgency.max(*current);
            is_more
        });
    }

    /// Whether calls are to end.
    pub(crate) fn is_requested(&self) -> bool {
        *self.0.borrow() > Urgency::None
    }

    /// Waits until calls are to end.
    pub(crate) async fn requested(&self) {
        self.reaches(Urgency::BetweenRequests).await;
    }

    /// Waits until calls are to end without waiting for anything.
    pub(crate) async fn requested_now(&self) {
        self.reaches(Urgency::Now).await;
    }

    async fn reaches(&self, urgency: Urgency) {
        let mut receiver = self.0.subscribe();
        // The sender is this one, and is there for as long as this waits.
        let _ = receiver.wait_for(|current| *current >= urgency).await;
    }
}

impl Default for Stop {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(Urgency::default())))
    }
}
