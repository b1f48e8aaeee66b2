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
        for (says, stop) in steps {
            signal().await;
            if !self.is_at_work.load(Ordering::SeqCst) {
                return;
            }
            progress.note(says);
            stop();
        }
        signal().await;
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

/// Waits for the next signal.
async fn signal() {
    let interrupt = async {
        // Without a handler, the signal ends the process, as it always did.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        () = interrupt => {}
        () = terminate() => {}
    }
}

#[cfg(unix)]
async fn terminate() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            terminate.recv().await;
        }
        Err(_) => std::future::pending().await,
    }
}

#[cfg(not(unix))]
async fn terminate() {
    std::future::pending().await
}
