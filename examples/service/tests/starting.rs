//! The service as it is deployed: its own process, against a server, two at once.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use tests::server::{PASSWORD, Server, USER, free_port};

/// A service that ends with the test.
struct Service {
    child: Child,
}

impl Service {
    fn start(database: &str, namespace: &str) -> Self {
        let child = Command::new(env!("CARGO_BIN_EXE_service"))
            .env("DATABASE_URL", format!("ws://{database}"))
            .env("DATABASE_USER", USER)
            .env("DATABASE_PASSWORD", PASSWORD)
            .env("DATABASE_NAMESPACE", namespace)
            .env("LISTEN", "127.0.0.1:0")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the service starts");
        Self { child }
    }

    /// Waits until it listens; where.
    fn address(&mut self) -> String {
        let output = self.child.stdout.take().expect("its output is piped");
        let mut line = String::new();
        BufReader::new(output)
            .read_line(&mut line)
            .expect("it speaks");
        let address = line.trim().strip_prefix("listening on ");
        address
            .unwrap_or_else(|| panic!("{}", self.complaint()))
            .to_owned()
    }

    fn complaint(&mut self) -> String {
        let mut complaint = String::new();
        let mut errors = self.child.stderr.take().expect("its errors are piped");
        errors
            .read_to_string(&mut complaint)
            .expect("they are text");
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

fn health(address: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("it listens");
    stream
        .write_all(b"GET /health HTTP/1.0\r\n\r\n")
        .expect("it takes requests");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    answer
}

#[test]
fn two_start_at_once_and_both_serve() {
    let server = Server::in_memory();
    let database = server.address().to_string();
    let mut services = [0; 2].map(|_| Service::start(&database, "together"));
    for service in &mut services {
        let answer = health(&service.address());
        assert!(answer.starts_with("HTTP/1.0 200"), "{answer}");
        assert!(answer.contains("\"schema_version\":20"), "{answer}");
        assert!(answer.contains("\"expected\":20"), "{answer}");
    }
}

#[test]
fn it_waits_for_a_database_that_comes_up_later() {
    let port = free_port();
    let mut service = Service::start(&format!("127.0.0.1:{port}"), "later");
    let _server = Server::start("memory", port);
    assert!(health(&service.address()).contains("\"schema_version\":20"));
}

#[tokio::test]
async fn it_does_not_serve_where_a_migration_fails() {
    let server = Server::in_memory();
    let db = server.connect("ws").await;
    db.use_ns("broken").use_db("app").await.unwrap();
    // In the way of the first migration.
    db.query("DEFINE TABLE source")
        .await
        .unwrap()
        .check()
        .unwrap();
    let mut service = Service::start(&server.address().to_string(), "broken");
    let complaint = service.complaint();
    assert!(
        complaint.contains("migration 1 (sources) was not applied: nothing of it remains"),
        "{complaint}"
    );
    assert!(!complaint.contains(PASSWORD), "{complaint}");
    assert!(!service.child.wait().unwrap().success());
}
