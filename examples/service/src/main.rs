//! A service that connects, waits for its database, migrates, and serves only then.
//!
//! ```sh
//! DATABASE_URL=ws://127.0.0.1:8000 DATABASE_USER=root DATABASE_PASSWORD=… cargo run -p service
//! curl localhost:3000/health
//! ```
//!
//! Any number of replicas may start at the same moment. Where a migration fails, the process ends
//! with the error, before it has listened: a deployment that watches its replicas stops there.

use std::env;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use migrate_runtime::{Wait, embed_migrations};
use serde_json::{Value, json};
use surrealdb::Surreal;
use surrealdb::engine::any::{self, Any};
use surrealdb::opt::auth::Root;

embed_migrations!("../../migrations");

/// How long the database may take to come up.
const PATIENCE: Duration = Duration::from_mins(1);

type Failure = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .init();

    let db = Wait::at_most(PATIENCE).connect(connect).await?;
    MIGRATIONS.run(&db).await?;

    let address = setting("LISTEN", "127.0.0.1:3000");
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("listening on {}", listener.local_addr()?);
    let routes = Router::new().route("/health", get(health)).with_state(db);
    axum::serve(listener, routes).await?;
    Ok(())
}

async fn connect() -> surrealdb::Result<Surreal<Any>> {
    let db = any::connect(setting("DATABASE_URL", "ws://127.0.0.1:8000")).await?;
    db.signin(Root {
        username: setting("DATABASE_USER", "root"),
        password: setting("DATABASE_PASSWORD", "root"),
    })
    .await?;
    db.use_ns(setting("DATABASE_NAMESPACE", "app"))
        .use_db(setting("DATABASE_NAME", "app"))
        .await?;
    Ok(db)
}

/// The schema's version, and whether it is the one that this build was made for.
async fn health(State(db): State<Surreal<Any>>) -> (StatusCode, Json<Value>) {
    match MIGRATIONS.current_version(&db).await {
        Ok(version) => {
            let expected = MIGRATIONS.latest_version();
            let body = json!({ "schema_version": version, "expected": expected });
            (StatusCode::OK, Json(body))
        }
        Err(error) => {
            eprintln!("{error}");
            let body = json!({ "error": "the database cannot be asked" });
            (StatusCode::SERVICE_UNAVAILABLE, Json(body))
        }
    }
}

fn setting(name: &str, default: &str) -> String {
    env::var(name).unwrap_or_else(|_| default.to_owned())
}
