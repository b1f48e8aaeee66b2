//! Waiting for a database that is not up yet.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use migrate_runtime::{ErrorKind, Event, Wait};
use surrealdb::engine::any;
use surrealdb::opt::auth::Root;
use tests::connection::unused_namespace;
use tests::server::{self, Server, free_port};
use tests::sets::counted;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_comes_up_later_is_waited_for() {
    for protocol in ["ws", "http"] {
        let port = free_port();
        let endpoint = format!("{protocol}://127.0.0.1:{port}");
        let (failed, failures) = (
            Arc::new(tokio::sync::Notify::new()),
            Arc::new(AtomicU32::new(0)),
        );
        let (notify, count) = (Arc::clone(&failed), Arc::clone(&failures));
        let wait = Wait::at_most(Duration::from_mins(1)).observer(move |event| {
            if let Event::Unreachable {
                attempt, reason, ..
            } = event
            {
                assert!(!reason.message.is_empty());
                count.store(*attempt, Ordering::SeqCst);
                notify.notify_one();
            }
        });
        let connecting = wait.connect(|| async {
            let db = any::connect(&endpoint).await?;
            db.signin(Root {
                username: server::USER.to_owned(),
                password: server::PASSWORD.to_owned(),
            })
            .await?;
            db.use_ns("test").use_db("test").await?;
            Ok(db)
        });
        let starting = async {
            failed.notified().await;
            tokio::task::spawn_blocking(move || Server::start("memory", port))
                .await
                .unwrap()
        };
        let (db, _server) = tokio::join!(connecting, starting);
        assert!(failures.load(Ordering::SeqCst) >= 1);
        assert_eq!(counted(2).run(&db.unwrap()).await.unwrap().to, 2);
    }
}

#[tokio::test]
async fn it_gives_up_in_time_with_the_last_reason() {
    let endpoint = format!("ws://127.0.0.1:{}", free_port());
    let wait = Wait::at_most(Duration::from_millis(700));
    let error = wait
        .connect(|| async { any::connect(&endpoint).await })
        .await
        .unwrap_err();
    let ErrorKind::Unreachable {
        attempts,
        waited,
        engine,
        ..
    } = error.kind()
    else {
        panic!("{error}")
    };
    assert!(
        *attempts >= 2 && *waited <= Duration::from_millis(700),
        "{error}"
    );
    assert!(engine.message.contains("refused"), "{error}");
}

#[tokio::test]
async fn a_wrong_password_is_not_tried_again() {
    let endpoint = format!("ws://{}", Server::shared().address());
    let attempts = AtomicU32::new(0);
    let wait = Wait::at_most(Duration::from_secs(30));
    let error = wait
        .connect(|| async {
            attempts.fetch_add(1, Ordering::SeqCst);
            let db = any::connect(&endpoint).await?;
            db.signin(Root {
                username: server::USER.to_owned(),
                password: "wrong-and-secret".to_owned(),
            })
            .await?;
            Ok(())
        })
        .await
        .unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::NotPermitted { .. }),
        "{error}"
    );
    assert!(!error.to_string().contains("wrong-and-secret"), "{error}");
    assert_eq!(attempts.load(Ordering::SeqCst), 1);
}

/// To select a database that is not there creates it, and who does so at the same moment conflicts.
#[tokio::test(flavor = "multi_thread")]
async fn many_create_a_database_at_the_same_moment() {
    const REPLICAS: usize = 8;
    for round in 0..20 {
        let protocol = if round % 2 == 0 { "ws" } else { "http" };
        let (namespace, start) = (unused_namespace(), Arc::new(Barrier::new(REPLICAS)));
        let mut replicas = JoinSet::new();
        for _ in 0..REPLICAS {
            let db = Server::shared().connect(protocol).await;
            let (namespace, start) = (namespace.clone(), Arc::clone(&start));
            replicas.spawn(async move {
                start.wait().await;
                Wait::at_most(Duration::from_secs(30))
                    .connect(|| async { db.use_ns(&namespace).use_db("app").await })
                    .await
                    .map(drop)
            });
        }
        for selected in replicas.join_all().await {
            selected.unwrap();
        }
    }
}
