//! The calls for programs without async: from wherever they are made, they return, and leave no thread.

use std::fs;
use std::path::Path;
use std::time::Duration;

use migrate_runtime::{Blocking, ErrorKind, Migrations, Result, Wait};
use surrealdb::Surreal;
use surrealdb::engine::any::{Any, connect};
use tests::connection::unused_namespace;
use tests::server::Server;
use tests::sets::counted;
use tokio::runtime::{Builder, Runtime};
use tokio::task::LocalSet;

async fn memory() -> Result<Surreal<Any>> {
    select(connect("mem://").await?).await
}

async fn server() -> Result<Surreal<Any>> {
    select(Server::shared().connect("ws").await).await
}

async fn select(db: Surreal<Any>) -> Result<Surreal<Any>> {
    let namespace = unused_namespace();
    db.use_ns(&namespace).use_db(&namespace).await?;
    Ok(db)
}

fn current_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

fn multi_thread(threads: usize) -> Runtime {
    let mut builder = Builder::new_multi_thread();
    builder
        .worker_threads(threads)
        .enable_all()
        .build()
        .unwrap()
}

/// Each call once.
fn assert_works(migrations: &Blocking<'_, Any>) {
    assert!(migrations.needs_migration().unwrap());
    assert_eq!(migrations.plan().unwrap().to, 5);
    assert_eq!(migrations.run_one().unwrap().to, 1);
    assert_eq!(migrations.run_to(3).unwrap().to, 3);
    assert_eq!(migrations.run().unwrap().to, 5);
    assert_eq!(migrations.redo().unwrap().steps.len(), 2);
    assert_eq!(migrations.revert().unwrap().to, 4);
    assert_eq!(migrations.status().unwrap().current_version, 4);
    assert_eq!(migrations.drift().unwrap().version, 4);
    let report = migrations.call(async |runner| runner.grouped().run().await);
    assert_eq!(report.unwrap().to, 5);
    assert_eq!(migrations.revert_to(0).unwrap().to, 0);
    assert_eq!(migrations.current_version().unwrap(), 0);
    let refused = migrations.verify().unwrap_err();
    assert!(matches!(refused.kind(), ErrorKind::NotEmpty { .. }));
}

