//! How what a command answers is printed: as text for people, or as JSON for programs.

mod format;
mod style;

use std::fmt;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::json;

use crate::exit::Exit;
use crate::failure::Failure;

pub use format::Format;
#[allow(unused_imports, reason = "for the commands to come")]
pub use format::FormatArgument;
pub use style::{BAD, DIM, ERROR, GOOD, OPEN, WARNING, hint, on, paint};

/// What a command has to say at its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// How the process ends.
    pub exit: Exit,
    /// For people, without a line break at the end. It may have colours: they are left out where
    /// nobody would see them.
    pub text: String,
    /// For programs: a document, without a line break at the end.
    pub json: String,
}

impl Answer {
    /// An answer that is well: for people, and for programs.
    pub fn new(text: impl Into<String>, json: &impl Serialize) -> Self {
        Self {
            exit: Exit::Done,
            text: text.into(),
            // Plain data has no reason to fail.
            json: serde_json::to_string_pretty(json).unwrap_or_default(),
        }
    }

    /// A report that has both forms.
    pub fn of(report: &(impl fmt::Display + Serialize)) -> Self {
        Self::new(report.to_string(), report)
    }

    /// The same answer, which says by its exit status that there was nothing to do if that is so.
    #[must_use]
    pub fn nothing_if(self, is_nothing: bool) -> Self {
        match is_nothing {
            true => self.with_exit(Exit::NothingToDo),
            false => self,
        }
    }

    /// The same answer with another end.
    #[must_use]
    pub fn with_exit(self, exit: Exit) -> Self {
        Self { exit, ..self }
    }
}

/// Warns on standard error, at once.
#[cfg(feature = "program")]
pub fn warn(message: &str) {
    let _ = writeln!(anstream::stderr(), "{}", paint(WARNING, message));
}

/// Says something on standard error, at once.
pub fn tell(line: &str) {
    let _ = writeln!(anstream::stderr(), "{line}");
}

/// Prints what came of a command, and returns how the process ends.
///
/// Text goes to standard output, and failures to standard error. JSON is one document on standard
/// output either way: the answer itself, or an object with `error`.
pub fn print(result: Result<Answer, Failure>, format: Format) -> Exit {
    let exit = match &result {
        Ok(answer) => answer.exit,
        Err(failure) => failure.exit(),
    };
    // Where nobody reads any more, as in `migrate status | head -1`, there is nobody to tell.
    let _ = match (format, result) {
        (Format::Json, Ok(answer)) => writeln!(io::stdout(), "{}", answer.json),
        (Format::Json, Err(failure)) => {
            let document = Answer::new("", &json!({ "error": failure.to_json() }));
            writeln!(io::stdout(), "{}", document.json)
        }
        (Format::Text, Ok(answer)) if answer.text.is_empty() => Ok(()),
        (Format::Text, Ok(answer)) => writeln!(anstream::stdout(), "{}", answer.text),
        (Format::Text, Err(failure)) => {
            let text = paint(ERROR, &failure.to_string());
            writeln!(anstream::stderr(), "{text}")
        }
    };
    exit
}
