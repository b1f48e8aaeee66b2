//! Processes that are killed at any moment, and a server that is.

use std::path::Path;
use std::time::{Duration, Instant};

use migrate_runtime::{MigrationState, Migrations};
use surrealdb::Surreal;
use surrealdb::engine::any::{self, Any};
use tempfile::TempDir;
use tests::connection::unused_namespace;
use tests::questions::counts;
use tests::replicas::Replica;
use tests::server::{self, Server, free_port};
use tests::sets::{Folder, counted_by_statement, counted_folder};

/// How often something is killed in each test; more with `KILL_ROUNDS`.
fn rounds() -> u32 {
    let rounds = std::env::var("KILL_ROUNDS").ok();
    rounds.and_then(|rounds| rounds.parse().ok()).unwrap_or(12)
}

/// Each migration was applied atomically and exactly once, and the applied ones are the first.
async fn assert_whole(db: &Surreal<Any>, set: &Migrations, by_statement: bool) -> u32 {
    // What a dead client has sent may still be committed by a server that lives: looked at until
    // nothing has happened between two looks.
    let (status, counts) = loop {
        let status = set.status(db).await.unwrap();
        let counts = counts(db, set.latest_version()).await;
        if set.status(db).await.unwrap() == status {
            break (status, counts);
        }
    };
    let current = status.current_version;
    for (entry, count) in status.entries.iter().zip(counts) {
        let is_applied = entry.state == MigrationState::Applied;
        assert_eq!(is_applied, entry.version <= current);
        let partially_applied = entry
            .progress
            .map_or(0, |partially_applied| partially_applied.done);
        let expected = match (is_applied, by_statement, partially_applied) {
            (true, _, _) => (1, 1),
            // The second statement counts, the third one makes a record.
            (false, true, 2) => (1, 0),
            (false, ..) => (0, 0),
        };
        assert_eq!(count, expected, "{status}");
    }
    current
}

/// How long a whole run takes here, from the word to the end.
fn whole_run(endpoint: &str, namespace: &str, set: &Path) -> Duration {
    let mut replica = Replica::start(endpoint, namespace, set, &[]);
    let start = Instant::now();
    replica.go();
    let ended = replica.end();
    assert!(ended.status.success(), "{}", ended.complaint);
    start.elapsed()
}

/// Waits for a random part of a duration: this is the moment of death, not a wait for something.
async fn random_part_of(longest: Duration) {
    tokio::time::sleep(longest.mul_f64(fastrand::f64())).await;
}

/// Opens a copy of an embedded database, so that the next process finds the files unlocked.
async fn copy_of(folder: &Path) -> (Surreal<Any>, TempDir) {
    let copy = tempfile::tempdir().unwrap();
    copy_files(folder, copy.path());
    let db = any::connect(format!("surrealkv://{}", copy.path().display()))
        .await
        .unwrap();
    db.use_ns("test").use_db("app").await.unwrap();
    (db, copy)
}

fn copy_files(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy_files(&entry.path(), &target),
            false => drop(std::fs::copy(entry.path(), target).unwrap()),
        }
    }
}

async fn killed_on_embedded_files(files: Folder, by_statement: bool) {
    let set = Migrations::read(files.path()).unwrap();
    let mut folder = tempfile::tempdir().unwrap();
    let endpoint = |folder: &Path| format!("surrealkv://{}", folder.display());
    let longest = whole_run(&endpoint(folder.path()), "test", &files.path());
    folder = tempfile::tempdir().unwrap();
    for _ in 0..rounds() {
        let mut replica = Replica::start(&endpoint(folder.path()), "test", &files.path(), &[]);
        replica.go();
        random_part_of(longest).await;
        replica.kill();
        let (db, _copy) = copy_of(folder.path()).await;
        let current = assert_whole(&db, &set, by_statement).await;
        if current == set.latest_version() {
            folder = tempfile::tempdir().unwrap();
        }
    }
    whole_run(&endpoint(folder.path()), "test", &files.path());
    let (db, _copy) = copy_of(folder.path()).await;
    assert_eq!(
        assert_whole(&db, &set, by_statement).await,
        set.latest_version()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_is_killed_on_embedded_files() {
    killed_on_embedded_files(counted_folder(20), false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_is_killed_on_embedded_files_by_statement() {
    killed_on_embedded_files(counted_by_statement(6), true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_is_killed_against_the_server() {
    let files = counted_folder(20);
    let set = Migrations::read(files.path()).unwrap();
    let endpoint = format!("ws://{}", Server::shared().address());
    let longest = whole_run(&endpoint, &unused_namespace(), &files.path());
    let db = Server::shared().connect("ws").await;
    let mut namespace = unused_namespace();
    for _ in 0..rounds() {
        let mut replica = Replica::start(&endpoint, &namespace, &files.path(), &[]);
        replica.go();
        random_part_of(longest).await;
        replica.kill();
        db.use_ns(&namespace).use_db("app").await.unwrap();
        if assert_whole(&db, &set, false).await == set.latest_version() {
            namespace = unused_namespace();
        }
    }
    whole_run(&endpoint, &namespace, &files.path());
    db.use_ns(&namespace).use_db("app").await.unwrap();
    assert_eq!(assert_whole(&db, &set, false).await, set.latest_version());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_is_killed() {
    let files = counted_folder(20);
    let set = Migrations::read(files.path()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (storage, port) = (
        format!("surrealkv://{}", folder.path().display()),
        free_port(),
    );
    let endpoint = format!("ws://127.0.0.1:{port}");
    let mut server = Server::start(&storage, port);
    let longest = whole_run(&endpoint, &unused_namespace(), &files.path());
    let mut namespace = unused_namespace();
    for _ in 0..rounds().div_ceil(3) {
        let mut replica = Replica::start(&endpoint, &namespace, &files.path(), &[]);
        replica.go();
        random_part_of(longest).await;
        server.kill();
        replica.kill();
        server = Server::start(&storage, port);
        let db = server::connect(&endpoint).await;
        db.use_ns(&namespace).use_db("app").await.unwrap();
        if assert_whole(&db, &set, false).await == set.latest_version() {
            namespace = unused_namespace();
        }
    }
    whole_run(&endpoint, &namespace, &files.path());
    let db = server::connect(&endpoint).await;
    db.use_ns(&namespace).use_db("app").await.unwrap();
    assert_eq!(assert_whole(&db, &set, false).await, set.latest_version());
}
