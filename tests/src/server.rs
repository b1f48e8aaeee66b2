//! The real server, on loopback, on a free port.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use surrealdb::Surreal;
use surrealdb::engine::any::{self, Any};
use surrealdb::opt::auth::{Root, Token};

/// The server's root user.
pub const USER: &str = "root";

/// That user's password.
pub const PASSWORD: &str = "only-on-loopback";

/// How long a server may take until it answers.
const START_TIMEOUT: Duration = Duration::from_mins(1);

/// A server process. It ends when this is dropped, or when the test process ends.
#[derive(Debug)]
pub struct Server {
    child: Child,
    address: SocketAddr,
    token: OnceLock<String>,
}

impl Server {
    /// A server that keeps its data in memory.
    pub fn in_memory() -> Self {
        Self::start("memory", free_port())
    }

    /// A server with its data in a folder.
    pub fn on_disk(folder: &Path) -> Self {
        Self::start(&format!("surrealkv://{}", folder.display()), free_port())
    }

    /// The one that all tests of this process share: each takes a namespace of its own there.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Server> = OnceLock::new();
        SHARED.get_or_init(Self::in_memory)
    }

    /// The same with everything experimental switched on.
    pub fn shared_experimental() -> &'static Self {
        static SHARED: OnceLock<Server> = OnceLock::new();
        SHARED.get_or_init(|| Self::start_with("memory", free_port(), &["--allow-experimental"]))
    }

    /// Starts the server, and waits until it is healthy.
    pub fn start(storage: &str, port: u16) -> Self {
        Self::start_with(storage, port, &[])
    }

    fn start_with(storage: &str, port: u16, options: &[&str]) -> Self {
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let child = Command::new(binary("surreal"))
            .args(["start", "--no-banner", "--log", "error", "--bind"])
            .arg(address.to_string())
            .args(["--user", USER, "--pass", PASSWORD, storage])
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .expect("the server starts");
        let mut server = Self {
            child,
            address,
            token: OnceLock::new(),
        };
        server.wait_until_healthy();
        server
    }

    fn wait_until_healthy(&mut self) {
        let deadline = Instant::now() + START_TIMEOUT;
        while !is_healthy(self.address) {
            if let Some(status) = self.child.try_wait().expect("the server can be asked") {
                panic!("the server ended: {status}");
            }
            assert!(Instant::now() < deadline, "the server does not answer");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// A connection as root, with nothing selected. It signs in once: to compare a password takes a
    /// second in a build without optimisation, and a token next to nothing.
    pub async fn connect(&self, protocol: &str) -> Surreal<Any> {
        let endpoint = format!("{protocol}://{}", self.address);
        if let Some(token) = self.token.get() {
            let db = open(&endpoint).await;
            db.authenticate(token.as_str())
                .await
                .expect("the token is good");
            return db;
        }
        let db = open(&endpoint).await;
        let token = sign_in(&db).await;
        // Another test may have been faster; its token is as good.
        let _ = self.token.set(token.access.into_insecure_token());
        db
    }

    /// A token of root, which is good for an hour.
    pub async fn token(&self) -> String {
        // Whoever connects has one.
        self.connect("ws").await;
        self.token.get().cloned().expect("somebody has signed in")
    }

    /// Kills it as a power cut would.
    pub fn kill(&mut self) {
        self.child.kill().expect("the server can be killed");
        self.child.wait().expect("the server ends");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have been killed already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A connection as root to an endpoint, with nothing selected.
pub async fn connect(endpoint: &str) -> Surreal<Any> {
    let db = open(endpoint).await;
    sign_in(&db).await;
    db
}

async fn open(endpoint: &str) -> Surreal<Any> {
    any::connect(endpoint)
        .await
        .expect("the server takes connections")
}

async fn sign_in(db: &Surreal<Any>) -> Token {
    let root = Root {
        username: USER.to_owned(),
        password: PASSWORD.to_owned(),
    };
    db.signin(root).await.expect("root signs in")
}

/// A port that nothing listens on.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port is free");
    listener.local_addr().expect("it has an address").port()
}

/// A program that Cargo builds beside the tests.
pub fn binary(name: &str) -> PathBuf {
    let file = Path::new(name).with_extension(std::env::consts::EXE_EXTENSION);
    let program = std::env::current_exe().expect("a program has a path");
    // Tests are in a folder beside the binaries, a benchmark is one of them.
    let folders = program.ancestors().skip(1).take(2);
    folders
        .map(|folder| folder.join(&file))
        .find(|binary| binary.exists())
        .expect("it was built together with this program")
}

fn is_healthy(address: SocketAddr) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        stream.write_all(b"GET /health HTTP/1.0\r\nHost: localhost\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    ask().is_ok_and(|answer| answer.contains(" 200 "))
}
