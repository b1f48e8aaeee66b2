//! A migration that updates records while an application goes on writing to them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use surrealdb::{Surreal, engine::any::Any};
use tests::connection::Database;
use tests::on_every_engine;
use tests::questions::execute;
use tokio::task::JoinHandle;

use crate::outcome::{cause, in_transaction, is_conflict};

on_every_engine!(
    an_update_of_records_that_are_written_all_the_time_loses,
    an_update_in_small_parts_gets_through,
);

const RECORDS: u32 = 300;
const WRITERS: u32 = 4;
const ATTEMPTS: usize = 10;

/// It is the longer transaction, and the one that commits first wins.
async fn an_update_of_records_that_are_written_all_the_time_loses(db: &Database) {
    let application = Application::start(db).await;
    let mut lost = 0;
    for _ in 0..ATTEMPTS {
        lost += usize::from(!update(db, "busy").await);
    }
    application.stop().await;
    assert!(lost > ATTEMPTS / 2, "lost {lost} of {ATTEMPTS}");
}

/// Ten records at a time, each part tried again when it conflicts.
async fn an_update_in_small_parts_gets_through(db: &Database) {
    let application = Application::start(db).await;
    let deadline = Instant::now() + Duration::from_mins(1);
    for first in (1..=RECORDS).step_by(10) {
        let part = format!("busy:{first}..{}", first + 10);
        while !update(db, &part).await {
            assert!(Instant::now() < deadline, "{part}");
        }
    }
    application.stop().await;
}

/// Whether a change of these records was committed.
async fn update(db: &Surreal<Any>, records: &str) -> bool {
    let script = format!("UPDATE {records} SET changed = rand::int() RETURN NONE");
    match cause(db, &in_transaction(&script)).await {
        None => true,
        Some(error) => {
            assert!(is_conflict(&error), "{error:?}");
            false
        }
    }
}

/// What goes on writing, one record in each request.
struct Application {
    has_to_stop: Arc<AtomicBool>,
    writers: Vec<JoinHandle<()>>,
}

impl Application {
    async fn start(db: &Surreal<Any>) -> Self {
        let records =
            format!("CREATE |busy:1..{RECORDS}| SET n = 0 RETURN NONE; DEFINE FIELD n ON busy");
        execute(db, &records).await;
        let has_to_stop = Arc::new(AtomicBool::new(false));
        let count = Arc::new(AtomicU32::new(0));
        let writers = (0..WRITERS)
            .map(|_| tokio::spawn(write(db.clone(), has_to_stop.clone(), count.clone())))
            .collect();
        while count.load(Ordering::Relaxed) < 2 * WRITERS {
            tokio::task::yield_now().await;
        }
        Self {
            has_to_stop,
            writers,
        }
    }

    async fn stop(self) {
        self.has_to_stop.store(true, Ordering::Relaxed);
        for writer in self.writers {
            writer.await.expect("the application was not disturbed");
        }
    }
}

async fn write(db: Surreal<Any>, has_to_stop: Arc<AtomicBool>, count: Arc<AtomicU32>) {
    while !has_to_stop.load(Ordering::Relaxed) {
        let id = fastrand::u32(1..=RECORDS);
        let error = cause(&db, &format!("UPDATE busy:{id} SET n += 1 RETURN NONE")).await;
        assert!(error.is_none_or(|error| is_conflict(&error)));
        count.fetch_add(1, Ordering::Relaxed);
    }
}
