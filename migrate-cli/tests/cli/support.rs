//! Running the command.

use std::path::Path;
use std::process::{Command, Output};

use tests::sets::Folder;

/// The repository's own set.
pub const OWN_SET: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../migrations");

/// The command in a folder, with nothing of this process's environment that it would read.
pub fn migrate(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_migrate"));
    command.current_dir(folder);
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        if name.starts_with("SURREAL_") || name.starts_with("GITHUB_") || name == "NO_COLOR" {
            command.env_remove(name);
        }
    }
    command
}

/// What a run printed, and how it ended, as a text for a snapshot.
pub fn transcript(output: &Output) -> String {
    let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
    for line in String::from_utf8_lossy(&output.stderr).lines() {
        text.push_str("stderr: ");
        text.push_str(line);
        text.push('\n');
    }
    match output.status.code() {
        Some(0) => text,
        Some(code) => text + &format!("exit status: {code}\n"),
        None => text + "ended by a signal\n",
    }
}

/// Runs the command in the folder that holds a set.
pub fn run(set: &Folder, arguments: &[&str]) -> String {
    let path = set.path();
    let folder = path.parent().expect("the set is in a folder");
    let output = migrate(folder).args(arguments).output();
    transcript(&output.expect("the command starts"))
}
