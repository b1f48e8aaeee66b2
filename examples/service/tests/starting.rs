//! The service as it is deployed: its own process, against a server, several at once, with the user
//! that `user.surql` defines.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use surrealdb::opt::auth;
use tests::proxy::Proxy;
use tests::questions::execute;
use tests::server::{self, Server};
use tokio::sync::OnceCell;

/// How the owner of the service's database is defined.
const USER: &str = include_str!("../user.surql");

/// The password in that file.
const PASSWORD: &str = "change-me";

/// A service that ends with the test.
struct Service {
    child: Child,
    output: BufReader<ChildStdout>,
    errors: BufReader<ChildStderr>,
}

impl Service {
    fn start(database: SocketAddr) -> Self {
        Self::spawn(Self::command(database).env("DATABASE_PASSWORD", PASSWORD))
    }

    fn command(database: SocketAddr) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_service"));
        command
            .env("DATABASE_URL", format!("ws://{database}"))
            .env("LISTEN", "127.0.0.1:0");
        for name in ["DATABASE_NAMESPACE", "DATABASE_NAME", "DATABASE_USER"] {
            command.env_remove(name);
        }
        command
    }

    fn spawn(command: &mut Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the service starts");
        let output = child.stdout.take().expect("its output is piped");
        let errors = child.stderr.take().expect("its errors are piped");
        Self {
            child,
            output: BufReader::new(output),
            errors: BufReader::new(errors),
        }
    }

    /// Waits until it listens; where.
    fn address(&mut self) -> String {
        let line = next_line(&mut self.output);
        match line.strip_prefix("listening on ") {
            Some(address) => address.to_owned(),
            None => panic!("{}", self.complaint()),
        }
    }

    /// Waits until it has failed to reach its database.
    fn wait_until_unreachable(&mut self) {
        let line = next_line(&mut self.errors);
        assert!(line.contains("cannot be reached"), "{line}");
    }

    /// Waits until it ends; what it complained of.
    fn complaint(&mut self) -> String {
        let mut complaint = String::new();
        self.errors
            .read_to_string(&mut complaint)
            .expect("its errors are text");
        complaint
    }

    /// Waits until it ends with an error and without having listened; the error.
    fn refusal(mut self) -> String {
        let complaint = self.complaint();
        let status = self.child.wait().expect("the service ends");
        assert_eq!(status.code(), Some(1), "{complaint}");
        assert_eq!(next_line(&mut self.output), "");
        complaint
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn next_line(from: &mut impl BufRead) -> String {
    let mut line = String::new();
    from.read_line(&mut line).expect("the service writes text");
    line.trim_end().to_owned()
}

/// Makes the service's user, and the database with it.
async fn define_user(server: &Server) {
    execute(&server.connect("ws").await, USER).await;
}

/// A server for tests that leave the service's database as they find it, or migrate it.
async fn shared() -> &'static Server {
    static USER_DEFINED: OnceCell<()> = OnceCell::const_new();
    let server = Server::shared();
    USER_DEFINED.get_or_init(|| define_user(server)).await;
    server
}

fn health(address: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("it listens");
    stream
        .write_all(b"GET /health HTTP/1.0\r\n\r\n")
        .expect("it takes requests");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    answer
}

/// Waits until the service finds its database at the version that it was built for.
fn wait_until_healthy(address: &str) {
    let deadline = Instant::now() + Duration::from_mins(1);
    let mut answer = health(address);
    while answer.starts_with("HTTP/1.0 503") && Instant::now() < deadline {
        answer = health(address);
    }
    assert!(answer.starts_with("HTTP/1.0 200"), "{answer}");
    assert!(
        answer.ends_with("\r\n\r\n{\"expected\":20,\"schema_version\":20}"),
        "{answer}"
    );
}

#[tokio::test]
async fn two_start_at_once_and_both_serve() {
    let server = Server::in_memory();
    define_user(&server).await;
    let mut services = [0; 2].map(|_| Service::start(server.address()));
    for service in &mut services {
        wait_until_healthy(&service.address());
    }
}

#[tokio::test]
async fn it_waits_for_a_database_that_comes_up_later() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let mut server = Server::on_disk(folder.path());
    define_user(&server).await;
    server.kill();
    let mut service = Service::start(server.address());
    service.wait_until_unreachable();
    let _server = restarted(&server, folder.path());
    wait_until_healthy(&service.address());
}

