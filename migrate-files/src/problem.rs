//! What is wrong with a directory, and how it is reported.

use std::fmt;

use migrate_schema::lint::Lint;

use crate::place::Snippet;

/// One thing that is wrong: where, what, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// The file or directory, from the crate's root and with `/`.
    pub file: String,
    /// The line in question; `None` where the fault is in the file's name or in the set.
    pub snippet: Option<Snippet>,
    /// What is wrong.
    pub message: String,
    /// What there is to know about it, each a line.
    pub notes: Vec<String>,
    /// What to do.
    pub help: Option<String>,
    /// The rule that it breaks, where that is one that can be allowed.
    pub lint: Option<Lint>,
}

impl Problem {
    pub(crate) fn new(file: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            file: file.into(),
            snippet: None,
            message: message.into(),
            notes: Vec::new(),
            help: None,
            lint: None,
        }
    }

    pub(crate) const fn by(mut self, lint: Lint) -> Self {
        self.lint = Some(lint);
        self
    }

    pub(crate) fn at(mut self, snippet: Snippet) -> Self {
        self.snippet = Some(snippet);
        self
    }

    pub(crate) fn notes(mut self, notes: impl IntoIterator<Item = String>) -> Self {
        self.notes.extend(notes);
        self
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// `file:line:column: what is wrong [rule]`, the line with carets under it, the notes, and what to do.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.file)?;
        if let Some(snippet) = &self.snippet {
            write!(f, "{}:", snippet.place)?;
        }
        write!(f, " {}", self.message)?;
        if let Some(lint) = &self.lint {
            write!(f, " [{lint}]")?;
        }
        let gutter = self.snippet.as_ref().map_or(1, Snippet::gutter);
        if let Some(snippet) = &self.snippet {
            write!(f, "\n{snippet}")?;
        }
        for note in &self.notes {
            write!(f, "\n{:gutter$} = {note}", "")?;
        }
        let mut lines = self.help.iter().flat_map(|help| help.lines());
        if let Some(first) = lines.next() {
            write!(f, "\n{:gutter$} = help: {first}", "")?;
        }
        lines.try_for_each(|line| write!(f, "\n{:gutter$}         {line}", ""))
    }
}

/// Everything that is wrong with a directory, in file order. Never empty.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// `None` where there are no problems.
    pub(crate) fn new(problems: Vec<Problem>) -> Option<Self> {
        (!problems.is_empty()).then_some(Self(problems))
    }

    /// All of them in one text, which says how many there are: as errors of their own, each would be
    /// followed by the same line of a crate's source.
    #[must_use]
    pub fn report(&self, directory: &str) -> String {
        match self.0.len() {
            1 => self.to_string(),
            count => format!("{count} problems in `{directory}`\n\n{self}"),
        }
    }

    /// Each problem.
    pub fn iter(&self) -> std::slice::Iter<'_, Problem> {
        self.0.iter()
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}

impl<'a> IntoIterator for &'a Problems {
    type Item = &'a Problem;
    type IntoIter = std::slice::Iter<'a, Problem>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// The problems, a blank line between them.
impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.iter().enumerate() {
            let separator = if index == 0 { "" } else { "\n\n" };
            write!(f, "{separator}{problem}")?;
        }
        Ok(())
    }
}
