//! A line that breaks, and a future that is dropped, at every point of a whole run.

use std::future::poll_fn;
use std::pin::pin;
use std::task::{Context, Poll};
use std::time::Duration;

use migrate_runtime::{ErrorKind, Migrations};
use surrealdb::engine::any;
use tests::connection::unused_namespace;
use tests::proxy::Proxy;
use tests::questions::counts;
use tests::server::{self, Server};
use tests::sets::{counted_by_statement, counted_folder};

/// A set with as many tables as `count` says, and how often each statement was run.
async fn the_line_is_cut_everywhere(set: Migrations) {
    let count = set.latest_version();
    let expected = vec![(1, 1); set.len()];
    for messages in 1.. {
        let namespace = unused_namespace();
        let direct = Server::shared().connect("ws").await;
        direct.use_ns(&namespace).use_db("app").await.unwrap();
        let proxy = Proxy::start(Server::shared().address()).await;
        let db = server::connect(&format!("ws://{}", proxy.address())).await;
        db.use_ns(&namespace).use_db("app").await.unwrap();

        proxy.cut_after(messages);
        let runner = set.runner(&db).lease_term(Duration::from_millis(500));
        let outcome = runner.request_timeout(Duration::from_secs(5)).run().await;
        let was_cut = proxy.has_cut();
        match outcome {
            Ok(report) => {
                assert_eq!(report.to, count);
                assert_eq!(counts(&direct, count).await, expected);
            }
            Err(error) => assert!(
                matches!(error.kind(), ErrorKind::Connection { .. }),
                "after {messages}: {error}"
            ),
        }
        let again = set
            .runner(&direct)
            .lease_term(Duration::from_millis(500))
            .run()
            .await;
        assert_eq!(
            again
                .unwrap_or_else(|error| panic!("after {messages}: {error}"))
                .to,
            count
        );
        assert_eq!(counts(&direct, count).await, expected, "after {messages}");
        if !was_cut {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_line_is_cut_after_every_message_of_a_run() {
    let set = Migrations::read(counted_folder(4).path()).unwrap();
    the_line_is_cut_everywhere(set).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_line_is_cut_after_every_message_of_a_run_by_statement() {
    let set = Migrations::read(counted_by_statement(2).path()).unwrap();
    the_line_is_cut_everywhere(set).await;
}

/// Polls a future so often, and drops it then; whether it had ended.
async fn dropped_after(polls: usize, work: impl Future) -> bool {
    let mut work = pin!(work);
    for _ in 0..polls {
        let poll = |context: &mut Context<'_>| Poll::Ready(work.as_mut().poll(context).is_ready());
        if poll_fn(poll).await {
            return true;
        }
        // Gives what the future waits for the time to happen; some further polls are in vain.
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    false
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_dropped_anywhere_loses_nothing() {
    for folder in [counted_folder(3), counted_by_statement(2)] {
        let set = Migrations::read(folder.path()).unwrap();
        let count = set.latest_version();
        for polls in 1.. {
            let db = any::connect("mem://").await.unwrap();
            db.use_ns("test").use_db("test").await.unwrap();
            let runner = || set.runner(&db).lease_term(Duration::from_millis(100));
            let ended = dropped_after(polls, runner().run()).await;
            let version = set.current_version(&db).await.unwrap();
            assert!(version <= count);
            runner().run().await.unwrap();
            assert_eq!(
                counts(&db, count).await,
                vec![(1, 1); set.len()],
                "after {polls} polls"
            );
            if ended {
                break;
            }
        }
    }
}
