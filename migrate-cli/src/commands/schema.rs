//! `migrate schema`: the schema that the migrations make.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use diffy::DiffOptions;
use migrate_files::Version;
use migrate_files::authoring::{schema_outline, schema_text};
use serde_json::json;

use super::workspace::read_text;
use crate::arguments::DirectoryArguments;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Answer, Format};

/// Print the schema that the migrations make
///
/// As SurrealQL that an empty database takes, as an entity relationship diagram in the language of
/// Mermaid, or as data. No database is asked. What the scripts leave open is named at the end, and so is
/// what holds a password or a key.
#[derive(Debug, Args)]
pub struct Schema {
    /// The schema after this migration, rather than after the last one
    #[arg(long, value_name = "VERSION")]
    at: Option<Version>,
    /// What to print
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = SchemaFormat::Surql)]
    format: SchemaFormat,
    /// Compare it with this file instead, and end with exit status 1 if they differ
    #[arg(long, value_name = "FILE")]
    check: Option<PathBuf>,
}

/// How a schema is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum SchemaFormat {
    /// Definitions
    Surql,
    /// A diagram of tables, fields and links
    Mermaid,
    /// For programs
    Json,
}

impl Schema {
    /// For whom its answer is printed.
    pub const fn printed(&self) -> Format {
        match (self.format, &self.check) {
            (SchemaFormat::Json, None) => Format::Json,
            _ => Format::Text,
        }
    }

    pub fn run(&self, arguments: &DirectoryArguments) -> Result<Answer, Failure> {
        let set = arguments.read()?;
        let latest = set.migrations.last().map_or(0, |it| it.version);
        let version = self.at.unwrap_or(latest);
        let first = set.migrations.first().filter(|first| first.is_baseline());
        if let Some(baseline) = first.filter(|it| (1..it.version).contains(&version)) {
            let baseline = baseline.version;
            let message =
                format!("the baseline {baseline} stands for all migrations before it as well");
            return Err(Failure::refused("no_such_version", message));
        }
        if version > latest {
            let message = format!("there is no migration {version}: the last one is {latest}");
            return Err(Failure::refused("no_such_version", message));
        }
        let table = &arguments.table;
        let outline = || schema_outline(&set, table, version);
        let text = match self.format {
            SchemaFormat::Surql => schema_text(&set, table, version),
            SchemaFormat::Mermaid => outline().mermaid(),
            SchemaFormat::Json => Answer::new("", &outline()).json,
        };
        match &self.check {
            None => Ok(Answer {
                exit: Exit::Done,
                json: text.trim_end().to_owned(),
                text: text.trim_end().to_owned(),
            }),
            Some(file) => self.compare(file, &text),
        }
    }

    fn compare(&self, file: &Path, text: &str) -> Result<Answer, Failure> {
        let shown = file.display();
        let found = read_text(file)?.replace("\r\n", "\n");
        if found.trim_end() == text.trim_end() {
            let message = format!("{shown} is what the migrations make");
            return Ok(Answer::new(message.clone(), &json!({ "message": message })));
        }
        let text = text.trim_end().to_owned() + "\n";
        let mut options = DiffOptions::new();
        options.set_original_filename(shown.to_string());
        options.set_modified_filename("what the migrations make");
        let diff = options.create_patch(&found, &text).to_string();
        let format = match self.format {
            SchemaFormat::Surql => "",
            SchemaFormat::Mermaid => " --format mermaid",
            SchemaFormat::Json => " --format json",
        };
        let failure = Failure::new(Exit::Failed, "stale", format_args!("{shown} is stale"));
        Err(failure.note(diff.trim_end()).help(format_args!(
            "`migrate schema{format} > {shown}` writes it anew"
        )))
    }
}
