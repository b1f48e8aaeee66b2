//! `migrate new`: the files of the next migration, or the down script of one that is there.

use std::path::PathBuf;

use clap::Args;
use migrate_files::Version;
use migrate_files::authoring::{MigrationNames, names_of};
use serde_json::json;

use super::workspace::{Workspace, Written, read_text, warnings};
use crate::arguments::DirectoryArguments;
use crate::failure::Failure;
use crate::output::{Answer, FormatArgument, hint, warn};

/// Create the files of the next migration, or write a down script
///
/// Creates an up script and a down script with the next number, both empty, named as the others in the
/// directory are. With `--up`, the down script is written from the up script: what brings back each
/// definition that it makes, changes or removes, in an order that the database accepts. What cannot be
/// brought back, such as records, is said in its first line.
#[derive(Debug, Args)]
pub struct New {
    /// What the migration is called: letters, digits, `_` and `-`
    #[arg(required_unless_present = "down_for", conflicts_with = "down_for")]
    name: Option<String>,
    /// Take the up script from this file, `-` for standard input, and write its down script
    #[arg(long, value_name = "FILE")]
    up: Option<PathBuf>,
    /// Write the down script of this migration, whose up script is there
    #[arg(long, value_name = "VERSION", conflicts_with = "up")]
    down_for: Option<Version>,
    /// Print the down script, and create no file
    #[arg(long)]
    print: bool,
    #[command(flatten)]
    pub format: FormatArgument,
}

impl New {
    pub fn run(&self, arguments: &DirectoryArguments) -> Result<Answer, Failure> {
        let workspace = Workspace::open(arguments)?;
        match (self.down_for, self.name.as_deref()) {
            (Some(version), _) => {
                let (names, written) = down_for(&workspace, version, self.print)?;
                self.finish(&workspace, &names, None, &written)
            }
            (None, name) => {
                let names = workspace.next_names(name.unwrap_or_default())?;
                match &self.up {
                    None => empty(&workspace, &names),
                    Some(file) => {
                        let up = read_text(file)?;
                        let written = workspace.write_down(&names, Some(&up))?;
                        self.finish(&workspace, &names, Some(&up), &written)
                    }
                }
            }
        }
    }

    fn finish(
        &self,
        workspace: &Workspace,
        names: &MigrationNames,
        up: Option<&str>,
        written: &Written,
    ) -> Result<Answer, Failure> {
        let down = written.down.as_ref();
        let text = down.map_or("", |down| &*down.text);
        if self.print {
            return Ok(Answer::new(text.trim_end(), &json!({ "down": text })));
        }
        let created = match (up, down) {
            // What `migrate new` has created, nobody has written yet.
            (None, Some(down)) if workspace.text(&names.down).is_some() => {
                workspace.fill(&names.down, &down.text)?
            }
            _ => {
                let up = up.map(|text| (&*names.up, text));
                let down = down.map(|down| (&*names.down, &*down.text));
                let files: Vec<(&str, &str)> = up.into_iter().chain(down).collect();
                workspace.create(&files)?
            }
        };
        Ok(answer(&created, written))
    }
}

/// The down script of an up script that is there.
fn down_for(
    workspace: &Workspace,
    version: Version,
    print: bool,
) -> Result<(MigrationNames, Written), Failure> {
    let Some(names) = names_of(&workspace.files, version) else {
        let message = format!("there is no up script of version {version}");
        return Err(Failure::refused("no_such_version", message)
            .help("`migrate check` shows what there is"));
    };
    let down = workspace.text(&names.down);
    if down.is_some_and(|text| !text.trim().is_empty()) && !print {
        let down = workspace.directory.shown_file(&names.down);
        let message = format!("migration {version} has a down script already: {down}");
        return Err(Failure::refused("down_script_there", message)
            .help("`--print` shows what would be written"));
    }
    let others = workspace
        .files
        .iter()
        .filter(|file| file.name != names.down);
    let others = Workspace {
        directory: workspace.directory.clone(),
        files: others.cloned().collect(),
    };
    let written = others.write_down(&names, None)?;
    if written.down.is_none() {
        let up = workspace.directory.shown_file(&names.up);
        let message = format!("{up} says that it has no down script: `-- migrate: irreversible`");
        return Err(Failure::refused("irreversible", message).help("remove that line"));
    }
    Ok((names, written))
}

/// Both files, for somebody to write. As long as they are empty, `check` says so.
fn empty(workspace: &Workspace, names: &MigrationNames) -> Result<Answer, Failure> {
    let created = workspace.create(&[(&names.up, ""), (&names.down, "")])?;
    let lines = created.iter().map(|file| format!("created {file}"));
    let text = lines.collect::<Vec<_>>().join("\n");
    let next = hint(&format!(
        "write the up script; `migrate new --down-for {}` then writes the down script, as far as it can",
        names.version
    ));
    let json = json!({ "created": created, "message": text });
    Ok(Answer::new(format!("{text}\n{next}"), &json))
}

/// What was created, what it does not undo, and what is likely to hurt.
pub fn answer(created: &[String], written: &Written) -> Answer {
    let warnings = warnings(&written.set, created);
    for warning in &warnings {
        warn(&warning.to_string());
    }
    let mut lines: Vec<String> = created
        .iter()
        .map(|file| format!("created {file}"))
        .collect();
    let not_restored = written.down.iter().flat_map(|down| &down.not_restored);
    let not_restored: Vec<&String> = not_restored.collect();
    lines.extend(
        not_restored
            .iter()
            .map(|what| format!("  = not brought back: {what}")),
    );
    let text = lines.join("\n");
    let warnings: Vec<String> = warnings.iter().map(ToString::to_string).collect();
    let json = json!({
        "created": created,
        "not_restored": not_restored,
        "warnings": warnings,
        "message": text,
    });
    Answer::new(text, &json)
}
