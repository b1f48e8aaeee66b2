//! Why a command did not do what it was asked to.

mod runtime;

use std::fmt;

use serde_json::{Value, json};

use crate::exit::Exit;

/// Why a command did not do what it was asked to: what is wrong, what there is to know about it, and
/// what to do, each in the form that all messages of this project have.
///
/// ```text
/// no endpoint is given
///   = help: pass one: `--endpoint ws://localhost:8000`
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    exit: Exit,
    text: String,
    json: Value,
}

impl Failure {
    /// What is wrong, in one line, with a word for it that a program can compare.
    pub fn new(exit: Exit, kind: &str, message: impl fmt::Display) -> Self {
        let message = message.to_string();
        Self {
            exit,
            json: json!({ "kind": kind, "message": message, "help": [] }),
            text: message,
        }
    }

    /// The command declined, and nothing was changed.
    pub fn refused(kind: &str, message: impl fmt::Display) -> Self {
        Self::new(Exit::Refused, kind, message)
    }

    /// Something that there is to know about it. May have several lines.
    #[must_use]
    pub fn note(self, note: impl fmt::Display) -> Self {
        self.line("", note)
    }

    /// What to do about it. Alternatives are given one by one.
    #[must_use]
    pub fn help(mut self, help: impl fmt::Display) -> Self {
        let help = help.to_string();
        if let Some(Value::Array(all)) = self.json.get_mut("help") {
            all.push(Value::from(help.clone()));
        }
        self.line("help: ", help)
    }

    fn line(mut self, label: &str, text: impl fmt::Display) -> Self {
        for (index, line) in text.to_string().lines().enumerate() {
            let lead = match index {
                0 => format!("  = {label}"),
                _ => " ".repeat("  = ".len() + label.len()),
            };
            self.text.push('\n');
            self.text.push_str(&lead);
            self.text.push_str(line);
        }
        self
    }

    /// How the process ends.
    #[must_use]
    pub const fn exit(&self) -> Exit {
        self.exit
    }

    /// As JSON: `kind`, `message`, `help` (a list), `rendered` (the whole text), and what else the
    /// kind has.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut json = self.json.clone();
        json["rendered"] = Value::from(self.text.clone());
        json
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Failure {}
