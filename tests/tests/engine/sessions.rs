//! Sessions and their rights: how a query finds out what its connection may do, and what a clone of a
//! connection shares with the original.

use serde_json::{Value, json};
use surrealdb::opt::auth;
use surrealdb::{Surreal, engine::any::Any};
use tests::connection::Database;
use tests::on_every_engine;
use tests::questions::{ask_json, execute};

use crate::outcome::cause;
use crate::users::{HASH, PASSWORD, Populated, User};

on_every_engine!(
    a_clone_is_a_session_of_its_own_that_begins_as_a_copy,
    a_clone_can_sign_in_with_fewer_rights_and_the_original_keeps_its_own,
    a_script_can_run_with_the_rights_of_its_database_alone_on_a_clone,
);

/// Where a connection's rights come from: `DB` is set for those of one database, `NS` alone for
/// those of a namespace, neither for root's. Without authentication there is no token at all.
const LEVEL: &str = "RETURN [$token = NONE, $token.NS, $token.DB]";

#[tokio::test]
async fn the_token_says_which_level_the_rights_come_from() {
    for protocol in ["ws", "http"] {
        let database = Populated::new(protocol).await;
        let namespace = &database.namespace;
        for role in ["OWNER", "EDITOR", "VIEWER"] {
            for (user, level) in [
                (User::Root(role), json!([false, null, null])),
                (User::Namespace(role), json!([false, namespace, null])),
                (User::Database(role), json!([false, namespace, "app"])),
            ] {
                let db = database.connect(user).await;
                assert_eq!(ask_json(&db, LEVEL).await, level, "{user:?}");
                assert_eq!(ask_json(&db, "RETURN $auth").await, Value::Null);
                // The session says what is selected, not what is allowed.
                assert_eq!(
                    ask_json(&db, "RETURN [session::ns(), session::db()]").await,
                    json!([namespace, "app"])
                );
                let may_see_more = !matches!(user, User::Database(_));
                assert_eq!(sees_its_namespace(&db).await, may_see_more, "{user:?}");
            }
        }
        let db = database.connect(User::Record).await;
        assert_eq!(ask_json(&db, LEVEL).await, json!([false, namespace, "app"]));
        assert_ne!(ask_json(&db, "RETURN $auth").await, Value::Null);
        assert!(!sees_its_namespace(&db).await);
    }
}

#[tokio::test]
async fn an_embedded_engine_without_users_has_every_right_and_no_token() {
    let db = tests::connection::Engine::Memory.open().await;
    assert_eq!(ask_json(&db, LEVEL).await, json!([true, null, null]));
    assert!(sees_its_namespace(&db).await);
    execute(&db, "INFO FOR ROOT").await;
}

async fn a_clone_is_a_session_of_its_own_that_begins_as_a_copy(db: &Database) {
    db.set("before", 1).await.unwrap();
    let namespace = ask_json(db, "RETURN session::ns()").await;
    let clone: Surreal<Any> = (*db).clone();
    assert_eq!(ask_json(&clone, "RETURN $before").await, json!(1));
    assert_eq!(ask_json(&clone, "RETURN session::ns()").await, namespace);
    assert_ne!(
        ask_json(&clone, "RETURN session::id()").await,
        ask_json(db, "RETURN session::id()").await
    );
    clone.use_db("elsewhere").await.unwrap();
    clone.set("of_clone", 1).await.unwrap();
    db.set("of_original", 1).await.unwrap();
    let seen = "RETURN [session::db(), $of_clone, $of_original]";
    assert_eq!(ask_json(&clone, seen).await, json!(["elsewhere", 1, null]));
    assert_eq!(ask_json(db, seen).await, json!(["app", null, 1]));
}

async fn a_clone_can_sign_in_with_fewer_rights_and_the_original_keeps_its_own(db: &Database) {
    execute(
        db,
        &format!("DEFINE USER low ON DATABASE PASSHASH '{HASH}' ROLES OWNER; DEFINE TABLE t"),
    )
    .await;
    let clone = signed_in_to_its_database(db).await;
    assert!(sees_its_namespace(db).await);
    assert!(!sees_its_namespace(&clone).await);
    execute(&clone, "CREATE t:1").await;
    execute(db, "CREATE t:2").await;
}

/// With a user that is there for as long as the script takes.
async fn a_script_can_run_with_the_rights_of_its_database_alone_on_a_clone(db: &Database) {
    execute(
        db,
        &format!("DEFINE USER low ON DATABASE PASSHASH '{HASH}' ROLES OWNER; DEFINE TABLE history"),
    )
    .await;
    let clone = signed_in_to_its_database(db).await;
    for reaches_outside in [
        "REMOVE DATABASE app",
        "DEFINE USER other ON ROOT PASSWORD 'x' ROLES VIEWER",
        "DEFINE USER other ON NAMESPACE PASSWORD 'x' ROLES VIEWER",
        "DEFINE DATABASE other",
    ] {
        let request = format!("BEGIN; CREATE history:1; {reaches_outside}; COMMIT");
        let error = cause(&clone, &request).await.unwrap();
        assert!(error.is_not_allowed(), "{reaches_outside}: {error:?}");
    }
    let fine = "BEGIN; CREATE history:1; DEFINE TABLE t; DEFINE FIELD a ON t; \
         DEFINE FUNCTION fn::f() {}; REMOVE USER low ON DATABASE; COMMIT";
    execute(&clone, fine).await;
    assert_eq!(
        ask_json(db, "SELECT VALUE id FROM history").await,
        json!(["history:1"])
    );
}

async fn signed_in_to_its_database(db: &Surreal<Any>) -> Surreal<Any> {
    let namespace = ask_json(db, "RETURN session::ns()").await;
    let clone = db.clone();
    clone
        .signin(auth::Database {
            namespace: namespace.as_str().unwrap_or_default().to_owned(),
            database: "app".to_owned(),
            username: "low".to_owned(),
            password: PASSWORD.to_owned(),
        })
        .await
        .unwrap();
    clone
}

async fn sees_its_namespace(db: &Surreal<Any>) -> bool {
    match cause(db, "INFO FOR NS").await {
        None => true,
        Some(error) => {
            assert!(error.is_not_allowed(), "{error:?}");
            false
        }
    }
}
