//! Users of every level on the shared server.

use surrealdb::Surreal;
use surrealdb::engine::any::{self, Any};
use surrealdb::opt::auth::{self, Record};
use surrealdb::types::SurrealValue;
use tests::connection::unused_namespace;
use tests::questions::execute;
use tests::server::Server;

pub const PASSWORD: &str = "secret-of-a-test";

/// That password with the lowest parameters: what is stored by default takes a second to compare in
/// a build without optimisation.
pub const HASH: &str = "$argon2id$v=19$m=8,t=1,p=1$c2FsdC1vZi1hLXRlc3Q\
     $Q/HKEKj0gYgmWA5Obq4qz0NCQkpimVZHmhKNl8sHgbM";

/// What a user belongs to, and its role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum User {
    Root(&'static str),
    Namespace(&'static str),
    Database(&'static str),
    Record,
}

/// A database on the server, with users of every kind.
#[derive(Debug)]
pub struct Populated {
    pub root: Surreal<Any>,
    pub namespace: String,
    protocol: &'static str,
}

impl Populated {
    pub async fn new(protocol: &'static str) -> Self {
        let root = Server::shared().connect(protocol).await;
        let namespace = unused_namespace();
        root.use_ns(&namespace).use_db("app").await.unwrap();
        let define = |level: &str, role: &str| {
            let name = format!("{}_{}", namespace, role.to_lowercase());
            format!("DEFINE USER {name} ON {level} PASSHASH '{HASH}' ROLES {role};")
        };
        let mut users = String::new();
        for level in ["ROOT", "NAMESPACE", "DATABASE"] {
            for role in ["OWNER", "EDITOR", "VIEWER"] {
                users.push_str(&define(level, role));
            }
        }
        users.push_str(
            "DEFINE TABLE person PERMISSIONS FULL;
             DEFINE ACCESS person ON DATABASE TYPE RECORD
             SIGNUP (CREATE person) SIGNIN (SELECT * FROM person LIMIT 1);",
        );
        execute(&root, &users).await;
        Self {
            root,
            namespace,
            protocol,
        }
    }

    /// A connection of its own, with the database selected.
    pub async fn connect(&self, user: User) -> Surreal<Any> {
        let address = Server::shared().address();
        let endpoint = format!("{}://{address}", self.protocol);
        let db = any::connect(endpoint).await.unwrap();
        self.sign_in(&db, user).await;
        db.use_ns(&self.namespace).use_db("app").await.unwrap();
        db
    }

    /// Signs a connection in as another user.
    pub async fn sign_in(&self, db: &Surreal<Any>, user: User) {
        let (namespace, database) = (self.namespace.clone(), "app".to_owned());
        let username = |role: &str| format!("{}_{}", self.namespace, role.to_lowercase());
        let password = PASSWORD.to_owned();
        let signed_in = match user {
            User::Root(role) => {
                let username = username(role);
                db.signin(auth::Root { username, password }).await
            }
            User::Namespace(role) => {
                let username = username(role);
                db.signin(auth::Namespace {
                    namespace,
                    username,
                    password,
                })
                .await
            }
            User::Database(role) => {
                let username = username(role);
                db.signin(auth::Database {
                    namespace,
                    database,
                    username,
                    password,
                })
                .await
            }
            User::Record => {
                let access = "person".to_owned();
                db.signup(Record {
                    namespace,
                    database,
                    access,
                    params: NoParameters {},
                })
                .await
            }
        };
        signed_in.unwrap();
    }
}

#[derive(SurrealValue)]
struct NoParameters {}
