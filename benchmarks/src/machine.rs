//! What the figures were measured on, and with.

use std::fs;
use std::process::Command;

/// Versions that are measured, as they stand in the lock file.
const LOCK: &str = include_str!("../Cargo.lock");

/// One line of prose.
pub fn describe() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    format!(
        "Measured on {cores} cores with {} GiB of memory, {}; {}. Server and programs are optimised \
         builds unless a section says otherwise.",
        memory(),
        compiler(),
        ["surrealdb", "surrealdb-migrator", "surrealkit"]
            .map(|name| version(LOCK, name))
            .join(", "),
    )
}

fn memory() -> u64 {
    let kibibytes = status("/proc/meminfo", "MemTotal:");
    kibibytes.div_ceil(1024 * 1024)
}

fn compiler() -> String {
    let output = Command::new("rustc").arg("--version").output();
    let text = output.map(|it| String::from_utf8_lossy(&it.stdout).into_owned());
    let words = text.unwrap_or_default();
    words
        .split_whitespace()
        .take(2)
        .collect::<Vec<_>>()
        .join(" ")
}

/// A crate with its version, as a lock file has it.
pub fn version(lock: &str, name: &str) -> String {
    let start = format!("name = \"{name}\"\nversion = \"");
    let (_, rest) = lock.split_once(&start).unwrap_or_default();
    let version = rest.split('"').next().unwrap_or_default();
    format!("{name} {version}")
}

/// A number of kibibytes that Linux tells in one of its files; 0 elsewhere.
pub fn status(file: &str, field: &str) -> u64 {
    let text = fs::read_to_string(file).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(field));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}
