//! `migrate diff`: what would turn the schema of the migrations into a desired one.

use std::path::{Path, PathBuf};

use clap::Args;
use migrate_files::authoring::{DesiredSchema, SchemaDiff, list_scripts, schema_diff};
use migrate_files::{EXTENSIONS, File, Problems};
use serde_json::json;

use super::new;
use super::workspace::Workspace;
use crate::arguments::DirectoryArguments;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Answer, BAD, FormatArgument, GOOD, OPEN, hint, on, warn};

/// Show what would turn the schema of the migrations into a desired one
///
/// The desired schema is said by definitions, in files in any order. What is there and what is to be
/// are compared, and an up script and its down script are printed, or written with `--write`. A rename
/// is never guessed: it is something that is removed, and something else that is added.
#[derive(Debug, Args)]
pub struct Diff {
    /// Files of definitions, or folders of them
    #[arg(required = true, value_name = "DESIRED")]
    desired: Vec<PathBuf>,
    /// Create a migration of this name that does it
    #[arg(long, value_name = "NAME")]
    write: Option<String>,
    /// End with exit status 1 if there is something to do
    #[arg(long, conflicts_with = "write")]
    check: bool,
    #[command(flatten)]
    pub format: FormatArgument,
}

/// What the migration is called as long as it has no name.
const UNNAMED: &str = "diff";

impl Diff {
    pub fn run(&self, arguments: &DirectoryArguments) -> Result<Answer, Failure> {
        let workspace = Workspace::open(arguments)?;
        let set = workspace.set()?;
        let diff = DesiredSchema::read(&read(&self.desired)?)
            .and_then(|desired| schema_diff(&set, &arguments.table, &desired))
            .map_err(|problems| self.refused(&problems))?;
        for object in &diff.open {
            warn(&format!(
                "{object} is not compared: the scripts or the definitions leave open what it is, or is to be"
            ));
        }
        if diff.is_empty() {
            let text = "the migrations make the desired schema";
            return Ok(Answer::new(text, &json!({ "message": text, "diff": diff })));
        }
        let names = workspace.next_names(self.write.as_deref().unwrap_or(UNNAMED))?;
        let written = workspace.write_down(&names, Some(&diff.up))?;
        let down = written.down.as_ref().map_or("", |down| &*down.text);
        if self.write.is_some() {
            let created = workspace.create(&[(&names.up, &diff.up), (&names.down, down)])?;
            let answer = new::answer(&created, &written);
            let text = format!("{}\n{}", summary(&diff), answer.text);
            return Ok(Answer { text, ..answer });
        }
        let text = format!(
            "{}\n\n-- up\n{}\n-- down\n{}",
            summary(&diff),
            diff.up,
            down.trim_end()
        );
        let json = json!({ "diff": diff, "down": down });
        let exit = match self.check {
            true => Exit::Failed,
            false => Exit::Done,
        };
        Ok(Answer::new(text, &json).with_exit(exit))
    }

    fn refused(&self, problems: &Problems) -> Failure {
        let paths = self.desired.iter().map(|path| path.display().to_string());
        let paths: Vec<String> = paths.collect();
        Failure::refused("desired", problems.report(&paths.join("`, `")))
    }
}

/// What is added, removed and changed, a line each.
fn summary(diff: &SchemaDiff) -> String {
    let line = |style, word: &str, what: &String| format!("{} {what}", on(style, word));
    let added = diff.added.iter().map(|it| line(GOOD, "added  ", it));
    let removed = diff.removed.iter().map(|it| line(BAD, "removed", it));
    let changed = diff.changed.iter().map(|it| line(OPEN, "changed", it));
    let mut lines: Vec<String> = added.chain(removed).chain(changed).collect();
    if !diff.added.is_empty() && !diff.removed.is_empty() {
        lines.push(hint(
            "if something was renamed, move its values between the statements that add and remove it",
        ));
    }
    lines.join("\n")
}

/// The files, and those in folders.
fn read(paths: &[PathBuf]) -> Result<Vec<File>, Failure> {
    let mut files = Vec::new();
    for path in paths {
        match path.is_dir() {
            true => files.extend(read_folder(path)?),
            false => files.push(File::read(path)),
        }
    }
    match files.is_empty() {
        true => Err(
            Failure::refused("desired", "there are no files of definitions there").help(
                format_args!("their names end in `.{}`", EXTENSIONS.join("` or `.")),
            ),
        ),
        false => Ok(files),
    }
}

fn read_folder(folder: &Path) -> Result<Vec<File>, Failure> {
    let shown = folder.display().to_string();
    let shown = shown.trim_end_matches('/');
    let files = list_scripts(folder).map_err(|error| {
        Failure::refused(
            "desired",
            format_args!("{shown}: this folder cannot be read: {error}"),
        )
    })?;
    let files = files.into_iter().map(|file| {
        let name = format!("{shown}/{}", file.name);
        file.named(name)
    });
    Ok(files.collect())
}
