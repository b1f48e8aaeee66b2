//! The same set on many databases.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use migrate_runtime::{ErrorKind, Event, Stop, Tenant};
use surrealdb::Surreal;
use surrealdb::engine::any::{Any, connect};
use surrealdb::opt::auth::Database as DatabaseUser;
use tests::connection::{Database, unused_namespace};
use tests::on_every_engine;
use tests::questions::{ask_json, counts, execute};
use tests::server::Server;
use tests::sets::{counted, unchecked_set};

on_every_engine!(
    each_database_is_brought_up_to_date_and_keeps_what_it_has,
    each_one_that_fails_is_told_by_name_and_the_rest_is_done,
    none_is_begun_behind_a_failure_if_that_is_wanted,
    a_call_ends_early_with_what_was_done,
    they_are_counted_by_version,
    any_name_is_a_name,
    tenants_may_be_a_stream_of_connections,
    databases_of_several_servers_are_not_mixed_up,
);

/// A session of its own in another database of the same namespace.
async fn other(db: &Surreal<Any>, database: &str) -> Surreal<Any> {
    let other = db.clone();
    other
        .use_ns(namespace(db).await)
        .use_db(database)
        .await
        .unwrap();
    other
}

async fn namespace(db: &Surreal<Any>) -> String {
    let namespace = ask_json(db, "RETURN session::ns()").await;
    namespace.as_str().unwrap().to_owned()
}

async fn each_database_is_brought_up_to_date_and_keeps_what_it_has(db: &Database) {
    let (set, namespace) = (counted(3), namespace(db).await);
    let names = || (1..=9).map(|number| format!("tenant_{number}"));
    let tenants = || names().map(|name| Tenant::database(db, &*namespace, name));
    // Some are further than others.
    set.run_to(&other(db, "tenant_4").await, 2).await.unwrap();
    set.run(&other(db, "tenant_5").await).await.unwrap();
    for _ in 0..2 {
        let report = set.tenants(tenants()).run().await.unwrap();
        assert_eq!(report.tenants.len(), 9);
        assert!(!report.is_stopped);
    }
    let report = set.tenants(tenants()).run().await.unwrap();
    assert!(report.is_up_to_date());
    assert_eq!(report.to_string(), "9 databases: 9 up to date");
    for name in names() {
        let tenant = other(db, &name).await;
        assert_eq!(counts(&tenant, 3).await, [(1, 1); 3], "{name}");
    }
    // The connection itself is where it was, and nothing happened there.
    assert_eq!(ask_json(db, "RETURN session::db()").await, "app");
    assert_eq!(set.current_version(db).await.unwrap(), 0);
}

/// Databases in which something is wrong, among two in which nothing is.
async fn prepare_failures(db: &Database) {
    let set = counted(3);
    let changed = other(db, "b_changed").await;
    set.run_to(&changed, 2).await.unwrap();
    execute(&changed, "UPDATE _sbl_migrations:2 SET checksum = 'other'").await;
    counted(5).run(&other(db, "c_newer").await).await.unwrap();
    let locked = other(db, "d_locked").await;
    set.run_to(&locked, 1).await.unwrap();
    execute(&locked, "CREATE _sbl_migrations_lease:run SET holder = 'elsewhere', since = time::now(), expires_at = time::now() + 1h").await;
    let occupied = other(db, "e_occupied").await;
    execute(&occupied, "DEFINE TABLE thing_1").await;
}

const WITH_FAILURES: [&str; 6] = [
    "a_new",
    "b_changed",
    "c_newer",
    "d_locked",
    "e_occupied",
    "f_new",
];

