//! Who waits for whom.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use migrate_runtime::{Direction, ErrorKind, Event};
use tests::connection::Database;
use tests::on_every_engine;
use tests::questions::{ask_json, counts, execute};
use tests::sets::{counted, unchecked_set};
use tokio::runtime::Handle;
use tokio::task::block_in_place;

on_every_engine!(
    a_waiting_replica_is_reported_who_holds_the_lease,
    a_holder_that_died_is_taken_over,
    the_lease_is_given_back,
    what_another_replica_has_finished_meanwhile_is_not_done_again,
    a_revert_in_the_middle_of_a_run_leaves_no_gap,
    redo_holds_the_lease_between_its_two_steps,
    tables_of_an_earlier_version_are_brought_up_to_date,
);

/// As another process would have left it.
async fn held(db: &Database, term: &str) {
    counted(1).run(db).await.unwrap();
    execute(db, &format!("CREATE _sbl_migrations_lease:run SET holder = 'elsewhere, process 7', since = time::now(), expires_at = time::now() + {term}")).await;
}

async fn a_waiting_replica_is_reported_who_holds_the_lease(db: &Database) {
    held(db, "1h").await;
    let set = counted(3);
    let waited_for = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&waited_for);
    let runner = set
        .runner(db)
        .lock_timeout(Duration::from_millis(300))
        .observer(move |event| {
            if let Event::Waiting { lease, .. } = event {
                sink.lock().unwrap().push(lease.holder.clone());
            }
        });
    let error = runner.run().await.unwrap_err();
    let ErrorKind::Locked { lease, waited, .. } = error.kind() else {
        panic!("{error}")
    };
    assert_eq!(lease.holder, "elsewhere, process 7");
    assert!(*waited >= Duration::from_millis(300));
    assert!(
        error.to_string().contains("elsewhere, process 7, since 2"),
        "{error}"
    );
    assert!(
        waited_for
            .lock()
            .unwrap()
            .iter()
            .all(|holder| holder == "elsewhere, process 7")
    );
    assert!(!waited_for.lock().unwrap().is_empty());
    assert_eq!(set.current_version(db).await.unwrap(), 1);

    let status = set.status(db).await.unwrap();
    assert!(
        status
            .to_string()
            .contains("\nlease held by elsewhere, process 7, since 2"),
        "{status}"
    );
    // What needs no work needs no lease.
    assert!(counted(1).run(db).await.unwrap().is_up_to_date());
    // And correctness does not rest on it.
    set.runner(db).without_lease().run().await.unwrap();
    assert_eq!(counts(db, 3).await, [(1, 1); 3]);
}

async fn a_holder_that_died_is_taken_over(db: &Database) {
    held(db, "400ms").await;
    let set = counted(3);
    assert_eq!(set.run(db).await.unwrap().to, 3);
    assert_eq!(counts(db, 3).await, [(1, 1); 3]);
}

async fn the_lease_is_given_back(db: &Database) {
    let set = counted(3);
    set.run(db).await.unwrap();
    set.revert(db).await.unwrap();
    let leases = "SELECT * FROM _sbl_migrations_lease:run";
    assert_eq!(ask_json(db, leases).await, serde_json::json!([]));
    let counted_up = |version| counted(2).get(version).unwrap().up.text.clone();
    let broken = unchecked_set(&[
        ("", &counted_up(1), "-- Nothing.\n"),
        ("", &counted_up(2), "-- Nothing.\n"),
        ("", "THROW 'no';", "-- Nothing.\n"),
    ]);
    broken.run(db).await.unwrap_err();
    assert_eq!(ask_json(db, leases).await, serde_json::json!([]));
}

async fn what_another_replica_has_finished_meanwhile_is_not_done_again(db: &Database) {
    held(db, "1h").await;
    let set = counted(3);
    let other = (**db).clone();
    let waiting = async { set.run(db).await };
    let working = async {
        other
            .use_ns(ask_json(db, "RETURN session::ns()").await.as_str().unwrap())
            .use_db("app")
            .await
            .unwrap();
        counted(3)
            .runner(&other)
            .without_lease()
            .run()
            .await
            .unwrap();
    };
    let (report, ()) = tokio::join!(waiting, working);
    assert_eq!(report.unwrap().to, 3);
    assert_eq!(counts(db, 3).await, [(1, 1); 3]);
}