#[tokio::test]
async fn health_says_so_at_once_while_the_database_is_gone_and_recovers_with_it() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let mut server = Server::on_disk(folder.path());
    define_user(&server).await;
    let mut service = Service::start(server.address());
    let address = service.address();
    wait_until_healthy(&address);

    server.kill();
    for _ in 0..2 {
        let asked = Instant::now();
        let answer = health(&address);
        let took = asked.elapsed();
        assert!(took < Duration::from_secs(5), "{took:?}");
        assert!(answer.starts_with("HTTP/1.0 503"), "{answer}");
        assert!(
            answer.contains("\r\ncontent-type: application/json\r\n"),
            "{answer}"
        );
        assert!(
            answer.ends_with("\r\n\r\n{\"error\":\"the database is not available\"}"),
            "{answer}"
        );
    }

    let _server = restarted(&server, folder.path());
    wait_until_healthy(&address);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_health_check_costs_one_request() {
    let server = shared().await;
    let proxy = Proxy::start(server.address()).await;
    let mut service = Service::start(proxy.address());
    let address = service.address();
    wait_until_healthy(&address);
    let mut fewest = usize::MAX;
    // The client also asks now and then whether the server is alive.
    for _ in 0..3 {
        let (_, requests) = proxy.requests(async { health(&address) }).await;
        fewest = fewest.min(requests);
    }
    assert_eq!(fewest, 1);
}

#[tokio::test]
async fn it_does_not_serve_where_a_migration_fails() {
    let server = Server::in_memory();
    define_user(&server).await;
    let db = server.connect("ws").await;
    db.use_ns("app").use_db("app").await.unwrap();
    // In the way of the ninth migration.
    execute(&db, "DEFINE ANALYZER prose").await;
    let complaint = Service::start(server.address()).refusal();
    assert!(
        complaint.contains("migration 9 (prose) was not applied: nothing of it remains"),
        "{complaint}"
    );
    assert!(!complaint.contains(PASSWORD), "{complaint}");
}

#[tokio::test]
async fn it_does_not_connect_as_root() {
    let server = shared().await;
    let mut command = Service::command(server.address());
    let as_root = command
        .env("DATABASE_USER", server::USER)
        .env("DATABASE_PASSWORD", server::PASSWORD);
    let complaint = Service::spawn(as_root).refusal();
    assert!(
        complaint.contains(
            "as the user `root` of the database `app` in the namespace `app`; \
             `examples/service/user.surql` defines such a user"
        ),
        "{complaint}"
    );
    assert!(!complaint.contains(server::PASSWORD), "{complaint}");
}

#[tokio::test]
async fn its_user_has_no_rights_outside_of_the_database() {
    let server = shared().await;
    let db = surrealdb::engine::any::connect(format!("ws://{}", server.address()))
        .await
        .unwrap();
    db.signin(auth::Database {
        namespace: "app".to_owned(),
        database: "app".to_owned(),
        username: "service".to_owned(),
        password: PASSWORD.to_owned(),
    })
    .await
    .unwrap();
    execute(&db, "DEFINE USER other ON DATABASE ROLES OWNER").await;
    for statement in [
        "DEFINE USER other ON ROOT ROLES OWNER",
        "DEFINE USER other ON NAMESPACE ROLES OWNER",
        "DEFINE DATABASE other",
        "REMOVE DATABASE app",
        "INFO FOR NS",
    ] {
        let refused = db.query(statement).await.unwrap().check().unwrap_err();
        assert!(refused.is_not_allowed(), "{statement}: {refused}");
    }
}

#[test]
fn a_missing_password_is_named() {
    let mut command = Service::command(SocketAddr::from(([127, 0, 0, 1], 1)));
    let complaint = Service::spawn(command.env_remove("DATABASE_PASSWORD")).refusal();
    assert_eq!(
        complaint,
        "error: DATABASE_PASSWORD is not set
  = help: set it to the password of the user that `examples/service/user.surql` defines
"
    );
}

#[tokio::test]
async fn an_address_that_is_taken_is_named() {
    let server = shared().await;
    let taken = server.address().to_string();
    let mut command = Service::command(server.address());
    command
        .env("DATABASE_PASSWORD", PASSWORD)
        .env("LISTEN", &taken);
    let complaint = Service::spawn(&mut command).refusal();
    let expected = format!("error: cannot listen on {taken}: Address already in use");
    assert!(complaint.contains(&expected), "{complaint}");
    assert!(
        complaint.ends_with("  = help: set LISTEN to another address\n"),
        "{complaint}"
    );
}

/// The same server again, after its death.
fn restarted(server: &Server, folder: &std::path::Path) -> Server {
    let storage = format!("surrealkv://{}", folder.display());
    Server::start(&storage, server.address().port())
}
