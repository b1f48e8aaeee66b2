//! What programs read.

use serde_json::Value;

use crate::support::{PEOPLE, Shell};

#[test]
fn every_command_prints_one_document() {
    let shell = Shell::embedded(PEOPLE);
    for (command, fields) in [
        (
            "check",
            &["migrations", "errors", "warnings", "findings", "message"][..],
        ),
        ("verify", &["migrations", "message", "rendered"]),
        (
            "up --to 2",
            &[
                "from", "to", "steps", "adopted", "accepted", "indexes", "message", "rendered",
            ],
        ),
        ("plan", &["from", "to", "pending", "message", "rendered"]),
        (
            "status",
            &[
                "current_version",
                "latest_version",
                "entries",
                "lease",
                "indexes",
                "message",
                "rendered",
            ],
        ),
        ("accept 1", &["from", "to", "accepted"]),
        ("adopt 2", &["from", "to", "adopted"]),
        ("redo --yes", &["from", "to", "steps"]),
        ("down --yes", &["from", "to", "steps"]),
        (
            "drift",
            &["version", "schema", "not_compared", "message", "rendered"],
        ),
    ] {
        let json = shell.json(command);
        for field in fields {
            assert!(json.get(field).is_some(), "{command}: {field} in {json:#}");
        }
        assert!(json.get("error").is_none(), "{command}: {json:#}");
    }
}

#[test]
fn failures_are_documents_as_well() {
    let shell = Shell::embedded(PEOPLE);
    shell.succeed("up");
    for (command, kind) in [
        ("up --to 9", "no_such_version"),
        ("up --to 1", "wrong_direction"),
        ("accept 9", "no_such_version"),
        ("status -e nowhere://", "no_such_endpoint"),
        ("status --db other", "no_such_database"),
        (
            "verify --records 9=migrations/001_people.up.surql",
            "no_such_version",
        ),
    ] {
        let error = &shell.json(command)["error"];
        assert_eq!(error["kind"], kind, "{command}: {error:#}");
        let (message, rendered) = (&error["message"], &error["rendered"]);
        let starts = rendered.as_str().zip(message.as_str());
        let starts = starts.map(|(rendered, message)| rendered.starts_with(message));
        assert_eq!(starts, Some(true), "{command}: {error:#}");
        assert!(error["help"].is_array(), "{command}: {error:#}");
    }
    shell.write("migrations/009.up.surql", "");
    let error = &shell.json("up")["error"];
    assert_eq!(error["kind"], "directory", "{error:#}");
}

#[test]
fn no_help_names_a_call_of_the_library() {
    let shell = Shell::embedded(PEOPLE);
    shell.succeed("up");
    shell.write("migrations/001_people.up.surql", "DEFINE TABLE person;\n");
    shell.write("migrations/001_people.down.surql", "REMOVE TABLE person;\n");
    shell.write("migrations/002_nicknames.up.surql", "-- Nothing.\n");
    shell.write("migrations/002_nicknames.down.surql", "-- Nothing.\n");
    for command in [
        "up",
        "up --to 9",
        "up --to 1",
        "down --yes --to 9",
        "adopt 1",
        "accept 9",
    ] {
        let error = &shell.json(command)["error"];
        let texts = [&error["rendered"], &error["help"]].map(Value::to_string);
        for text in texts {
            assert!(
                !text.contains("()") && !text.contains("&db"),
                "{command}: {text}"
            );
        }
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let shell = Shell::embedded(PEOPLE);
    let (reader, writer) = std::io::pipe().expect("a pipe can be made");
    drop(reader);
    let output = shell.command("up").stdout(writer).output();
    let output = output.expect("the command starts");
    assert!(output.status.success(), "{output:?}");
    assert!(output.stderr.is_empty(), "{output:?}");
    assert_eq!(shell.status("up --exit-code"), Some(5));
}