async fn each_one_that_fails_is_told_by_name_and_the_rest_is_done(db: &Database) {
    prepare_failures(db).await;
    let (set, namespace) = (counted(3), namespace(db).await);
    let tenants = || WITH_FAILURES.map(|name| Tenant::database(db, &*namespace, name));
    let quick = Duration::from_millis(50);
    let run = set
        .tenants(tenants())
        .with_options(move |runner| runner.lock_timeout(quick));
    let failed = run.run().await.unwrap_err();
    let kinds: BTreeMap<&str, &ErrorKind> = failed
        .report()
        .failed()
        .map(|(name, error)| (name.rsplit('/').next().unwrap(), error.kind()))
        .collect();
    assert_eq!(kinds.len(), 4);
    assert!(matches!(kinds["b_changed"], ErrorKind::Changed { .. }));
    assert!(matches!(kinds["c_newer"], ErrorKind::Newer { .. }));
    assert!(matches!(kinds["d_locked"], ErrorKind::Locked { .. }));
    assert!(matches!(
        kinds["e_occupied"],
        ErrorKind::ExistingTables { .. }
    ));

    let table = failed.report().to_string().replace(&namespace, "app");
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines.len(), 7, "{table}");
    assert_eq!(
        lines[0],
        "app/a_new       3 migrations, from version 0 to 3"
    );
    assert!(lines[1].starts_with("app/b_changed   failed: "), "{table}");
    assert_eq!(lines[6], "6 databases: 2 migrated, 4 failed");
    let text = failed.to_string().replace(&namespace, "app");
    assert!(
        text.starts_with("4 of 6 databases failed\n  = app/b_changed: "),
        "{text}"
    );
    assert!(text.contains("elsewhere"), "{text}");
    assert!(
        text.ends_with("\n  = help: once the causes are gone, the same call does what is left"),
        "{text}"
    );
    for name in ["a_new", "f_new"] {
        assert_eq!(
            counts(&other(db, name).await, 3).await,
            [(1, 1); 3],
            "{name}"
        );
    }

    execute(&other(db, "d_locked").await, "DELETE _sbl_migrations_lease").await;
    let run = set.tenants(tenants()).with_options(|runner| {
        runner
            .allow_newer()
            .accept_changed()
            .allow_existing_tables()
    });
    let failed = run.run().await.unwrap_err();
    let failed: Vec<(&str, &ErrorKind)> = failed
        .report()
        .failed()
        .map(|(name, error)| (name, error.kind()))
        .collect();
    let [(name, ErrorKind::Script(_))] = &*failed else {
        panic!("{failed:?}")
    };
    assert!(name.ends_with("/e_occupied"));
}

async fn none_is_begun_behind_a_failure_if_that_is_wanted(db: &Database) {
    let namespace = namespace(db).await;
    let set = unchecked_set(&[("fails", "THROW 'no'", "")]);
    let tenants =
        (0..20).map(|number| Tenant::database(db, &*namespace, format!("tenant_{number}")));
    let run = set.tenants(tenants).concurrency(1).stop_at_failure().run();
    let failed = run.await.unwrap_err();
    assert_eq!(failed.report().tenants.len(), 1);
    assert!(failed.report().is_stopped, "{failed}");
    assert!(
        failed
            .report()
            .to_string()
            .ends_with("1 database: 1 failed; the rest was not begun"),
        "{failed}"
    );
}

async fn a_call_ends_early_with_what_was_done(db: &Database) {
    let (set, namespace, stop) = (counted(2), namespace(db).await, Stop::new());
    let tenants =
        || (0..20).map(|number| Tenant::database(db, &*namespace, format!("tenant_{number}")));
    let (handler, seen) = (stop.clone(), Arc::new(Mutex::new(Vec::new())));
    let sink = Arc::clone(&seen);
    let run = set
        .tenants(tenants())
        .concurrency(1)
        .stop(&stop)
        .observer(move |name, event| {
            if matches!(event, Event::Finished { version: 2, .. }) {
                sink.lock().unwrap().push(name.to_owned());
                if name.ends_with("/tenant_2") {
                    handler.between_requests();
                }
            }
        });
    let report = run.run().await.unwrap();
    assert!(report.is_stopped);
    assert_eq!(report.tenants.len(), 3);
    let expected = (0..3).map(|number| format!("{namespace}/tenant_{number}"));
    assert_eq!(*seen.lock().unwrap(), expected.collect::<Vec<_>>());
    let report = set.tenants(tenants()).run().await.unwrap();
    assert!(
        report
            .to_string()
            .ends_with("20 databases: 17 migrated, 3 up to date"),
        "{report}"
    );
}

