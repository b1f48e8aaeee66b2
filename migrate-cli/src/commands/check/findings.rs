//! What a check has found.

use migrate_files::{Lint, Problem, Problems, Set};
use serde::ser::{Serialize, SerializeStruct as _, Serializer};

use crate::output::{Answer, ERROR, WARNING, paint};

/// Everything that a check has found, in file order.
pub struct Findings {
    /// What messages call the directory.
    directory: String,
    /// How many migrations there are, where they could be read.
    migrations: Option<usize>,
    found: Vec<Finding>,
}

/// One of them.
pub struct Finding {
    pub level: Level,
    pub problem: Problem,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Error,
    Warning,
}

impl Findings {
    /// From what came of reading a directory.
    pub fn of(directory: &str, read: Result<Set, Problems>) -> Self {
        let (migrations, level, problems) = match read {
            Ok(set) => (Some(set.migrations.len()), Level::Warning, set.warnings),
            Err(problems) => (None, Level::Error, problems.iter().cloned().collect()),
        };
        let findings = problems.into_iter();
        Self {
            directory: directory.to_owned(),
            migrations,
            found: findings.map(|problem| Finding { level, problem }).collect(),
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = &Finding> {
        self.found.iter()
    }

    pub fn has_errors(&self) -> bool {
        self.count(Level::Error) > 0
    }

    fn count(&self, level: Level) -> usize {
        self.iter().filter(|it| it.level == level).count()
    }

    /// The last line: how many there are of what.
    pub fn message(&self) -> String {
        let (errors, warnings) = (self.count(Level::Error), self.count(Level::Warning));
        let (directory, migrations) = (&self.directory, self.migrations.unwrap_or(0));
        let migrations = count(migrations, "migration");
        match (errors, warnings) {
            (0, 0) => format!("{migrations} in `{directory}`: nothing wrong"),
            (0, some) => format!("{migrations} in `{directory}`: {}", count(some, "warning")),
            (some, _) => format!("{} in `{directory}`", count(some, "problem")),
        }
    }

    /// For people and programs.
    pub fn answer(&self) -> Answer {
        let mut text = String::new();
        for Finding { level, problem } in self.iter() {
            let label = match level {
                Level::Error => ERROR,
                Level::Warning => WARNING,
            };
            text.push_str(&paint(label, &problem.to_string()));
            text.push_str("\n\n");
        }
        text.push_str(&self.message());
        Answer::new(text, self)
    }
}

fn count(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}

impl Serialize for Findings {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Findings", 5)?;
        fields.serialize_field("migrations", &self.migrations)?;
        fields.serialize_field("errors", &self.count(Level::Error))?;
        fields.serialize_field("warnings", &self.count(Level::Warning))?;
        fields.serialize_field("findings", &self.found)?;
        fields.serialize_field("message", &self.message())?;
        fields.end()
    }
}

/// `line` and `column` are null where it is about a file or the directory as a whole.
impl Serialize for Finding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { level, problem } = self;
        let snippet = problem.snippet.as_ref();
        let rule = problem.lint.map(Lint::name);
        let mut fields = serializer.serialize_struct("Finding", 10)?;
        fields.serialize_field("level", level)?;
        fields.serialize_field("file", &problem.file)?;
        fields.serialize_field("line", &snippet.map(|it| it.place.line))?;
        fields.serialize_field("column", &snippet.map(|it| it.place.column))?;
        fields.serialize_field("end_column", &snippet.map(|it| it.place.column + it.width))?;
        fields.serialize_field("rule", &rule)?;
        fields.serialize_field("message", &problem.message)?;
        fields.serialize_field("notes", &problem.notes)?;
        fields.serialize_field("help", &problem.help)?;
        fields.serialize_field("rendered", &problem.to_string())?;
        fields.end()
    }
}
