//! Running the command in a folder, against a database, on a terminal.

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use regex::Regex;
use serde_json::Value;
use tests::connection::unused_namespace;
use tests::server::{PASSWORD, Server, USER};
use tests::sets::Folder;
use tokio::runtime::Runtime;

/// The repository's own set.
pub const OWN_SET: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../migrations");

/// Names and texts of files.
pub type Files<'f> = [(&'f str, &'f str)];

/// Three migrations that everybody understands.
pub const PEOPLE: &Files<'static> = &[
    (
        "001_people.up.surql",
        "DEFINE TABLE person SCHEMAFULL;\nDEFINE FIELD name ON person TYPE string;\n",
    ),
    ("001_people.down.surql", "REMOVE TABLE person;\n"),
    (
        "002_nicknames.up.surql",
        "DEFINE FIELD nickname ON person TYPE option<string>;\n",
    ),
    (
        "002_nicknames.down.surql",
        "-- migrate: allow values_left: the next up script wants them back\nREMOVE FIELD nickname ON person;\n",
    ),
    ("003_pets.up.surql", "DEFINE TABLE pet SCHEMAFULL;\n"),
    ("003_pets.down.surql", "REMOVE TABLE pet;\n"),
];

/// A folder with migrations, and an environment in which the command runs there.
pub struct Shell {
    folder: Folder,
    environment: Vec<(&'static str, String)>,
}

impl Shell {
    /// Without a database.
    pub fn new(files: &Files<'_>) -> Self {
        Self {
            folder: Folder::of(files),
            environment: Vec::new(),
        }
    }

    /// With a database in the folder `data` beside the migrations.
    pub fn embedded(files: &Files<'_>) -> Self {
        Self::new(files)
            .with("SURREAL_ENDPOINT", "surrealkv://data")
            .with("SURREAL_NAMESPACE", "app")
            .with("SURREAL_DATABASE", "app")
    }

    /// With a database of its own on a server, as root. With a token: to compare a password takes a
    /// second in a build without optimisation.
    pub fn on(server: &Server, files: &Files<'_>) -> Self {
        let address = server.address();
        let runtime = Runtime::new().expect("a runtime starts");
        Self::new(files)
            .with("SURREAL_ENDPOINT", format!("ws://{address}"))
            .with("SURREAL_NAMESPACE", unused_namespace())
            .with("SURREAL_DATABASE", "app")
            .with("SURREAL_TOKEN", runtime.block_on(server.token()))
    }

    /// The same with root's name and password.
    pub fn with_password(self) -> Self {
        self.without("SURREAL_TOKEN")
            .with("SURREAL_USER", USER)
            .with("SURREAL_PASS", PASSWORD)
    }

    /// The same with another variable.
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.environment.retain(|(it, _)| *it != name);
        self.environment.push((name, value.into()));
        self
    }

    /// The same without one.
    pub fn without(mut self, name: &str) -> Self {
        self.environment.retain(|(it, _)| *it != name);
        self
    }

    /// What a variable says.
    pub fn variable(&self, name: &str) -> &str {
        let found = self.environment.iter().find(|(it, _)| *it == name);
        found.map(|(_, value)| &**value).expect("it is set")
    }

    /// Where the command runs: the folder that holds that of the migrations.
    pub fn path(&self) -> PathBuf {
        let migrations = self.folder.path();
        let parent = migrations.parent().expect("it is in a folder");
        parent.to_owned()
    }

    /// The names in a folder there.
    pub fn listed(&self, folder: &str) -> Vec<String> {
        let entries = std::fs::read_dir(self.path().join(folder)).expect("it is there");
        let names = entries.map(|entry| entry.expect("it is listed").file_name());
        let mut names: Vec<String> = names.map(|it| it.to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    /// The text of a file of the set.
    pub fn text(&self, file: &str) -> String {
        let file = self.path().join("migrations").join(file);
        std::fs::read_to_string(file).expect("it is there")
    }

    /// Writes a file there, with `migrations/` before its name for one of the set.
    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path().join(name), text).expect("the folder is writable");
    }

    /// Removes a file.
    pub fn remove(&self, name: &str) {
        std::fs::remove_file(self.path().join(name)).expect("it is there");
    }

    /// The command with arguments, without a terminal and with nothing of this process's environment
    /// that it would read.
    pub fn command(&self, arguments: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_migrate"));
        command.current_dir(self.path()).stdin(Stdio::null());
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy().into_owned();
            let is_read = ["SURREAL_", "GITHUB_", "CLICOLOR", "NO_COLOR", "COLUMNS"];
            if is_read.iter().any(|read| name.starts_with(read)) {
                command.env_remove(name);
            }
        }
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.args(arguments.split_whitespace());
        command
    }

    pub fn output(&self, arguments: &str) -> Output {
        let output = self.command(arguments).output();
        output.expect("the command starts")
    }

    /// What a run printed, and how it ended.
    pub fn run(&self, arguments: &str) -> String {
        self.steady(&transcript(&self.output(arguments)))
    }

    /// The same, and it has to have done what it was asked to.
    pub fn succeed(&self, arguments: &str) -> String {
        let output = self.output(arguments);
        let transcript = transcript(&output);
        assert!(output.status.success(), "{arguments}: {transcript}");
        self.steady(&transcript)
    }

    /// The exit status.
    pub fn status(&self, arguments: &str) -> Option<i32> {
        self.output(arguments).status.code()
    }

    /// The document that it printed.
    pub fn json(&self, arguments: &str) -> Value {
        let output = self.output(&format!("{arguments} --format json"));
        assert!(output.stderr.is_empty(), "{arguments}: {output:?}");
        serde_json::from_slice(&output.stdout).expect("it prints JSON")
    }

    /// With what differs each time replaced: times, durations, addresses, paths, processes.
    pub fn steady(&self, text: &str) -> String {
        let path = self.path();
        let text = text.replace(&*path.to_string_lossy(), "FOLDER");
        steady(&text)
    }
}

/// With what differs each time replaced.
pub fn steady(text: &str) -> String {
    let patterns = [
        (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", "WHEN"),
        (r"( *)\b\d+(\.\d+)?(ns|µs|ms|s)\b", " TIME"),
        (r"127\.0\.0\.1:\d+", "ADDRESS"),
        (r"\btest_\d+\b", "NAMESPACE"),
        (r"process \d+, [0-9a-f]{8}", "process NUMBER"),
    ];
    patterns
        .iter()
        .fold(text.to_owned(), |text, (pattern, name)| {
            let pattern = Regex::new(pattern).expect("it is a pattern");
            pattern.replace_all(&text, *name).into_owned()
        })
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
