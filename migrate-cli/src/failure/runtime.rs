//! What the library says, in the words of the command line.

use migrate_runtime::{Error, ErrorKind};
use serde_json::{Map, Value};

use super::Failure;
use crate::exit::Exit;

/// The library's help names its calls; who is at a terminal has commands. Each is replaced where it
/// stands in backticks, with what is between its parentheses.
const COMMANDS: [(&str, &str, &str); 14] = [
    (
        "`runner(&db).allow_drift().adopt(",
        ")`",
        "`migrate adopt {} --allow-drift`",
    ),
    (
        "`runner(&db).guess_version()",
        "`",
        "`migrate adopt --guess`",
    ),
    ("`runner(&db).adopt(", ")`", "`migrate adopt {}`"),
    (
        "`runner(&db).allow_existing_tables().run()",
        "`",
        "`migrate up --allow-existing-tables`",
    ),
    (
        "`runner(&db).allow_newer().run()",
        "`",
        "`migrate up --allow-newer`",
    ),
    (
        "`runner(&db).accept_changed().run()",
        "`",
        "`migrate accept VERSION`",
    ),
    (
        "`runner(&db).trust_stored_scripts()",
        "`",
        "`migrate down --trust-stored-scripts`",
    ),
    ("`run_to(&db, ", ")`", "`migrate up --to {}`"),
    ("`revert_to(&db, ", ")`", "`migrate down --to {}`"),
    ("`run(&db)", "`", "`migrate up`"),
    ("`redo(&db)", "`", "`migrate redo`"),
    ("`status(&db)", "`", "`migrate status`"),
    ("`grouped()", "`", "`--grouped`"),
    ("`refuse_drift()", "`", "`--refuse-drift`"),
];

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let version = edited(&error);
        let in_commands = |text: &str| in_commands(text).replace("accept VERSION", &version);
        let text = error.to_string();
        let lines = text.lines().map(|line| match is_own(line) {
            true => in_commands(line),
            false => line.to_owned(),
        });
        let lines: Vec<String> = lines.collect();
        let text = lines.join("\n");
        let help = error.help().into_iter();
        let help = help.map(|help| in_commands(&help).into());
        // Plain data has no reason to fail.
        let json = serde_json::to_value(&error).unwrap_or_default();
        let mut json = match json {
            Value::Object(fields) => fields,
            _ => Map::new(),
        };
        json.insert("help".to_owned(), Value::Array(help.collect()));
        Self {
            exit: exit(&error),
            text,
            json: Value::Object(json),
        }
    }
}

/// Whether a line of a message is the library's own: neither the engine's, nor of a script.
fn is_own(line: &str) -> bool {
    let note = line.trim_start().strip_prefix("= ");
    note.is_some_and(|note| !note.starts_with("the engine says"))
}

/// What accepts an edited text: of a certain migration, if there is only one.
fn edited(error: &Error) -> String {
    match error.kind() {
        ErrorKind::Changed { migrations, .. } => match &**migrations {
            [only] => format!("accept {}", only.version),
            _ => "accept VERSION".to_owned(),
        },
        _ => "accept VERSION".to_owned(),
    }
}

fn in_commands(help: &str) -> String {
    COMMANDS
        .iter()
        .fold(help.to_owned(), |help, (start, end, command)| {
            replace(&help, start, end, command)
        })
}

/// Replaces `start…end` by a command, with what is between them for `{}`.
fn replace(text: &str, start: &str, end: &str, command: &str) -> String {
    let Some((before, rest)) = text.split_once(start) else {
        return text.to_owned();
    };
    let Some((argument, after)) = rest.split_once(end) else {
        return text.to_owned();
    };
    let command = command.replace("{}", argument);
    format!("{before}{command}{}", replace(after, start, end, &command))
}

/// What the call has changed, if anything, decides whether it declined or failed.
fn exit(error: &Error) -> Exit {
    match error.kind() {
        ErrorKind::Connection { .. } | ErrorKind::Unreachable { .. } => Exit::NotConnected,
        ErrorKind::Stopped { .. } => Exit::Interrupted,
        ErrorKind::Script(_)
        | ErrorKind::Conflict { .. }
        | ErrorKind::FailedIndexes { .. }
        | ErrorKind::UnfinishedIndexes { .. }
        | ErrorKind::History { .. }
        | ErrorKind::Engine { .. } => Exit::Failed,
        #[cfg(feature = "schema")]
        ErrorKind::NotUndone { .. } | ErrorKind::NotPrepared { .. } => Exit::Failed,
        _ if !error.steps().is_empty() => Exit::Failed,
        _ => Exit::Refused,
    }
}
