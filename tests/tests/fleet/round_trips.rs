//! What a call costs, in requests over the wire.

use std::time::Duration;

use migrate_runtime::{Migrations, Tenant};
use surrealdb::Surreal;
use surrealdb::engine::any::Any;
use tests::connection::unused_namespace;
use tests::proxy::Proxy;
use tests::server::{self, Server};
use tests::sets::{Folder, counted, counted_by_statement, set};

/// Requests around the migrations of a call: read the history, take the lease, give it back.
const AROUND: usize = 3;

/// A call that goes up asks first whether there is anything to do.
const UP: usize = AROUND + 1;

/// So long that a call on a busy machine does not renew its lease, which is one more request.
const LEASE_TERM: Duration = Duration::from_mins(10);

/// A server that nobody else uses: under load, transactions of other namespaces are enough for a
/// conflict now and then, and each costs two requests more.
async fn through_proxy() -> (Server, Proxy, Surreal<Any>) {
    let server = Server::in_memory();
    let proxy = Proxy::start(server.address()).await;
    let db = server::connect(&format!("ws://{}", proxy.address())).await;
    db.use_ns(unused_namespace()).use_db("app").await.unwrap();
    (server, proxy, db)
}

#[tokio::test]
async fn an_up_to_date_database_costs_one_request() {
    let (_server, proxy, db) = through_proxy().await;
    let set = counted(5);
    set.run(&db).await.unwrap();
    assert_eq!(proxy.requests(set.run(&db)).await.1, 1);
    assert_eq!(proxy.requests(set.status(&db)).await.1, 1);
    assert_eq!(proxy.requests(set.plan(&db)).await.1, 1);
    assert_eq!(proxy.requests(set.current_version(&db)).await.1, 1);
    assert_eq!(proxy.requests(set.needs_migration(&db)).await.1, 1);
}

#[tokio::test]
async fn a_baseline_costs_what_one_migration_costs() {
    let (_server, proxy, db) = through_proxy().await;
    let checksum = "0".repeat(64);
    let listed = format!(
        "-- migrate: baseline\n-- migrate: replaces 1 a {checksum}\n-- migrate: replaces 2 b {checksum}\n"
    );
    for directives in [&*listed, "-- migrate: baseline\n"] {
        db.use_ns(unused_namespace()).use_db("app").await.unwrap();
        let up = format!("{directives}DEFINE TABLE a;");
        let set = set(&[
            ("2_baseline.up.surql", &up),
            ("2_baseline.down.surql", "REMOVE TABLE a;"),
            ("3.up.surql", "DEFINE TABLE b;"),
            ("3.down.surql", "REMOVE TABLE b;"),
        ]);
        let (report, requests) = proxy
            .requests(set.runner(&db).lease_term(LEASE_TERM).run())
            .await;
        assert_eq!(report.unwrap().steps.len(), 2);
        assert!(requests <= UP + 2, "{requests}");
        assert_eq!(proxy.requests(set.run(&db)).await.1, 1);
    }
}

#[tokio::test]
async fn each_of_many_databases_costs_one_request_once_it_is_up_to_date() {
    const DATABASES: usize = 40;
    let (_server, proxy, db) = through_proxy().await;
    let set = counted(3);
    let tenants = || (0..DATABASES).map(|number| Tenant::database(&db, "many", number.to_string()));
    set.tenants(tenants()).run().await.unwrap();
    for concurrency in [1, 8] {
        let again = set.tenants(tenants()).concurrency(concurrency);
        let (report, requests) = proxy.requests(again.run()).await;
        assert!(report.unwrap().is_up_to_date());
        // Each session is attached, given what the connection has selected, and signed in.
        let sessions = concurrency * 3;
        assert!(requests >= DATABASES, "{requests}");
        assert!(requests <= DATABASES + sessions, "{requests}");
    }
}

/// How many requests a call may cost that applies or reverts so many migrations: at least a few of
/// them share one, if a server that is not optimised answers in time.
fn at_most(migrations: usize, around: usize) -> std::ops::RangeInclusive<usize> {
    1 + around..=migrations + around
}

