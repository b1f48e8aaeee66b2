//! Ctrl-C, and the signal by which a system ends a process.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use migrate_runtime::Stop;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::interaction::Progress;

/// What a signal does: at first it ends work between two requests, then in the middle of one, and
/// then the process.
#[derive(Debug, Clone, Default)]
pub struct Interrupt {
    stop: Stop,
    is_at_work: Arc<AtomicBool>,
}

impl Interrupt {
    /// What ends the calls of a runner.
    pub const fn stop(&self) -> &Stop {
        &self.stop
    }

    /// Marks work that is to end by [`stop`](Self::stop), until what it returns is dropped.
    pub fn at_work(&self) -> AtWork {
        self.is_at_work.store(true, Ordering::SeqCst);
        AtWork(Arc::clone(&self.is_at_work))
    }

    /// Awaits a command while signals are listened to.
    pub async fn guard<T>(
        &self,
        progress: &Progress,
        command: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        tokio::select! {
            // Listening comes first, so that no signal before the command's first step is missed.
            biased;
            () = self.listen(progress) => Err(self.ended()),
            result = command => result,
        }
    }

    fn ended(&self) -> Failure {
        let failure = |message| Failure::new(Exit::Interrupted, "interrupted", message);
        match self.is_at_work.load(Ordering::SeqCst) {
            false => failure("interrupted: nothing was done"),
            true => failure("interrupted while a request was in progress")
                .note("the migration in it is either applied completely or not at all; the next run finds out")
                .note("the lease was not given back: others wait until it expires, some seconds from now"),
        }
    }

    /// Ends when the process has to end at once.
    async fn listen(&self, progress: &Progress) {
        let steps: [(&str, &dyn Fn()); 2] = [
            (
                "interrupted: ends with the next answer of the database, or now if it is repeated",
                &|| self.stop.between_requests(),
            ),
            ("interrupted: gives back the lease", &|| self.stop.now()),
        ];
        // From here on, so that none is missed that comes while another one is dealt with.
        let mut signals = Signals::listen();
        for (says, stop) in steps {
            signals.next().await;
            if !self.is_at_work.load(Ordering::SeqCst) {
                return;
            }
            progress.note(says);
            stop();
        }
        signals.next().await;
    }
}

/// Work that ends by itself when it is told to.
#[derive(Debug)]
#[must_use]
pub struct AtWork(Arc<AtomicBool>);

impl Drop for AtWork {
    fn drop(&mut self) {
        self.0.store(false, Ordering::SeqCst);
    }
}

/// The signals since it was made. Without a handler, which the system may refuse, a signal ends the
/// process, as it always did.
#[cfg(unix)]
struct Signals([Option<tokio::signal::unix::Signal>; 2]);

#[cfg(unix)]
impl Signals {
    fn listen() -> Self {
        use tokio::signal::unix::{SignalKind, signal};

        let kinds = [SignalKind::interrupt(), SignalKind::terminate()];
        Self(kinds.map(|kind| signal(kind).ok()))
    }

    async fn next(&mut self) {
        let Self([interrupt, terminate]) = self;
        tokio::select! {
            () = received(interrupt) => {}
            () = received(terminate) => {}
        }
    }
}

#[cfg(unix)]
async fn received(signal: &mut Option<tokio::signal::unix::Signal>) {
    match signal {
        Some(signal) => drop(signal.recv().await),
        None => std::future::pending().await,
    }
}

/// The same for a system that has Ctrl-C alone.
#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    const fn listen() -> Self {
        Self
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
