//! An application that goes on writing while something else happens to its database.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use surrealdb::Surreal;
use surrealdb::engine::any::Any;
use tokio::task::JoinHandle;

/// What runs a statement again and again, one in each request, until it is stopped.
pub struct Application {
    stopped: Arc<AtomicBool>,
    written: Arc<AtomicU32>,
    writer: JoinHandle<()>,
}

impl Application {
    /// Begins; `$n` is another number in each statement. Whether one fails is not looked at.
    pub fn start(db: &Surreal<Any>, statement: impl Into<String>) -> Self {
        let stopped = Arc::new(AtomicBool::new(false));
        let written = Arc::new(AtomicU32::new(0));
        let (db, is_stopped, count) = (db.clone(), Arc::clone(&stopped), Arc::clone(&written));
        let statement = statement.into();
        let writer = tokio::spawn(async move {
            while !is_stopped.load(Ordering::Relaxed) {
                let number = 1_000 + count.load(Ordering::Relaxed);
                let _ = db.query(&*statement).bind(("n", number)).await;
                count.fetch_add(1, Ordering::Relaxed);
            }
        });
        Self {
            stopped,
            written,
            writer,
        }
    }

    /// Waits until it has written twice: what had begun before is over then.
    pub async fn write_twice(&self) {
        let before = self.written.load(Ordering::Relaxed);
        while self.written.load(Ordering::Relaxed) < before + 2 {
            tokio::task::yield_now().await;
        }
    }

    /// A function that has it write no more.
    pub fn stopper(&self) -> impl Fn() + Send + Sync + 'static {
        let stopped = Arc::clone(&self.stopped);
        move || stopped.store(true, Ordering::Relaxed)
    }

    /// Waits for the end of its last write.
    pub async fn stop(self) {
        self.stopper()();
        self.writer.await.expect("it writes to the end");
    }
}