#[tokio::test]
async fn each_pending_migration_costs_one_request_at_most() {
    let (_server, proxy, db) = through_proxy().await;
    let set = counted(20);
    let runner = || set.runner(&db).lease_term(LEASE_TERM);
    for (requests, expected) in [
        (proxy.requests(runner().run_to(7)).await.1, at_most(7, UP)),
        (proxy.requests(runner().run()).await.1, at_most(13, UP)),
        (
            proxy.requests(runner().redo()).await.1,
            2 + AROUND..=2 + AROUND,
        ),
        (
            proxy.requests(runner().revert()).await.1,
            1 + AROUND..=1 + AROUND,
        ),
        (
            proxy.requests(runner().revert_to(0)).await.1,
            at_most(19, AROUND),
        ),
    ] {
        assert!(expected.contains(&requests), "{requests}, not {expected:?}");
    }
    let without = set.runner(&db).without_lease();
    let (_, requests) = proxy.requests(without.run()).await;
    assert!(at_most(20, 2).contains(&requests), "{requests}");
}

#[tokio::test]
async fn quick_migrations_share_requests() {
    const COUNT: u32 = 60;
    let (_server, proxy, db) = through_proxy().await;
    let files = (1..=COUNT).flat_map(|version| {
        let text = format!("UPSERT counter:{version} SET up = (up ?? 0) + 1;");
        [
            (format!("{version}.up.surql"), text),
            (
                format!("{version}.down.surql"),
                "DELETE counter;".to_owned(),
            ),
        ]
    });
    let set = Migrations::read(Folder::of(&files.collect::<Vec<_>>()).path()).unwrap();
    let runner = || set.runner(&db).lease_term(LEASE_TERM);
    let (report, up) = proxy.requests(runner().run()).await;
    assert_eq!(report.unwrap().steps.len(), COUNT as usize);
    assert!(up < COUNT as usize / 2, "{up}");
    let (report, down) = proxy.requests(runner().revert_to(0)).await;
    assert_eq!(report.unwrap().steps.len(), COUNT as usize);
    assert!(down < COUNT as usize / 2, "{down}");
}

#[tokio::test]
async fn a_grouped_call_costs_the_same_whatever_its_size() {
    for count in [1, 25] {
        let (_server, proxy, db) = through_proxy().await;
        let set = counted(count);
        let runner = || set.runner(&db).lease_term(LEASE_TERM).grouped();
        let (report, requests) = proxy.requests(runner().run()).await;
        assert_eq!(report.unwrap().to, count);
        assert_eq!(requests, 1 + UP);
        assert_eq!(proxy.requests(runner().revert_to(0)).await.1, 1 + AROUND);
    }
}

#[tokio::test]
async fn a_migration_by_statement_costs_one_request_a_statement() {
    let (_server, proxy, db) = through_proxy().await;
    let set = Migrations::read(counted_by_statement(2).path()).unwrap();
    let runner = set.runner(&db).lease_term(LEASE_TERM);
    assert_eq!(proxy.requests(runner.run()).await.1, 2 * 3 + UP);
}

#[tokio::test]
async fn indexes_that_are_built_in_the_background_cost_one_request() {
    let (_server, proxy, db) = through_proxy().await;
    let set = set(&[
        (
            "1_index.up.surql",
            "DEFINE INDEX i ON t FIELDS a CONCURRENTLY;",
        ),
        ("1_index.down.surql", "REMOVE INDEX i ON t;"),
        ("2_more.up.surql", "DEFINE TABLE u;"),
        ("2_more.down.surql", "REMOVE TABLE u;"),
    ]);
    let runner = || set.runner(&db).lease_term(LEASE_TERM);
    let (_, requests) = proxy.requests(runner().run()).await;
    assert!(at_most(2, UP + 1).contains(&requests), "{requests}");
    assert_eq!(proxy.requests(set.run(&db)).await.1, 1);
    set.runner(&db)
        .wait_for_indexes(Duration::from_mins(1))
        .run()
        .await
        .unwrap();
    let wait = set.runner(&db).wait_for_indexes(Duration::from_mins(1));
    assert_eq!(proxy.requests(wait.run()).await.1, 2);
    assert_eq!(proxy.requests(set.status(&db)).await.1, 2);
    assert_eq!(proxy.requests(runner().revert()).await.1, 1 + AROUND);
}
