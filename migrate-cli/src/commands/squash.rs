//! `migrate squash`: a baseline in place of old migrations.

use clap::Args;
use migrate_files::Version;
use migrate_files::authoring::{Squash as Squashed, names_like, rename_files, squash};
use serde_json::json;

use super::workspace::{Workspace, file_failure, refused};
use crate::arguments::DirectoryArguments;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Answer, ERROR, FormatArgument, hint, paint};

/// Put a baseline in place of old migrations
///
/// Writes one script that makes the schema of all migrations up to a version, and moves those into the
/// folder `before`, where each build compares the two for as long as they are there. A new database gets
/// the baseline in their place; one that has had them goes on as before. One that has had only some of
/// them needs a build from before this. What the migrations wrote into records is not in the baseline: the
/// statements that did are listed. No database is asked.
#[derive(Debug, Args)]
pub struct Squash {
    /// The last migration that the baseline stands for
    version: Version,
    /// What the baseline is called
    #[arg(long, value_name = "NAME", default_value = "baseline")]
    name: String,
    #[command(flatten)]
    pub format: FormatArgument,
}

impl Squash {
    pub fn run(&self, arguments: &DirectoryArguments) -> Result<Answer, Failure> {
        let workspace = Workspace::open(arguments)?;
        let set = workspace.set()?;
        self.check_version(&set.migrations)?;
        let directory = &workspace.directory;
        let names = names_like(directory, &workspace.files, self.version, &self.name);
        let names = names.map_err(|problem| refused(directory, &problem.into()))?;
        let squashed = squash(directory, &workspace.files, &set, self.version, &names);
        if let (Some(problems), []) = (&squashed.problems, &*squashed.left_out) {
            return Err(Failure::new(
                Exit::Failed,
                "baseline",
                "the model cannot write this baseline: no file was changed",
            )
            .note(problems.report(directory.shown()))
            .note(format_args!("it came to this:\n{}", squashed.up))
            .help("write it by hand, or squash up to another version"));
        }
        let down = squashed.down.as_ref().map(|down| (&*names.down, &**down));
        let files = [Some((&*names.up, &*squashed.up)), down];
        let files: Vec<(&str, &str)> = files.into_iter().flatten().collect();
        rename_files(directory.path(), &squashed.moves).map_err(|error| file_failure(&error))?;
        let created = workspace.create(&files).inspect_err(|_| {
            let back = squashed.moves.iter().rev();
            let back: Vec<(&String, &String)> = back.map(|(from, to)| (to, from)).collect();
            // What cannot be moved back is named by the next command.
            let _ = rename_files(directory.path(), &back);
        })?;
        Ok(answer(&workspace, &squashed, &created))
    }

    fn check_version(&self, set: &[migrate_files::Migration]) -> Result<(), Failure> {
        let version = self.version;
        let failure = |id, message: String| Err(Failure::refused(id, message));
        match (set, set.iter().any(|it| it.version == version)) {
            ([first, ..], true) if first.is_baseline() && first.version == version => failure(
                "nothing_to_squash",
                format!("version {version} is the baseline already"),
            ),
            (_, true) => Ok(()),
            ([first, .., last] | [first @ last], false) => failure(
                "no_such_version",
                format!(
                    "there is no migration {version}: the versions are {} to {}",
                    first.version, last.version
                ),
            ),
            ([], false) => failure("no_such_version", "there are no migrations".to_owned()),
        }
    }
}

fn answer(workspace: &Workspace, squashed: &Squashed, created: &[String]) -> Answer {
    let Squashed {
        down,
        moves,
        writes,
        left_out,
        problems,
        ..
    } = squashed;
    let before = workspace.directory.shown_file("before");
    let created_lines = created.iter().map(|file| format!("created {file}"));
    let mut lines: Vec<String> = created_lines.collect();
    lines.push(format!("moved {} files into {before}", moves.len()));
    if down.is_none() {
        lines.push("  = without a down script: not all of the migrations have one".to_owned());
    }
    if !writes.is_empty() {
        lines.push("the baseline writes no records, and these statements did:".to_owned());
        lines.extend(writes.iter().map(|statement| format!("  {statement}")));
        lines.push(hint("add what a new database needs of it to the baseline"));
    }
    if !left_out.is_empty() {
        lines.push("the scripts do not tell what these say:".to_owned());
        lines.extend(left_out.iter().map(|object| format!("  {object}")));
    }
    let text = lines.join("\n");
    let json = json!({
        "created": created,
        "moved": moves.iter().map(|(from, to)| json!({ "from": from, "to": to })).collect::<Vec<_>>(),
        "writes": writes,
        "left_out": left_out,
        "message": text,
    });
    match problems {
        None => Answer::new(text, &json),
        Some(problems) => {
            let problems = problems.report(workspace.directory.shown());
            let text = format!(
                "{text}\n\n{}\n\nThe baseline is not sound yet: `migrate check` shows what is left to do.",
                paint(ERROR, &problems)
            );
            Answer::new(text, &json).with_exit(Exit::Failed)
        }
    }
}
