//! A built program, and a file that is added to its directory afterwards.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

/// A file that is there as long as this value.
struct Added(PathBuf);

impl Added {
    fn new(name: &str) -> Self {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/grows");
        let file = folder.join(name);
        fs::write(&file, "DEFINE TABLE second;\n").expect("the fixture's folder is writable");
        Self(file)
    }
}

impl Drop for Added {
    fn drop(&mut self) {
        fs::remove_file(&self.0).expect("what was added can be removed");
    }
}

fn run() -> (Output, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_grows"))
        .output()
        .expect("the program runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    (output, said)
}

#[test]
fn a_new_file_is_reported_with_the_cure_and_any_other_is_not() {
    let (output, said) = run();
    assert!(output.status.success(), "{said}");

    let other = Added::new("README.md");
    let (output, said) = run();
    assert!(output.status.success(), "{said}");
    drop(other);

    let new = Added::new("002_second.up.surql");
    let (output, said) = run();
    assert!(!output.status.success(), "{said}");
    assert!(
        said.contains("this program was built before a migration was added"),
        "{said}"
    );
    assert!(
        said.contains("fixtures/grows/002_second.up.surql"),
        "{said}"
    );
    assert!(said.contains("cargo::rerun-if-changed="), "{said}");
    drop(new);

    let (output, said) = run();
    assert!(output.status.success(), "{said}");
}