fn cannot_block(set: &Migrations, db: &Surreal<Any>) -> String {
    let error = set.blocking(db).unwrap().run().unwrap_err();
    match error.kind() {
        ErrorKind::CannotBlock { reason, .. } => reason.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn from_main_over_a_connection_of_their_own() {
    let set = counted(5);
    assert_works(&set.blocking_with(memory).unwrap());
    assert_works(&set.blocking_with(server).unwrap());
}

#[test]
fn from_main_over_a_client_that_lives_elsewhere() {
    let set = counted(5);
    for threads in [1, 2] {
        let runtime = multi_thread(threads);
        for db in [runtime.block_on(memory()), runtime.block_on(server())] {
            assert_works(&set.blocking(&db.unwrap()).unwrap());
        }
    }
}

#[test]
fn from_inside_of_a_runtime_with_threads() {
    let set = counted(5);
    multi_thread(2).block_on(async {
        assert_works(&set.blocking(&memory().await.unwrap()).unwrap());
        assert_works(&set.blocking(&server().await.unwrap()).unwrap());
        assert_works(&set.blocking_with(memory).unwrap());
        let in_task = tokio::spawn(async {
            let db = memory().await.unwrap();
            assert_works(&counted(5).blocking(&db).unwrap());
        });
        in_task.await.unwrap();
        let elsewhere = tokio::task::spawn_blocking(|| {
            assert_works(&counted(5).blocking_with(server).unwrap());
        });
        elsewhere.await.unwrap();
        let local = LocalSet::new();
        local
            .run_until(async { assert_works(&counted(5).blocking_with(memory).unwrap()) })
            .await;
    });
}

#[test]
fn from_inside_of_a_runtime_on_one_thread() {
    let set = counted(5);
    current_thread().block_on(async {
        assert_works(&set.blocking_with(memory).unwrap());
        assert_works(&set.blocking_with(server).unwrap());
        // The client's own tasks run here, where nothing runs during the call.
        let db = server().await.unwrap();
        assert!(cannot_block(&set, &db).contains("by this call perhaps"));
        assert_eq!(set.current_version(&db).await.unwrap(), 0);
        // An embedded engine works on the thread that asks.
        let embedded = memory().await.unwrap();
        assert_works(&set.blocking(&embedded).unwrap());
        // One of its threads for such calls leaves it free to work for the client.
        let elsewhere = tokio::task::spawn_blocking(move || {
            assert_works(&counted(5).blocking(&db).unwrap());
        });
        elsewhere.await.unwrap();
    });
}

#[test]
fn over_a_client_whose_runtime_stands_still() {
    let set = counted(5);
    let runtime = current_thread();
    let db = runtime.block_on(server()).unwrap();
    let reason = cannot_block(&set, &db);
    assert!(reason.contains("or gone"), "{reason}");
    drop(runtime);
    let error = set.blocking(&db).unwrap().run().unwrap_err();
    assert!(
        matches!(
            error.kind(),
            ErrorKind::Connection { .. } | ErrorKind::CannotBlock { .. }
        ),
        "{error:?}"
    );
}

#[test]
fn a_failed_connection_is_an_error() {
    let set = counted(5);
    let refused = set.blocking_with(async || Ok(connect("ws://127.0.0.1:1").await?));
    let error = refused.err().unwrap();
    assert!(
        matches!(error.kind(), ErrorKind::Connection { .. }),
        "{error:?}"
    );
    let failed = set.blocking_with(memory).unwrap().run_to(6).unwrap_err();
    assert!(matches!(failed.kind(), ErrorKind::NoSuchVersion { .. }));
}

#[test]
fn they_can_wait_for_a_database_as_well() {
    let set = counted(5);
    let wait = Wait::at_most(Duration::from_mins(1));
    let migrations = set
        .blocking_with(async || wait.connect(|| async { connect("mem://").await }).await)
        .unwrap();
    migrations
        .with_db(async |db| Ok(db.use_ns("app").use_db("app").await?))
        .unwrap();
    assert_eq!(migrations.run().unwrap().to, 5);
}

#[test]
fn the_engine_is_closed_when_they_are_dropped() {
    let folder = tempfile::tempdir().unwrap();
    let path = format!("surrealkv://{}", folder.path().join("db").display());
    let set = counted(5);
    for expected in 1..=5 {
        let path = path.clone();
        let open = async move || {
            let db = connect(path).await?;
            db.use_ns("app").use_db("app").await?;
            Ok(db)
        };
        let migrations = set.blocking_with(open).unwrap();
        assert_eq!(migrations.run_one().unwrap().to, expected);
    }
}

/// In a process of its own, so that no other test's threads are counted.
#[test]
#[cfg(target_os = "linux")]
fn their_threads_end() {
    const MARK: &str = "TEST_THREADS_END";
    if std::env::var_os(MARK).is_none() {
        let test = std::env::current_exe().unwrap();
        let mut command = std::process::Command::new(test);
        let output = command
            .args(["their_threads_end", "--exact", "--test-threads=1"])
            .env(MARK, "1")
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stdout)
        );
        return;
    }
    let set = counted(5);
    let before = own_threads();
    assert_eq!(before, 0);
    for _ in 0..3 {
        let migrations = set.blocking_with(memory).unwrap();
        migrations.run().unwrap();
        assert!(own_threads() > 0);
        drop(migrations);
        assert_eq!(own_threads(), 0);
    }
    current_thread().block_on(async {
        set.blocking_with(memory).unwrap().run().unwrap();
        assert_eq!(own_threads(), 0);
    });
}

/// How many threads of this process are the library's.
fn own_threads() -> usize {
    let tasks = fs::read_dir(Path::new("/proc/self/task")).unwrap();
    let names = tasks.filter_map(|task| fs::read_to_string(task.ok()?.path().join("comm")).ok());
    names
        .filter(|name| name.trim() == "migrate-runtime")
        .count()
}