async fn a_revert_in_the_middle_of_a_run_leaves_no_gap(db: &Database) {
    let namespace = ask_json(db, "RETURN session::ns()").await;
    let namespace = namespace.as_str().unwrap().to_owned();
    let (other, reverted) = ((**db).clone(), AtomicBool::new(false));
    let runtime = Handle::current();
    let set = counted(3);
    let run = set.runner(db).without_lease().observer(move |event| {
        let is_second = matches!(
            event,
            Event::Started {
                version: 2,
                direction: Direction::Up,
                ..
            }
        );
        if is_second && !reverted.swap(true, Ordering::SeqCst) {
            let (other, namespace) = (other.clone(), namespace.clone());
            // The history was read, and the second migration is about to be sent.
            block_in_place(|| {
                runtime.block_on(async {
                    other.use_ns(namespace).use_db("app").await.unwrap();
                    counted(3)
                        .runner(&other)
                        .without_lease()
                        .revert()
                        .await
                        .unwrap();
                });
            });
        }
    });
    assert_eq!(run.run().await.unwrap().to, 3);
    assert_eq!(counts(db, 3).await, [(2, 1), (1, 1), (1, 1)]);
    assert_eq!(set.status(db).await.unwrap().pending().count(), 0);
}

async fn redo_holds_the_lease_between_its_two_steps(db: &Database) {
    let namespace = ask_json(db, "RETURN session::ns()").await;
    let namespace = namespace.as_str().unwrap().to_owned();
    let other = (**db).clone();
    let runtime = Handle::current();
    let set = counted(2);
    set.run(db).await.unwrap();
    let holders = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&holders);
    let redo = set.runner(db).observer(move |event| {
        let (Event::Finished { .. } | Event::Started { .. }) = event else {
            return;
        };
        let (other, namespace) = (other.clone(), namespace.clone());
        let lease = block_in_place(|| {
            runtime.block_on(async {
                other.use_ns(namespace).use_db("app").await.unwrap();
                counted(2).status(&other).await.unwrap().lease
            })
        });
        seen.lock().unwrap().push(lease.map(|lease| lease.holder));
    });
    redo.redo().await.unwrap();
    let holders = holders.lock().unwrap();
    assert_eq!(holders.len(), 4);
    assert!(holders[0].is_some());
    assert!(
        holders.iter().all(|holder| *holder == holders[0]),
        "{holders:?}"
    );
}

/// Earlier versions of this library made tables that took certain fields alone.
async fn tables_of_an_earlier_version_are_brought_up_to_date(db: &Database) {
    execute(
        db,
        "DEFINE TABLE _sbl_migrations TYPE NORMAL SCHEMAFULL PERMISSIONS NONE; \
         DEFINE FIELD version ON _sbl_migrations TYPE int; \
         DEFINE FIELD applied_at ON _sbl_migrations TYPE datetime DEFAULT time::now(); \
         DEFINE TABLE _sbl_migrations_lease TYPE NORMAL SCHEMAFULL PERMISSIONS NONE; \
         DEFINE FIELD holder ON _sbl_migrations_lease TYPE string; \
         DEFINE TABLE _sbl_migrations_progress TYPE NORMAL SCHEMAFULL PERMISSIONS NONE; \
         DEFINE FIELD done ON _sbl_migrations_progress TYPE int",
    )
    .await;
    counted(1).run(db).await.unwrap();
    let tables = ask_json(db, "RETURN object::values((INFO FOR DB).tables)").await;
    let tables = tables
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it.as_str().unwrap());
    let own: Vec<&str> = tables.filter(|it| it.contains("_sbl_migrations")).collect();
    assert_eq!(own.len(), 3);
    for table in own {
        assert!(table.ends_with("SCHEMALESS PERMISSIONS NONE"), "{table}");
    }
    let rows = ask_json(db, "RETURN (SELECT VALUE checksum FROM _sbl_migrations)[0]").await;
    assert!(rows.is_string(), "{rows}");

    execute(db, "REMOVE FIELD applied_at ON _sbl_migrations").await;
    counted(2).run(db).await.unwrap();
    let field = ask_json(
        db,
        "RETURN (INFO FOR TABLE _sbl_migrations).fields.applied_at",
    )
    .await;
    assert!(field.is_string(), "{field}");
}
