//! `migrate check`: everything that the macro would say.

mod annotations;
mod findings;
mod sarif;

use clap::{Args, ValueEnum};
use migrate_files::{Lint, Lints, Version, read_directory};

use crate::arguments::DirectoryArguments;
use crate::exit::Exit;
use crate::output::{Answer, Format};

use findings::Findings;

/// Check the migrations, as `embed_migrations!` does
///
/// Prints every error and warning that compiling the application would, with file, line, column and
/// what to do. The exit status is 1 if there is an error.
#[derive(Debug, Args)]
pub struct Check {
    /// Make errors of what these rules warn about; `all` for each of them
    #[arg(long, value_name = "RULE,…", value_delimiter = ',', value_parser = rules)]
    deny: Vec<Rules>,
    /// Say nothing of what these rules warn about
    #[arg(long, value_name = "RULE,…", value_delimiter = ',')]
    allow: Vec<Lint>,
    /// Warn about no migration before this version
    #[arg(
        long,
        value_name = "VERSION",
        default_value_t = 0,
        hide_default_value = true
    )]
    lint_from: Version,
    /// What to print
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = CheckFormat::Text)]
    format: CheckFormat,
}

/// For whom the findings are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum CheckFormat {
    /// For people, as the compiler prints it
    Text,
    /// For programs: one document
    Json,
    /// Annotations on the lines of a pull request, by GitHub's workflow commands
    Github,
    /// SARIF 2.1.0, for code scanning and editors
    Sarif,
}

/// One rule, or all.
#[derive(Debug, Clone)]
struct Rules(Vec<Lint>);

fn rules(name: &str) -> Result<Rules, migrate_files::UnknownLint> {
    match name {
        "all" => Ok(Rules(Lint::ALL.to_vec())),
        name => Ok(Rules(vec![name.parse()?])),
    }
}

impl Check {
    /// For whom its answer is printed.
    pub const fn printed(&self) -> Format {
        match self.format {
            CheckFormat::Json | CheckFormat::Sarif => Format::Json,
            CheckFormat::Text | CheckFormat::Github => Format::Text,
        }
    }

    /// Checks the directory.
    pub fn run(&self, directory: &DirectoryArguments) -> Answer {
        let directory = directory.directory().with_lints(self.lints());
        let found = Findings::of(directory.shown(), read_directory(&directory));
        let exit = match found.has_errors() {
            true => Exit::Failed,
            false => Exit::Done,
        };
        let answer = match self.format {
            CheckFormat::Text | CheckFormat::Json => found.answer(),
            CheckFormat::Github => Answer::new(annotations::print(&found), &found),
            CheckFormat::Sarif => Answer::new("", &sarif::log(&found)),
        };
        answer.with_exit(exit)
    }

    fn lints(&self) -> Lints {
        let denied = self.deny.iter().flat_map(|rules| rules.0.clone());
        Lints::default()
            .deny(denied)
            .allow(self.allow.iter().copied())
            .from(self.lint_from)
    }
}
