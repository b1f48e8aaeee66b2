//! What can go wrong.

mod engine;
mod kind;
mod text;

#[cfg(test)]
mod tests;

use std::fmt;

use serde::ser::{Serialize, Serializer};

use crate::report::Step;

pub use engine::EngineError;
pub(crate) use engine::{Meaning, meaning};
pub use kind::{
    ChangedMigration, ErrorKind, FailedStatement, NewerMigration, ScriptError, VersionRange,
};

/// A result with this crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a call failed.
///
/// `Display` prints several lines: what is wrong, the place, the engine's own words and what to do.
/// `Debug` prints the same, so that an error returned from `main` is readable.
/// [`kind`](Self::kind) has all of it as data. [`source`](std::error::Error::source) is what the
/// engine said, as an [`EngineError`], if it said something.
///
/// # JSON
/// An error serialises as an object with `kind` (the name of the [`ErrorKind`] in snake case),
/// the fields of that kind, `message` (the first line), `rendered` (what `Display` prints), `help`
/// (a list of what to do) and `steps`. Durations are in milliseconds, in fields that end in `_ms`.
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    steps: Vec<Step>,
}

impl Error {
    /// What went wrong, as data.
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// What the call had applied and reverted before it failed, in order. It stays applied and
    /// reverted.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.0.steps
    }

    /// The first line of the text: what went wrong, in a sentence.
    #[must_use]
    pub fn message(&self) -> String {
        self.text().headline
    }

    /// What to do about it, as the text has it: alternatives, if there are several.
    #[must_use]
    pub fn help(&self) -> Vec<String> {
        self.text().help
    }

    /// Adds what was done before this error.
    pub(crate) fn after(mut self, steps: Vec<Step>) -> Self {
        self.0.steps = steps;
        self
    }

    fn text(&self) -> text::Text {
        text::text(&self.0.kind).steps(&self.0.steps)
    }
}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        let steps = Vec::new();
        Self(Box::new(Inner { kind, steps }))
    }
}

/// For `?` in what connects to a database.
impl From<surrealdb::Error> for Error {
    fn from(error: surrealdb::Error) -> Self {
        ErrorKind::request_error("do what was asked", error).into()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.text())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.text())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        let engine = self.kind().engine()?;
        Some(engine)
    }
}

impl Serialize for Error {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        #[derive(serde::Serialize)]
        struct Fields<'a> {
            #[serde(flatten)]
            kind: &'a ErrorKind,
            message: String,
            rendered: String,
            help: Vec<String>,
            steps: &'a [Step],
        }
        let fields = Fields {
            kind: self.kind(),
            message: self.message(),
            rendered: self.to_string(),
            help: self.help(),
            steps: self.steps(),
        };
        fields.serialize(serializer)
    }
}
