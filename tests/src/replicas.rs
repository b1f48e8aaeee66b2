//! Replicas as processes: started together, killed at any moment.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};

/// A replica that waits for the word.
#[derive(Debug)]
pub struct Replica {
    child: Child,
    output: BufReader<ChildStdout>,
}

/// What became of a replica.
#[derive(Debug)]
pub struct Ended {
    /// How it ended.
    pub status: ExitStatus,
    /// The version that it saw at the end.
    pub version: Option<u32>,
    /// What it complained of.
    pub complaint: String,
}

/// The names of the databases that a replica with the option `tenants` migrates: `TENANTS` says how many.
pub fn tenants() -> impl Iterator<Item = String> {
    let count = std::env::var("TENANTS").ok();
    let count = count.and_then(|count| count.parse::<u32>().ok());
    (0..count.unwrap_or(12)).map(|number| format!("tenant_{number}"))
}

impl Replica {
    /// Starts one, and waits until it is connected.
    pub fn start(endpoint: &str, namespace: &str, set: &Path, options: &[&str]) -> Self {
        let mut replica = Self::spawn(endpoint, namespace, set, options);
        replica.wait_until_ready();
        replica
    }

    /// Starts some together, and waits until all are connected.
    pub fn start_many(
        count: usize,
        endpoint: &str,
        namespace: &str,
        set: &Path,
        options: &[&str],
    ) -> Vec<Self> {
        let replicas = (0..count).map(|_| Self::spawn(endpoint, namespace, set, options));
        let mut replicas: Vec<Self> = replicas.collect();
        replicas.iter_mut().for_each(Self::wait_until_ready);
        replicas
    }

    fn spawn(endpoint: &str, namespace: &str, set: &Path, options: &[&str]) -> Self {
        let mut child = Command::new(crate::server::binary("replica"))
            .args([endpoint, namespace])
            .arg(set)
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the replica starts");
        let output = child.stdout.take().expect("its output is piped");
        Self {
            child,
            output: BufReader::new(output),
        }
    }

    fn wait_until_ready(&mut self) {
        let mut line = String::new();
        self.output
            .read_line(&mut line)
            .expect("the replica speaks");
        assert_eq!(line, "ready\n");
    }

    /// Gives the word.
    pub fn go(&mut self) {
        let input = self.child.stdin.as_mut().expect("its input is piped");
        input.write_all(b"go\n").expect("the replica listens");
    }

    /// Kills it as a power cut would; whether it was still at work.
    pub fn kill(mut self) -> bool {
        let was_at_work = self
            .child
            .try_wait()
            .expect("the replica can be asked")
            .is_none();
        self.child.kill().expect("the replica can be killed");
        self.child.wait().expect("the replica ends");
        was_at_work
    }

    /// Waits for its end.
    pub fn end(mut self) -> Ended {
        let mut said = String::new();
        self.output
            .read_to_string(&mut said)
            .expect("the replica speaks");
        let rest = self.child.wait_with_output().expect("the replica ends");
        Ended {
            status: rest.status,
            version: said.trim().parse().ok(),
            complaint: String::from_utf8_lossy(&rest.stderr).into_owned(),
        }
    }
}