async fn they_are_counted_by_version(db: &Database) {
    prepare_failures(db).await;
    let (set, namespace) = (counted(3), namespace(db).await);
    set.run(&other(db, "f_new").await).await.unwrap();
    let broken = other(db, "g_broken").await;
    execute(&broken, "CREATE _sbl_migrations:1 SET version = 'one'").await;
    let names = WITH_FAILURES.into_iter().chain(["g_broken"]);
    let tenants = names.map(|name| Tenant::database(db, &*namespace, name));
    let status = set.tenants(tenants).status().await;
    let by_version = BTreeMap::from([(0, 2), (1, 1), (2, 1), (3, 1), (5, 1)]);
    assert_eq!(status.by_version(), by_version);
    let text = status.to_string().replace(&namespace, "app");
    let (known, unknown) = text.split_once("app/g_broken").unwrap();
    assert_eq!(
        known,
        "app/a_new       version 0, 3 pending\n\
         app/b_changed   version 2, 1 pending, 1 changed\n\
         app/c_newer     version 5, 2 not in this build\n\
         app/d_locked    version 1, 2 pending\n\
         app/e_occupied  version 0, 3 pending\n"
    );
    assert!(unknown.starts_with("    failed: "), "{text}");
    assert!(
        unknown.ends_with(
            "\n7 databases: 1 at version 5, 1 at version 3, 1 at version 2, 1 at version 1, \
             2 at version 0, 1 failed"
        ),
        "{text}"
    );
    let json = serde_json::to_value(&status).unwrap();
    assert_eq!(json["by_version"]["0"], 2);
    assert_eq!(json["rendered"], status.to_string());
}

async fn any_name_is_a_name(db: &Database) {
    let names = [
        "it's",
        "a`b",
        "REMOVE DATABASE app; --",
        "with space",
        "1",
        "true",
        "$token",
    ];
    let (set, namespace) = (counted(1), namespace(db).await);
    let namespace = format!("{namespace} `; '");
    let tenants = || names.map(|name| Tenant::database(db, &*namespace, name));
    set.tenants(tenants()).run().await.unwrap();
    assert!(set.tenants(tenants()).run().await.unwrap().is_up_to_date());
    let databases = ask_json(db, "RETURN session::db()").await;
    assert_eq!(databases, "app");
    db.use_ns(&namespace).use_db(names[0]).await.unwrap();
    let found = ask_json(db, "RETURN object::keys((INFO FOR NS).databases)").await;
    let mut expected = names.to_vec();
    expected.sort_unstable();
    assert_eq!(found, serde_json::json!(expected));
}

async fn tenants_may_be_a_stream_of_connections(db: &Database) {
    let set = counted(2);
    let connections = futures_util::stream::iter(["one", "two"]);
    let connections = futures_util::StreamExt::then(connections, async |name| {
        Tenant::connection(name, other(db, name).await)
    });
    let report = set.tenants_from(connections).run().await.unwrap();
    assert_eq!(
        report.to_string(),
        "one  2 migrations, from version 0 to 2\n\
         two  2 migrations, from version 0 to 2\n\
         2 databases: 2 migrated"
    );
    assert_eq!(counts(&other(db, "two").await, 2).await, [(1, 1); 2]);
}

async fn databases_of_several_servers_are_not_mixed_up(db: &Database) {
    let other_server = connect("mem://").await.unwrap();
    let (set, namespace) = (counted(1), namespace(db).await);
    let tenants = || {
        (0..10).map(|number| {
            let server = if number % 2 == 0 {
                &**db
            } else {
                &other_server
            };
            Tenant::database(server, &*namespace, format!("tenant_{number}"))
        })
    };
    for _ in 0..2 {
        let run = set.tenants(tenants()).concurrency(2).run();
        assert_eq!(run.await.unwrap().tenants.len(), 10);
    }
    for (server, rest) in [(&**db, 0), (&other_server, 1)] {
        server
            .use_ns(&namespace)
            .use_db(format!("tenant_{rest}"))
            .await
            .unwrap();
        let found = ask_json(server, "RETURN object::keys((INFO FOR NS).databases)").await;
        let expected = (0..10).filter(|number| number % 2 == rest);
        let mut expected: Vec<String> = expected.map(|number| format!("tenant_{number}")).collect();
        if rest == 0 {
            expected.insert(0, "app".to_owned());
        }
        assert_eq!(found, serde_json::json!(expected));
        assert_eq!(set.current_version(server).await.unwrap(), 1);
    }
}

