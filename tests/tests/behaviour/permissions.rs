//! What each kind of user can do.

use migrate_runtime::ErrorKind;
use surrealdb::opt::auth::{Database as DatabaseUser, Namespace, Record};
use surrealdb::types::SurrealValue;
use surrealdb::{Surreal, engine::any::Any};
use tests::connection::unused_namespace;
use tests::questions::{ask_json, execute};
use tests::server::Server;
use tests::sets::{counted, unchecked_set};

const PASSWORD: &str = "secret-of-a-test";

/// A database with two migrations of three applied, and users of every kind.
async fn prepared() -> (Surreal<Any>, String) {
    let namespace = unused_namespace();
    let root = Server::shared().connect("ws").await;
    root.use_ns(&namespace).use_db("app").await.unwrap();
    counted(3).run_to(&root, 2).await.unwrap();
    let mut users = vec![format!(
        "DEFINE USER manager ON NAMESPACE PASSWORD '{PASSWORD}' ROLES EDITOR"
    )];
    for role in ["OWNER", "EDITOR", "VIEWER"] {
        let name = role.to_lowercase();
        users.push(format!(
            "DEFINE USER {name} ON DATABASE PASSWORD '{PASSWORD}' ROLES {role}"
        ));
    }
    users.push("DEFINE TABLE person PERMISSIONS FULL; DEFINE ACCESS person ON DATABASE TYPE RECORD SIGNUP (CREATE person) SIGNIN (SELECT * FROM person LIMIT 1)".to_owned());
    execute(&root, &users.join(";")).await;
    (root, namespace)
}

async fn signed_in(namespace: &str, username: &str) -> Surreal<Any> {
    let address = Server::shared().address();
    let db = surrealdb::engine::any::connect(format!("ws://{address}"))
        .await
        .unwrap();
    db.signin(DatabaseUser {
        namespace: namespace.to_owned(),
        database: "app".to_owned(),
        username: username.to_owned(),
        password: PASSWORD.to_owned(),
    })
    .await
    .unwrap();
    db
}

#[tokio::test]
async fn owners_and_editors_of_a_database_migrate_it() {
    for user in ["owner", "editor"] {
        let (_, namespace) = prepared().await;
        let db = signed_in(&namespace, user).await;
        assert_eq!(counted(3).run(&db).await.unwrap().to, 3, "{user}");
        assert_eq!(counted(3).revert_to(&db, 0).await.unwrap().to, 0, "{user}");
        assert_eq!(counted(3).run(&db).await.unwrap().to, 3, "{user}");
    }
}

#[tokio::test]
async fn a_user_of_the_namespace_migrates_its_databases() {
    let (_, namespace) = prepared().await;
    let address = Server::shared().address();
    let db = surrealdb::engine::any::connect(format!("ws://{address}"))
        .await
        .unwrap();
    db.signin(Namespace {
        namespace: namespace.clone(),
        username: "manager".to_owned(),
        password: PASSWORD.to_owned(),
    })
    .await
    .unwrap();
    let error = counted(3).run(&db).await.unwrap_err();
    assert!(
        matches!(
            error.kind(),
            ErrorKind::NoDatabase {
                missing: "database",
                ..
            }
        ),
        "{error}"
    );
    db.use_ns(&namespace).use_db("app").await.unwrap();
    assert_eq!(counted(3).run(&db).await.unwrap().to, 3);
}

#[tokio::test]
async fn a_viewer_reads_the_history_and_changes_nothing() {
    let (root, namespace) = prepared().await;
    let db = signed_in(&namespace, "viewer").await;
    assert_eq!(counted(3).current_version(&db).await.unwrap(), 2);
    assert!(counted(3).needs_migration(&db).await.unwrap());
    assert!(counted(2).run(&db).await.unwrap().is_up_to_date());

    let drift = counted(2).drift(&db).await.unwrap();
    // The table and the access method of this test.
    assert_eq!(drift.schema.len(), 2, "{drift}");
    // The engine answers a viewer's write with nothing at all. A migration of data alone must not
    // count as applied on the strength of that.
    let counted_up = |version| counted(2).get(version).unwrap().up.text.clone();
    let data_only = unchecked_set(&[
        ("", &counted_up(1), "-- Nothing.\n"),
        ("", &counted_up(2), "UPDATE counter SET up = 7;"),
        ("", "UPDATE counter SET up = 7;", "-- Nothing.\n"),
    ]);
    for error in [
        counted(3).run(&db).await.unwrap_err(),
        data_only.run(&db).await.unwrap_err(),
        data_only.revert(&db).await.unwrap_err(),
        data_only
            .runner(&db)
            .without_lease()
            .run()
            .await
            .unwrap_err(),
        data_only
            .runner(&db)
            .without_lease()
            .revert()
            .await
            .unwrap_err(),
    ] {
        assert!(
            matches!(error.kind(), ErrorKind::NotPermitted { .. }),
            "{error}"
        );
        assert!(error.to_string().contains("an owner or editor"), "{error}");
        assert!(!error.to_string().contains(PASSWORD), "{error}");
    }
    assert_eq!(counted(3).current_version(&root).await.unwrap(), 2);
    assert_eq!(
        ask_json(&root, "SELECT VALUE up FROM counter").await,
        serde_json::json!([1, 1])
    );
}

