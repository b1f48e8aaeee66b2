//! Replicas that start in the same moment.

use surrealdb::Surreal;
use surrealdb::engine::any::{self, Any};
use tests::connection::unused_namespace;
use tests::questions::counts;
use tests::replicas::{Ended, Replica, tenants};
use tests::server::Server;
use tests::sets::{counted, counted_by_statement, counted_folder};

/// How many migrations a fleet applies.
const MIGRATIONS: u32 = 30;

/// How often a fleet starts; more with `FLEET_ROUNDS`.
fn rounds() -> u32 {
    let rounds = std::env::var("FLEET_ROUNDS").ok();
    rounds.and_then(|rounds| rounds.parse().ok()).unwrap_or(3)
}

async fn root(namespace: &str) -> Surreal<Any> {
    let db = Server::shared().connect("ws").await;
    db.use_ns(namespace).use_db("app").await.unwrap();
    db
}

fn endpoint() -> String {
    format!("ws://{}", Server::shared().address())
}

fn run_together(mut replicas: Vec<Replica>) -> Vec<Ended> {
    replicas.iter_mut().for_each(Replica::go);
    replicas.into_iter().map(Replica::end).collect()
}

async fn sixteen_start_together(options: &[&str]) {
    let set = counted_folder(MIGRATIONS);
    for _ in 0..rounds() {
        let namespace = unused_namespace();
        let db = root(&namespace).await;
        let replicas = Replica::start_many(16, &endpoint(), &namespace, &set.path(), options);
        for ended in run_together(replicas) {
            assert!(ended.status.success(), "{}", ended.complaint);
            assert_eq!(ended.version, Some(MIGRATIONS));
        }
        assert_eq!(counts(&db, MIGRATIONS).await, [(1, 1); MIGRATIONS as usize]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sixteen_processes_with_the_lease() {
    sixteen_start_together(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sixteen_processes_without_the_lease() {
    sixteen_start_together(&["without-lease"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn eight_processes_by_statement_without_the_lease() {
    let set = counted_by_statement(6);
    let namespace = unused_namespace();
    let db = root(&namespace).await;
    let replicas = Replica::start_many(8, &endpoint(), &namespace, &set.path(), &["without-lease"]);
    for ended in run_together(replicas) {
        assert!(ended.status.success(), "{}", ended.complaint);
        assert_eq!(ended.version, Some(6));
    }
    assert_eq!(counts(&db, 6).await, [(1, 1); 6]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_release_and_a_new_one_together() {
    let (old, new) = (counted_folder(10), counted_folder(12));
    for (option, may_fail) in [("with-lease", true), ("allow-newer", false)] {
        let namespace = unused_namespace();
        let db = root(&namespace).await;
        let start = |set: &tests::sets::Folder| {
            Replica::start_many(6, &endpoint(), &namespace, &set.path(), &[option])
        };
        let (olds, news) = (start(&old), start(&new));
        let mut ended = run_together(olds.into_iter().chain(news).collect());
        for ended in ended.split_off(6) {
            assert!(ended.status.success(), "{}", ended.complaint);
            assert_eq!(ended.version, Some(12));
        }
        for ended in ended {
            let is_newer = ended
                .complaint
                .contains("the database is newer than this build");
            assert!(
                ended.status.success() || may_fail && is_newer,
                "{}",
                ended.complaint
            );
        }
        assert_eq!(counts(&db, 12).await, [(1, 1); 12]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sixteen_processes_with_many_databases_each() {
    let set = counted_folder(4);
    let namespace = unused_namespace();
    let db = root(&namespace).await;
    // Each session signs in again, and each process has several.
    let token = format!("token={}", Server::shared().token().await);
    let options = ["tenants", &*token];
    let replicas = Replica::start_many(16, &endpoint(), &namespace, &set.path(), &options);
    for ended in run_together(replicas) {
        assert!(ended.status.success(), "{}", ended.complaint);
        assert_eq!(ended.version, Some(4));
    }
    for tenant in tenants() {
        db.use_db(&tenant).await.unwrap();
        assert_eq!(counts(&db, 4).await, [(1, 1); 4], "{tenant}");
    }
}

async fn sixty_four_tasks(with_lease: bool) {
    let db = any::connect("mem://").await.unwrap();
    db.use_ns("test").use_db("test").await.unwrap();
    let tasks = (0..64).map(|_| {
        let db = db.clone();
        tokio::spawn(async move {
            db.use_ns("test").use_db("test").await.unwrap();
            let set = counted(MIGRATIONS);
            let runner = set.runner(&db);
            let runner = if with_lease {
                runner
            } else {
                runner.without_lease()
            };
            runner.run().await.map(|report| report.to)
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        assert_eq!(
            task.await
                .unwrap()
                .unwrap_or_else(|error| panic!("{error}")),
            MIGRATIONS
        );
    }
    assert_eq!(counts(&db, MIGRATIONS).await, [(1, 1); MIGRATIONS as usize]);
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_tasks_with_the_lease() {
    sixty_four_tasks(true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_tasks_without_the_lease() {
    sixty_four_tasks(false).await;
}
