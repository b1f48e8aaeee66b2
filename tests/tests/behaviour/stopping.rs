//! Calls that are told to end early.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use migrate_runtime::{ErrorKind, Event, Migrations, Stop};
use tests::connection::Database;
use tests::on_every_engine;
use tests::questions::{ask_json, counts, execute};
use tests::sets::{counted, counted_by_statement, set};

on_every_engine!(
    a_run_ends_between_two_migrations,
    a_revert_ends_between_two_migrations,
    a_migration_ends_between_two_statements,
    what_waits_for_another_process_ends_at_once,
    a_call_that_may_not_wait_ends_in_the_middle_of_a_request,
    what_is_stopped_before_it_begins_does_nothing,
);

const LEASES: &str = "SELECT * FROM _sbl_migrations_lease:run";

/// Stops at the event of that number that fits.
fn at(
    stop: &Stop,
    number: usize,
    fits: impl Fn(&Event) -> bool + Send + Sync + 'static,
) -> impl Fn(&Event) + Send + Sync + 'static {
    let (stop, seen) = (stop.clone(), AtomicUsize::new(0));
    move |event| {
        if fits(event) && seen.fetch_add(1, Ordering::SeqCst) + 1 == number {
            stop.between_requests();
        }
    }
}

async fn is_free(db: &Database) -> bool {
    ask_json(db, LEASES).await == serde_json::json!([])
}

async fn a_run_ends_between_two_migrations(db: &Database) {
    let (set, stop) = (counted(4), Stop::new());
    // Those behind it may share a request.
    let observer = at(&stop, 1, |event| matches!(event, Event::Started { .. }));
    let error = set.runner(db).stop(&stop).observer(observer).run().await;
    let error = error.unwrap_err();
    assert_eq!(
        error.to_string(),
        "stopped before migration 2 (thing_2) was applied\n\
         \x20 = version 1 is current\n\
         \x20 = help: run again to continue\n\
         \x20 = before that, this call applied 1 (thing_1)"
    );
    assert_eq!(error.steps().len(), 1);
    assert!(is_free(db).await);
    assert_eq!(set.run(db).await.unwrap().steps.len(), 3);
    assert_eq!(counts(db, 4).await, [(1, 1); 4]);
}

async fn a_revert_ends_between_two_migrations(db: &Database) {
    let (set, stop) = (counted(3), Stop::new());
    set.run(db).await.unwrap();
    let observer = at(&stop, 1, |event| matches!(event, Event::Finished { .. }));
    let runner = set.runner(db).stop(&stop).observer(observer);
    let error = runner.revert_to(0).await.unwrap_err();
    let ErrorKind::Stopped { when, current, .. } = error.kind() else {
        panic!("{error}")
    };
    assert_eq!(when, "before migration 2 (thing_2) was reverted");
    assert_eq!(*current, Some(2));
    assert!(is_free(db).await);
    assert_eq!(set.current_version(db).await.unwrap(), 2);
}

async fn a_migration_ends_between_two_statements(db: &Database) {
    let folder = counted_by_statement(1);
    let set = Migrations::read(folder.path()).unwrap();
    let stop = Stop::new();
    let observer = at(&stop, 2, |event| matches!(event, Event::Progress { .. }));
    let error = set.runner(db).stop(&stop).observer(observer).run().await;
    let error = error.unwrap_err();
    assert_eq!(
        error.message(),
        "stopped in migration 1 (thing_1), of which 2 of 3 statements are committed"
    );
    assert!(is_free(db).await);
    assert_eq!(set.run(db).await.unwrap().to, 1);
    assert_eq!(counts(db, 1).await, [(1, 1)]);
}

async fn what_waits_for_another_process_ends_at_once(db: &Database) {
    counted(1).run(db).await.unwrap();
    execute(db, "CREATE _sbl_migrations_lease:run SET holder = 'elsewhere', since = time::now(), expires_at = time::now() + 1h").await;
    let (set, stop) = (counted(2), Stop::new());
    let observer = at(&stop, 1, |event| matches!(event, Event::Waiting { .. }));
    let error = set.runner(db).stop(&stop).observer(observer).run().await;
    assert_eq!(
        error.unwrap_err().message(),
        "stopped while it waited for another process"
    );
    assert_eq!(set.current_version(db).await.unwrap(), 1);
    // What another process holds is not given back.
    assert!(!is_free(db).await);
}

async fn a_call_that_may_not_wait_ends_in_the_middle_of_a_request(db: &Database) {
    let slow = set(&[
        (
            "1.up.surql",
            "UPSERT counter:1 SET up = (up ?? 0) + 1; SLEEP 2s;",
        ),
        ("1.down.surql", "-- Nothing: it only counts.\n"),
    ]);
    let stop = Arc::new(Stop::new());
    let now = Arc::clone(&stop);
    let start = Instant::now();
    let runner = slow.runner(db).stop(&stop).observer(move |event| {
        if matches!(event, Event::Started { .. }) {
            now.now();
        }
    });
    let error = runner.run().await.unwrap_err();
    assert!(start.elapsed() < Duration::from_secs(2), "{error}");
    let ErrorKind::Stopped { is_in_progress, .. } = error.kind() else {
        panic!("{error}")
    };
    assert!(is_in_progress);
    assert!(is_free(db).await);
    // Whether the database went on with it or not, the next run leaves it applied once.
    assert_eq!(slow.run(db).await.unwrap().to, 1);
    let counted = ask_json(db, "SELECT VALUE up FROM ONLY counter:1").await;
    assert_eq!(counted, 1);
}

async fn what_is_stopped_before_it_begins_does_nothing(db: &Database) {
    let (set, stop) = (counted(1), Stop::new());
    stop.between_requests();
    let error = set.runner(db).stop(&stop).run().await.unwrap_err();
    assert_eq!(
        error.message(),
        "stopped before migration 1 (thing_1) was applied"
    );
    assert_eq!(set.current_version(db).await.unwrap(), 0);
    assert!(is_free(db).await);
}
