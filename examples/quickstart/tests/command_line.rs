//! The quickstart as it is called: its own process, in a folder of its own.

use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Output};

use surrealdb::engine::any;
use tempfile::TempDir;

fn quickstart(folder: &TempDir, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_quickstart"));
    command.current_dir(folder).args(arguments);
    command
}

fn run(folder: &TempDir, arguments: &[&str]) -> Output {
    let mut command = quickstart(folder, arguments);
    command.output().expect("the quickstart starts")
}

fn empty_folder() -> TempDir {
    tempfile::tempdir().expect("there is room for a folder")
}

fn is_empty(folder: &Path) -> bool {
    let mut entries = fs::read_dir(folder).expect("the folder can be read");
    entries.next().is_none()
}

fn text(bytes: &[u8]) -> &str {
    str::from_utf8(bytes).expect("the output is text")
}

#[test]
fn help_says_what_it_does_and_does_nothing() {
    let folder = empty_folder();
    for flag in ["--help", "-h"] {
        let output = run(&folder, &[flag]);
        let help = text(&output.stdout);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        assert!(help.starts_with("Brings a database "), "{help}");
        assert!(help.contains("Usage: quickstart [FOLDER]"), "{help}");
        assert!(is_empty(folder.path()), "{flag}");
    }
}

#[test]
fn a_call_that_it_does_not_understand_is_refused_before_anything_is_done() {
    let folder = empty_folder();
    for (arguments, complaint) in [
        (&["--halp"][..], "unexpected argument '--halp'"),
        (&["one", "two"], "unexpected argument 'two'"),
        (&[""], "invalid value ''"),
        (
            &["ws://127.0.0.1:8000"],
            "an address, but the database is kept in a folder",
        ),
    ] {
        let output = run(&folder, arguments);
        let errors = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        assert!(errors.contains(complaint), "{errors}");
        assert!(is_empty(folder.path()), "{arguments:?}");
    }
}

#[test]
fn a_database_in_a_folder_is_up_to_date_the_second_time() {
    let folder = empty_folder();
    let first = run(&folder, &["notebook.db"]);
    let second = run(&folder, &["notebook.db"]);
    assert!(first.status.success(), "{first:?}");
    assert!(second.status.success(), "{second:?}");
    assert!(text(&first.stdout).contains("20 migrations, from version 0 to 20"));
    assert!(text(&second.stdout).contains("up to date at version 20"));
}

#[test]
fn a_closed_pipe_ends_it_quietly_and_leaves_the_database_complete() {
    let folder = empty_folder();
    let (reader, writer) = io::pipe().expect("a pipe can be made");
    drop(reader);
    let output = quickstart(&folder, &["notebook.db"])
        .stdout(writer)
        .output()
        .expect("the quickstart starts");
    assert!(output.status.success(), "{output:?}");
    assert_eq!(text(&output.stderr), "");
    let next = run(&folder, &["notebook.db"]);
    assert!(text(&next.stdout).contains("up to date at version 20"));
}

#[test]
fn closed_errors_are_no_panic_either() {
    let folder = empty_folder();
    let (reader, writer) = io::pipe().expect("a pipe can be made");
    drop(reader);
    fs::write(folder.path().join("file"), "").expect("a file can be written");
    let status = quickstart(&folder, &["file"])
        .stderr(writer)
        .status()
        .expect("the quickstart starts");
    assert_eq!(status.code(), Some(1));
}

#[tokio::test]
async fn a_database_that_cannot_be_opened_is_reported_with_what_to_do() {
    let folder = empty_folder();
    fs::write(folder.path().join("file"), "").expect("a file can be written");
    let held = folder.path().join("held");
    let _open = any::connect(format!("surrealkv://{}", held.display()))
        .await
        .expect("the engine opens");

    for (name, reason) in [
        ("file", "IO error: File exists (os error 17)"),
        (
            "held",
            "Other error: Database at held/LOCK is already locked by another process",
        ),
    ] {
        let output = run(&folder, &[name]);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        assert_eq!(text(&output.stdout), "");
        assert_eq!(
            text(&output.stderr),
            format!(
                "error: cannot open the database surrealkv://{name}
  = the engine says: There was a problem with the datastore: {reason}
  = help: name a folder that you may write to and that no other process has open
"
            )
        );
    }
}
