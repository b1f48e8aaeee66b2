//! A service that waits for its database, migrates it, and serves only then.
//!
//! ```sh
//! # Once, as root: the service's own user.
//! curl --user root:… --data-binary @examples/service/user.surql http://127.0.0.1:8000/sql
//!
//! DATABASE_PASSWORD=change-me cargo run -p service
//! curl localhost:3000/health
//! ```
//!
//! | variable | is | default |
//! | --- | --- | --- |
//! | `DATABASE_URL` | where the database server listens | `ws://127.0.0.1:8000` |
//! | `DATABASE_NAMESPACE` | the namespace of the database | `app` |
//! | `DATABASE_NAME` | the database in that namespace | `app` |
//! | `DATABASE_USER` | a user of that database, with the role `OWNER` | `service` |
//! | `DATABASE_PASSWORD` | the password of that user | none: it has to be set |
//! | `LISTEN` | where this service listens | `127.0.0.1:3000` |
//!
//! Any number of replicas may start at the same moment. If a migration fails, the process ends with
//! the error before it listens: a deployment that watches its replicas stops there.
//!
//! # Why not root
//! Whoever connects lends its rights to every script that it runs, and not all scripts are part of
//! the program: the history table keeps the down script of each migration, so that an older build
//! can revert what a newer one applied. Anyone who may edit the records of that table can put a
//! script of their own there. Run by root, it could define users, read other databases, or drop
//! them; run by an owner of this database, it can do no more than an owner of this database. The
//! service therefore signs in at the level of the database and accepts no other user.

use std::env;
use std::fmt;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use migrate_runtime::{Wait, embed_migrations};
use serde_json::{Value, json};
use surrealdb::Surreal;
use surrealdb::engine::any::{self, Any};
use surrealdb::opt::auth;
use tokio::net::TcpListener;

embed_migrations!("../../migrations");

/// How long the database may take to come up.
const STARTUP_TIMEOUT: Duration = Duration::from_mins(1);

/// How long the database may take to answer a health check. Whatever probes this service gives up
/// after a few seconds, and a client that reconnects would wait for much longer.
const HEALTH_TIMEOUT: Duration = Duration::from_secs(1);

const NO_PASSWORD: &str = "error: DATABASE_PASSWORD is not set
  = help: set it to the password of the user that `examples/service/user.surql` defines";

type Failure = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .init();
    match serve().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // `eprintln!` would panic where the errors go to a closed pipe.
            let _ = writeln!(io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve() -> Result<(), Failure> {
    let settings = Settings::from_environment()?;
    let db = Wait::at_most(STARTUP_TIMEOUT)
        .connect(|| connect(&settings))
        .await
        .map_err(|error| format!("{error}\n  = note: this was {settings}"))?;
    MIGRATIONS.run(&db).await?;

    let listener = listen(&settings.listen).await?;
    // The service is of use even if nobody reads this line.
    let _ = writeln!(io::stdout(), "listening on {}", listener.local_addr()?);
    // Shared rather than cloned: a clone of a connection is a session that signs in anew.
    let routes = Router::new()
        .route("/health", get(health))
        .with_state(Arc::new(db));
    axum::serve(listener, routes).await?;
    Ok(())
}

/// What the environment says.
struct Settings {
    url: String,
    /// A user of the database itself.
    owner: auth::Database,
    listen: String,
}

impl Settings {
    fn from_environment() -> Result<Self, &'static str> {
        Ok(Self {
            url: setting("DATABASE_URL", "ws://127.0.0.1:8000"),
            owner: auth::Database {
                namespace: setting("DATABASE_NAMESPACE", "app"),
                database: setting("DATABASE_NAME", "app"),
                username: setting("DATABASE_USER", "service"),
                password: env::var("DATABASE_PASSWORD").map_err(|_| NO_PASSWORD)?,
            },
            listen: setting("LISTEN", "127.0.0.1:3000"),
        })
    }
}

impl fmt::Display for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let auth::Database {
            namespace,
            database,
            username,
            ..
        } = &self.owner;
        write!(
            f,
            "{}, as the user `{username}` of the database `{database}` in the namespace \
             `{namespace}`; `examples/service/user.surql` defines such a user",
            self.url
        )
    }
}

fn setting(name: &str, default: &str) -> String {
    env::var(name).unwrap_or_else(|_| default.to_owned())
}

/// Signing in at the level of a database also selects the database.
async fn connect(settings: &Settings) -> surrealdb::Result<Surreal<Any>> {
    let db = any::connect(&settings.url).await?;
    db.signin(settings.owner.clone()).await?;
    Ok(db)
}

async fn listen(address: &str) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| {
        format!(
            "error: cannot listen on {address}: {error}
  = help: set LISTEN to another address"
        )
        .into()
    })
}

/// The schema's version, and the one that this build was made for.
async fn health(State(db): State<Arc<Surreal<Any>>>) -> (StatusCode, Json<Value>) {
    let runner = MIGRATIONS.runner(&db).request_timeout(HEALTH_TIMEOUT);
    match runner.current_version().await {
        Ok(version) => {
            let expected = MIGRATIONS.latest_version();
            let body = json!({ "schema_version": version, "expected": expected });
            (StatusCode::OK, Json(body))
        }
        Err(error) => {
            tracing::error!("{error}");
            // What the engine says is for the log: anybody may ask for this page.
            let body = json!({ "error": "the database is not available" });
            (StatusCode::SERVICE_UNAVAILABLE, Json(body))
        }
    }
}