#[tokio::test]
async fn a_call_can_be_a_task_of_its_own() {
    let server = connect("mem://").await.unwrap();
    let report = tokio::spawn(async move {
        let set = counted(1);
        let tenants = ["a", "b"].map(|name| Tenant::database(&server, "app", name));
        set.tenants(tenants).run().await.unwrap()
    });
    assert_eq!(report.await.unwrap().tenants.len(), 2);
}

/// A user of one database asks for another one: its own database, which is up to date, must not answer
/// in place of that one, and nothing may happen there.
async fn a_user_of_one_database_reaches_no_other(protocol: &str) {
    const PASSWORD: &str = "secret-of-a-test";
    let (namespace, set) = (unused_namespace(), counted(2));
    let root = Server::shared().connect("ws").await;
    root.use_ns(&namespace).use_db("other").await.unwrap();
    root.use_db("own").await.unwrap();
    execute(
        &root,
        &format!("DEFINE USER owner ON DATABASE PASSWORD '{PASSWORD}' ROLES OWNER"),
    )
    .await;
    let endpoint = format!("{protocol}://{}", Server::shared().address());
    let owner = connect(endpoint).await.unwrap();
    let user = DatabaseUser {
        namespace: namespace.clone(),
        database: "own".to_owned(),
        username: "owner".to_owned(),
        password: PASSWORD.to_owned(),
    };
    owner.signin(user).await.unwrap();
    let tenants = || ["own", "other"].map(|name| Tenant::database(&owner, &*namespace, name));
    for _ in 0..2 {
        let failed = set
            .tenants(tenants())
            .concurrency(1)
            .run()
            .await
            .unwrap_err();
        let failed: Vec<(&str, &ErrorKind)> = failed
            .report()
            .failed()
            .map(|(name, error)| (name, error.kind()))
            .collect();
        let [(name, ErrorKind::NotPermitted { .. })] = &*failed else {
            panic!("{failed:?}")
        };
        assert_eq!(*name, format!("{namespace}/other"));
    }
    assert_eq!(set.current_version(&root).await.unwrap(), 2);
    root.use_db("other").await.unwrap();
    assert_eq!(set.current_version(&root).await.unwrap(), 0);
}

#[tokio::test]
async fn a_user_of_one_database_reaches_no_other_over_websocket() {
    a_user_of_one_database_reaches_no_other("ws").await;
}

#[tokio::test]
async fn a_user_of_one_database_reaches_no_other_over_http() {
    a_user_of_one_database_reaches_no_other("http").await;
}

/// A server that is gone would let the time limit go by for each of the databases.
#[tokio::test(flavor = "multi_thread")]
async fn none_is_begun_once_the_server_is_gone() {
    let server = Server::in_memory();
    let db = server.connect("ws").await;
    let (set, server) = (counted(1), Arc::new(Mutex::new(server)));
    let tenants = (0..200).map(|number| Tenant::database(&db, "many", format!("tenant_{number}")));
    let to_kill = Arc::clone(&server);
    let run = set
        .tenants(tenants)
        .observer(move |_, event| {
            if matches!(event, Event::Finished { .. }) {
                to_kill.lock().unwrap().kill();
            }
        })
        .with_options(|runner| runner.request_timeout(Duration::from_secs(5)));
    let failed = run.run().await.unwrap_err();
    assert!(failed.report().is_stopped, "{failed}");
    assert!(failed.report().tenants.len() < 30, "{failed}");
    for (name, error) in failed.report().failed() {
        assert!(
            matches!(error.kind(), ErrorKind::Connection { .. }),
            "{name}: {error}"
        );
    }
}
