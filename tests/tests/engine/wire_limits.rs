//! Requests that are too large for the way to the database.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use surrealdb::engine::any::{self, Any};
use surrealdb::opt::auth::Root;
use surrealdb::types::{ConnectionError, ErrorDetails, ValidationError};
use surrealdb::{Error, Surreal};
use tests::connection::Engine;
use tests::questions::{ask_json, execute};
use tests::server::{PASSWORD, USER, binary, free_port};

const MIB: usize = 1024 * 1024;

/// What the server takes over HTTP where nothing else is configured.
const HTTP_LIMIT: usize = 4 * MIB;

/// What the client sends over WebSocket where nothing else is configured.
const WEBSOCKET_LIMIT: usize = 64 * MIB;

#[tokio::test]
async fn over_http_more_than_four_mebibytes_are_an_internal_error() {
    let db = Engine::Http.open().await;
    send_text(&db, HTTP_LIMIT - MIB / 8).await.unwrap();
    send_parameter(&db, HTTP_LIMIT - MIB / 8).await.unwrap();
    for size in [HTTP_LIMIT + 1, 2 * HTTP_LIMIT] {
        for refused in [send_text(&db, size).await, send_parameter(&db, size).await] {
            assert_refused_over_http(&refused.unwrap_err());
            // The request after it may fail once, on the connection that the server has closed.
            assert_answers_soon(&db).await;
        }
    }
}

#[tokio::test]
async fn over_websocket_the_client_refuses_more_than_64_mebibytes_and_stays_connected() {
    let db = Engine::WebSocket.open().await;
    for refused in [
        send_text(&db, WEBSOCKET_LIMIT).await,
        send_parameter(&db, WEBSOCKET_LIMIT).await,
    ] {
        let error = refused.unwrap_err();
        let expected = ErrorDetails::Validation(Some(ValidationError::InvalidParams));
        assert_eq!(*error.details(), expected);
        assert!(error.message().starts_with("Message too long: "), "{error}");
        execute(&db, "RETURN 1").await;
    }
    send_text(&db, 5 * MIB).await.unwrap();
    send_parameter(&db, 20 * MIB).await.unwrap();
}

#[tokio::test]
async fn an_embedded_engine_takes_any_size() {
    let db = Engine::Memory.open().await;
    send_text(&db, 8 * MIB).await.unwrap();
    send_parameter(&db, 130 * MIB).await.unwrap();
}

/// As a server does by default with more than 128 MiB, from a client that was configured to send
/// them. It looks like a lost connection, and would each time that it is sent again.
#[tokio::test]
async fn a_server_that_takes_less_over_websocket_ends_the_connection() {
    let server = Strict::start();
    let db = server.connect("ws").await;
    db.set("variable", 1).await.unwrap();
    send_text(&db, MIB / 2).await.unwrap();
    for refused in [
        send_text(&db, 2 * MIB).await,
        send_parameter(&db, 2 * MIB).await,
    ] {
        let error = refused.unwrap_err();
        let expected = ErrorDetails::Connection(Some(ConnectionError::ConnectionFailed));
        assert_eq!(*error.details(), expected, "{error}");
        // The client connects again by itself, with the session that it had.
        let session = "RETURN [session::db(), $variable, $token.ID]";
        assert_eq!(
            ask_json(&db, session).await,
            serde_json::json!(["app", 1, USER])
        );
    }
}

#[tokio::test]
async fn a_server_that_takes_less_over_http_says_so_in_the_message_alone() {
    let server = Strict::start();
    let db = server.connect("http").await;
    send_text(&db, MIB / 2).await.unwrap();
    assert_refused_over_http(&send_text(&db, 2 * MIB).await.unwrap_err());
    assert_answers_soon(&db).await;
}

/// Whether the refusal or the closed connection is noticed first is a race.
fn assert_refused_over_http(error: &Error) {
    assert!(error.is_internal(), "{error:?}");
    let message = error.message();
    let is_refused = message.contains("(413 Payload Too Large)");
    assert!(
        is_refused || message.starts_with("error sending request"),
        "{message}"
    );
}

async fn assert_answers_soon(db: &Surreal<Any>) {
    if db.query("RETURN 1").await.is_err() {
        execute(db, "RETURN 1").await;
    }
}

async fn send_text(db: &Surreal<Any>, size: usize) -> Result<(), Error> {
    let text = format!("/* {} */ RETURN 1", "x".repeat(size));
    db.query(text).await?.check().map(drop)
}

async fn send_parameter(db: &Surreal<Any>, size: usize) -> Result<(), Error> {
    let query = db.query("RETURN string::len($parameter)");
    let response = query.bind(("parameter", "x".repeat(size))).await?;
    response.check().map(drop)
}

/// A server that takes one MiB at most.
struct Strict {
    child: Child,
    port: u16,
}

impl Strict {
    fn start() -> Self {
        let port = free_port();
        let child = Command::new(binary("surreal"))
            .args(["start", "--no-banner", "--log", "none", "--bind"])
            .arg(format!("127.0.0.1:{port}"))
            .args(["--user", USER, "--pass", PASSWORD, "memory"])
            .env("SURREAL_WEBSOCKET_MAX_MESSAGE_SIZE", "1MiB")
            .env("SURREAL_HTTP_MAX_RPC_BODY_SIZE", "1MiB")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .expect("the server starts");
        Self { child, port }
    }

    async fn connect(&self, protocol: &str) -> Surreal<Any> {
        let endpoint = format!("{protocol}://127.0.0.1:{}", self.port);
        let deadline = Instant::now() + Duration::from_mins(1);
        let db = loop {
            match any::connect(&endpoint).await {
                Ok(db) => break db,
                Err(error) => assert!(Instant::now() < deadline, "{error}"),
            }
        };
        let (username, password) = (USER.to_owned(), PASSWORD.to_owned());
        db.signin(Root { username, password }).await.unwrap();
        db.use_ns("test").use_db("app").await.unwrap();
        db
    }
}

impl Drop for Strict {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
