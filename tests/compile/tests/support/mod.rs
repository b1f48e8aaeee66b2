//! Where the tests build.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Where `trybuild` builds. As it does, this asks Cargo, so that `CARGO_TARGET_DIR`, configuration
/// files and a `--target` all have their effect.
pub fn trybuild_directory() -> PathBuf {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version=1"])
        .output()
        .expect("cargo runs");
    let metadata: serde_json::Value =
        serde_json::from_slice(&output.stdout).expect("cargo metadata prints JSON");
    let target = metadata["target_directory"].as_str();
    Path::new(target.expect("there is a target directory")).join("tests/trybuild")
}
