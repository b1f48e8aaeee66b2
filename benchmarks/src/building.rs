//! Cargo, as a user calls it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::Result;

/// The folder of the whole repository.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Where what a benchmark builds stands.
pub fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("target")
        .join(name)
}

/// Builds the server and the replica beside this program, in its profile.
pub fn build_programs() -> Result<()> {
    let mut arguments = vec!["build", "--quiet", "--locked", "--bins"];
    if !cfg!(debug_assertions) {
        arguments.push("--release");
    }
    cargo(&arguments, Path::new(env!("CARGO_MANIFEST_DIR")), None).map(drop)
}

/// Runs Cargo in a folder.
///
/// # Errors
/// If it fails: what it said.
pub fn cargo(arguments: &[&str], folder: &Path, target: Option<&Path>) -> Result<Output> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(arguments).current_dir(folder);
    // What Cargo has set for this program alone: build scripts that look at it would run again, and
    // all that depends on their crates would be built again.
    let is_of_this_program = |name: &str| {
        ["CARGO_PKG_", "CARGO_MANIFEST_"]
            .iter()
            .any(|it| name.starts_with(it))
    };
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(is_of_this_program) {
            cargo.env_remove(name);
        }
    }
    if let Some(target) = target {
        // Nothing that was compiled for the last round may be used in this one.
        cargo
            .env("CARGO_TARGET_DIR", target)
            .env("CARGO_INCREMENTAL", "0");
    }
    let output = cargo.output()?;
    match output.status.success() {
        true => Ok(output),
        false => Err(String::from_utf8_lossy(&output.stderr).into()),
    }
}
