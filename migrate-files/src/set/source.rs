//! One file, read and checked by itself.

#[cfg(feature = "surrealql")]
use super::statements::{find_assumed, find_statements};
use migrate_schema::model::Object;

use crate::listing::{Directory, File, Role, ScriptName};
use crate::problem::Problem;
#[cfg(not(feature = "surrealql"))]
use crate::script::Parts;
use crate::script::{Script, Step};
use crate::text::{Directive, Directives, decode, without_directives};

/// A file whose name is a migration's.
pub struct Source {
    pub name: ScriptName,
    pub file_name: String,
    pub script: Script,
    /// What each statement does.
    pub steps: Vec<Step>,
    /// What may be there that the migrations do not define.
    pub assumed: Vec<Object>,
    pub directives: Directives,
    /// Whether nothing was found wrong in the file, so that what it lacks is worth reporting.
    is_sound: bool,
}

impl Source {
    /// Reads a file. What is wrong in it is added to the problems, what is not allowed in it to those
    /// that are `refused`.
    pub fn read(
        directory: &Directory,
        name: ScriptName,
        file: &File,
        problems: &mut Vec<Problem>,
        refused: &mut Vec<Problem>,
    ) -> Self {
        let shown = directory.shown_file(&file.name);
        let before = problems.len() + refused.len();
        let text = read_text(&shown, file, problems).unwrap_or_default();
        let directives = Directives::of(&text);
        problems.extend(directives.wrong.iter().map(|wrong| {
            Problem::new(&shown, &wrong.message)
                .at(wrong.snippet.clone())
                .help(&wrong.help)
        }));
        let table = directory.table();
        let mut parts = find_statements(&shown, &text, &directives, table, problems, refused);
        Self {
            name,
            file_name: file.name.clone(),
            steps: std::mem::take(&mut parts.steps),
            assumed: find_assumed(&shown, &directives, problems),
            script: Script::read(shown, text, parts),
            directives,
            is_sound: problems.len() + refused.len() == before,
        }
    }

    /// Something about the file as a whole.
    pub fn problem(&self, message: impl Into<String>, help: impl Into<String>) -> Problem {
        Problem::new(&*self.script.file, message).help(help)
    }

    /// What is wrong with the file as an up script.
    pub fn check_up(&self, problems: &mut Vec<Problem>) {
        if self.is_blank() {
            problems.push(self.problem(
                "this up script contains neither a statement nor a comment",
                "write what the migration does, or a comment that says why there is nothing to do",
            ));
        }
        self.check_directives(Role::Up, problems);
        problems.extend(self.check_baseline());
        if !cfg!(feature = "surrealql") {
            problems.extend(self.per_statement_without_parser());
        }
    }

    /// A line that only a baseline has, or only another script.
    fn check_baseline(&self) -> Option<Problem> {
        let directives = &self.directives;
        let (line, message, help) = match directives.has(Directive::Baseline) {
            true => (
                directives.line_of(Directive::PerStatement)?,
                "a baseline is applied in one transaction".to_owned(),
                "remove this line".to_owned(),
            ),
            false => (
                directives.line_of(Directive::Replaces)?,
                "only a baseline replaces other migrations".to_owned(),
                format!(
                    "remove this line, or begin this file with the line `{}`",
                    Directive::Baseline.line()
                ),
            ),
        };
        Some(self.problem(message, help).at(line.clone()))
    }

    /// Without the parser it is not known where a statement ends.
    fn per_statement_without_parser(&self) -> Option<Problem> {
        let line = self.directives.line_of(Directive::PerStatement)?;
        let problem = self.problem(
            "`per-statement` needs the parser, and this build has none",
            "enable the feature `surrealql` of `migrate-runtime`, which is a default feature",
        );
        Some(problem.at(line.clone()))
    }

    /// Whether it is an up script that needs no down script.
    pub fn may_lack_down(&self) -> bool {
        let directives = &self.directives;
        directives.has(Directive::Irreversible) || directives.has(Directive::Baseline)
    }

    /// What is wrong with the file as a down script.
    pub fn check_down(&self, problems: &mut Vec<Problem>) {
        if self.is_blank() {
            problems.push(self.problem(
                "this down script contains neither a statement nor a comment",
                "write what reverts the migration, or a comment that says why there is nothing to revert",
            ));
        }
        self.check_directives(Role::Down, problems);
    }

    fn check_directives(&self, role: Role, problems: &mut Vec<Problem>) {
        for directive in Directive::ALL {
            let its_role = match directive {
                Directive::Irreversible
                | Directive::PerStatement
                | Directive::Baseline
                | Directive::Replaces => Role::Up,
                Directive::Lossy => Role::Down,
                Directive::Assumes | Directive::Allow => role,
            };
            let line = self.directives.line_of(directive);
            if let Some(line) = line.filter(|_| its_role != role) {
                let word = directive.word();
                let message = format!("the directive `{word}` belongs in the {its_role} script");
                let problem = self.problem(message, "remove this line");
                problems.push(problem.at(line.clone()));
            }
        }
    }

    /// Whether it was read, and says nothing. A comment is enough, and so is what is lost for which
    /// reason; another directive is not: with nothing below it, the script was forgotten.
    fn is_blank(&self) -> bool {
        let text = without_directives(&self.script.text);
        let mut rest = text.chars();
        let is_empty = rest.all(|c| c.is_whitespace() || c == ';');
        self.is_sound && is_empty && self.directives.line_of(Directive::Lossy).is_none()
    }
}

/// The definitions that are there before the first migration.
pub struct Assumed {
    pub script: Script,
    /// What each statement does.
    pub steps: Vec<Step>,
}

impl Assumed {
    /// Reads the file. What is wrong in it is added to the problems.
    pub fn read(
        directory: &Directory,
        file: &File,
        problems: &mut Vec<Problem>,
        refused: &mut Vec<Problem>,
    ) -> Self {
        let text = read_text(&file.name, file, problems).unwrap_or_default();
        let (directives, table) = (Directives::default(), directory.table());
        let mut parts = find_statements(&file.name, &text, &directives, table, problems, refused);
        Self {
            steps: std::mem::take(&mut parts.steps),
            script: Script::read(file.name.clone(), text, parts),
        }
    }
}

fn read_text(shown: &str, file: &File, problems: &mut Vec<Problem>) -> Option<String> {
    let decoded = match &file.bytes {
        Ok(bytes) => decode(bytes).map_err(|fault| {
            Problem::new(shown, "this is not valid UTF-8")
                .at(fault.snippet)
                .help(fault.help)
        }),
        Err(error) => Err(Problem::new(
            shown,
            format!("the file cannot be read: {error}"),
        )),
    };
    decoded.map_err(|problem| problems.push(problem)).ok()
}

#[cfg(not(feature = "surrealql"))]
fn find_assumed(_: &str, _: &Directives, _: &mut Vec<Problem>) -> Vec<Object> {
    Vec::new()
}

#[cfg(not(feature = "surrealql"))]
fn find_statements(
    _: &str,
    _: &str,
    _: &Directives,
    _: &str,
    _: &mut Vec<Problem>,
    _: &mut Vec<Problem>,
) -> Parts {
    Parts::default()
}
