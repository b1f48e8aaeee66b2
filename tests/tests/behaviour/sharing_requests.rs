//! Quick migrations share requests, and nothing else: each is applied and reverted as if it was alone.

use std::time::Duration;

use migrate_runtime::{ErrorKind, Migrations};
use serde_json::json;
use tests::connection::Database;
use tests::on_every_engine;
use tests::questions::{ask_json, execute};
use tests::sets::Folder;

on_every_engine!(
    one_that_fails_stops_those_behind_it_and_none_before_it,
    one_that_fails_on_the_way_down_does_so,
    a_variable_stays_in_its_script,
    one_that_the_database_does_not_read_is_named,
    nothing_is_applied_on_what_another_build_has_applied_meanwhile,
    nothing_is_applied_on_what_another_process_reverts_meanwhile,
);

/// A set that creates `a:1`, `a:2`, …, with other scripts for some versions.
fn creating(count: u32, others: &[(u32, &str, &str)]) -> Migrations {
    let files = (1..=count).flat_map(|version| {
        let other = others.iter().find(|(it, ..)| *it == version);
        let (up, down) = match other {
            Some((_, up, down)) => ((*up).to_owned(), (*down).to_owned()),
            None => (
                format!("CREATE a:{version};"),
                format!("DELETE a:{version};"),
            ),
        };
        [
            (format!("{version}.up.surql"), up),
            (format!("{version}.down.surql"), down),
        ]
    });
    let folder = Folder::of(&files.collect::<Vec<_>>());
    Migrations::read(folder.path()).unwrap_or_else(|error| panic!("{error}"))
}

async fn one_that_fails_stops_those_behind_it_and_none_before_it(db: &Database) {
    execute(db, "DEFINE TABLE a").await;
    let set = creating(9, &[(6, "CREATE a:6;\nTHROW 'no';", "DELETE a:6;")]);
    let runner = || set.runner(db).allow_existing_tables();
    let error = runner().run().await.unwrap_err();
    let ErrorKind::Script(script) = error.kind() else {
        panic!("{error}")
    };
    assert_eq!((script.version, script.current_version), (6, 5));
    assert_eq!(script.place.unwrap().line, 2);
    assert!(error.to_string().contains("version 5 is still current"));
    let steps = error.steps().iter().map(|step| step.version);
    assert_eq!(steps.collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    let there = ask_json(db, "SELECT VALUE id FROM a").await;
    assert_eq!(there, json!(["a:1", "a:2", "a:3", "a:4", "a:5"]));
    assert_eq!(set.current_version(db).await.unwrap(), 5);
}

async fn one_that_fails_on_the_way_down_does_so(db: &Database) {
    let set = creating(9, &[(3, "CREATE a:3;", "DELETE a:3;\nTHROW 'no';")]);
    set.run(db).await.unwrap();
    let error = set.revert_to(db, 0).await.unwrap_err();
    let ErrorKind::Script(script) = error.kind() else {
        panic!("{error}")
    };
    assert_eq!((script.version, script.current_version), (3, 3));
    let steps = error.steps().iter().map(|step| step.version);
    assert_eq!(steps.collect::<Vec<_>>(), [9, 8, 7, 6, 5, 4]);
    let there = ask_json(db, "SELECT VALUE id FROM a").await;
    assert_eq!(there, json!(["a:1", "a:2", "a:3"]));
    assert_eq!(set.current_version(db).await.unwrap(), 3);
}

async fn a_variable_stays_in_its_script(db: &Database) {
    let set = creating(
        6,
        &[
            (4, "LET $x = 1;\nCREATE a:4 SET x = $x;", "DELETE a:4;"),
            (
                5,
                "-- migrate: assumes param $x\nCREATE a:5 SET x = $x;",
                "DELETE a:5;",
            ),
        ],
    );
    set.run(db).await.unwrap();
    let found = ask_json(db, "RETURN [a:4.x, a:5.x]").await;
    assert_eq!(found, json!([1, null]));
}

/// The parser reads more than an engine without the capability: a request with such a script is
/// refused as a whole.
async fn one_that_the_database_does_not_read_is_named(db: &Database) {
    let unread = "CREATE a:6;\nDEFINE BUCKET b BACKEND 'memory';";
    let set = creating(8, &[(6, unread, "DELETE a:6;\nREMOVE BUCKET b;")]);
    let error = set.run(db).await.unwrap_err();
    let ErrorKind::Script(script) = error.kind() else {
        panic!("{error}")
    };
    assert_eq!((script.version, script.current_version), (6, 5), "{error}");
    assert_eq!(script.place.unwrap().line, 2, "{error}");
    assert_eq!(error.steps().len(), 5);
}

/// Two builds with another second script, one of which is slow.
async fn nothing_is_applied_on_what_another_build_has_applied_meanwhile(db: &Database) {
    let slow = creating(
        3,
        &[(
            2,
            "sleep(1500ms);\nUPSERT b:2 SET slow = true;",
            "DELETE b:2;",
        )],
    );
    let quick = creating(2, &[(2, "UPSERT b:2 SET slow = false;", "DELETE b:2;")]);
    execute(db, "DEFINE TABLE a; DEFINE TABLE b").await;
    let other = async {
        let second = (**db).clone();
        let namespace = ask_json(db, "RETURN session::ns()").await;
        second
            .use_ns(namespace.as_str().unwrap())
            .use_db("app")
            .await
            .unwrap();
        while quick.current_version(&second).await.unwrap() < 1 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let runner = quick.runner(&second).without_lease();
        runner.run().await.unwrap();
    };
    let runner = slow.runner(db).without_lease().allow_existing_tables();
    let (result, ()) = tokio::join!(runner.run(), other);
    let error = result.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Changed { .. }), "{error}");
    let found = ask_json(db, "RETURN [b:2.slow, record::exists(a:3)]").await;
    assert_eq!(found, json!([false, false]));
}

/// The second of two is applied while another process reverts the first.
async fn nothing_is_applied_on_what_another_process_reverts_meanwhile(db: &Database) {
    let up = "sleep(1000ms);\nCREATE b:2;";
    let set = creating(3, &[(2, up, "DELETE b:2;")]);
    execute(db, "DEFINE TABLE a; DEFINE TABLE b").await;
    let other = async {
        let second = (**db).clone();
        let namespace = ask_json(db, "RETURN session::ns()").await;
        second
            .use_ns(namespace.as_str().unwrap())
            .use_db("app")
            .await
            .unwrap();
        while set.current_version(&second).await.unwrap() < 1 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let runner = set.runner(&second).without_lease();
        runner.revert_to(0).await
    };
    let runner = set.runner(db).without_lease().allow_existing_tables();
    let (run, revert) = tokio::join!(runner.run(), other);
    let (run, revert) = (run.unwrap(), revert.unwrap());
    // Whatever came first: what is recorded is what is there, and each call told what it did.
    let status = set.status(db).await.unwrap();
    assert_eq!(status.current_version, 3, "{run}\n{revert}");
    let found = ask_json(db, "RETURN [a:1.id, b:2.id, a:3.id]").await;
    assert_eq!(found, json!(["a:1", "b:2", "a:3"]), "{run}\n{revert}");
    let ups = run.steps.iter().filter(|step| step.version == 1).count();
    let downs = revert.steps.iter().filter(|step| step.version == 1).count();
    assert_eq!(ups - downs, 1, "{run}\n{revert}");
}