#[derive(SurrealValue)]
struct Nothing {}

#[tokio::test]
async fn a_record_user_neither_reads_nor_writes_the_history() {
    let (root, namespace) = prepared().await;
    let address = Server::shared().address();
    let db = surrealdb::engine::any::connect(format!("ws://{address}"))
        .await
        .unwrap();
    db.signup(Record {
        namespace,
        database: "app".to_owned(),
        access: "person".to_owned(),
        params: Nothing {},
    })
    .await
    .unwrap();
    for error in [
        counted(3).run(&db).await.unwrap_err(),
        counted(3).revert(&db).await.unwrap_err(),
        counted(3).status(&db).await.unwrap_err(),
        counted(3).current_version(&db).await.unwrap_err(),
        counted(3).needs_migration(&db).await.unwrap_err(),
    ] {
        assert!(
            matches!(error.kind(), ErrorKind::NotPermitted { .. }),
            "{error}"
        );
    }
    for write in [
        "CREATE _sbl_migrations:9 SET version = 9",
        "UPDATE _sbl_migrations SET version = 9",
        "DELETE _sbl_migrations",
        "REMOVE TABLE _sbl_migrations",
    ] {
        // Refused with an error or with silence, as the engine likes.
        let _ = db.query(write).await.unwrap().check();
    }
    assert_eq!(
        ask_json(&db, "SELECT * FROM _sbl_migrations").await,
        serde_json::json!([])
    );
    assert_eq!(counted(3).current_version(&root).await.unwrap(), 2);
}

/// Whoever may edit the records of one database can write a down script into its history. It runs
/// with the rights of that database, or not at all.
#[tokio::test]
async fn a_stored_script_gives_nobody_the_rights_of_root() {
    const EVIL: &str = "DEFINE USER evil ON ROOT PASSWORD 'x' ROLES OWNER";
    let (root, namespace) = prepared().await;
    counted(3).run(&root).await.unwrap();
    let editor = signed_in(&namespace, "editor").await;
    execute(
        &editor,
        &format!("UPDATE _sbl_migrations:3 SET down = \"REMOVE TABLE thing_3; {EVIL}\""),
    )
    .await;

    let error = counted(2).revert_to(&root, 2).await.unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::UntrustedScript { version: 3, .. }),
        "{error}"
    );
    let owner = signed_in(&namespace, "owner").await;
    let (older, recorded) = (
        counted(2),
        "UPDATE _sbl_migrations SET down_checksum = crypto::sha256(down) WHERE version = 3",
    );
    let error = older.revert_to(&owner, 2).await.unwrap_err();
    let altered = |kind: &ErrorKind| matches!(kind, ErrorKind::AlteredScript { version: 3, .. });
    assert!(altered(error.kind()), "{error}");
    assert!(error.to_string().contains(recorded), "{error}");
    let trusting = || older.runner(&root).trust_stored_scripts();
    let error = trusting().revert_to(2).await.unwrap_err();
    assert!(altered(error.kind()), "{error}");

    // Not even then.
    execute(&editor, recorded).await;
    let error = trusting().revert_to(2).await.unwrap_err();
    let ErrorKind::ScriptReachesOutside { statement, .. } = error.kind() else {
        panic!("{error}")
    };
    assert_eq!(statement, EVIL);
    let users = ask_json(&root, "RETURN (INFO FOR ROOT).users").await;
    assert!(users["evil"].is_null(), "{users}");
    assert_eq!(counted(3).current_version(&root).await.unwrap(), 3);

    // An honest one runs for an owner, and for root on demand.
    let honest = counted(3).get(3).unwrap().down.clone().unwrap().text;
    let honest = serde_json::to_string(&honest).unwrap();
    execute(
        &editor,
        &format!("UPDATE _sbl_migrations:3 SET down = {honest}"),
    )
    .await;
    execute(&editor, recorded).await;
    counted(2).revert_to(&owner, 2).await.unwrap();
    let set = counted(1);
    let trusting = set.runner(&root).trust_stored_scripts();
    assert_eq!(trusting.revert_to(1).await.unwrap().to, 1);
}
