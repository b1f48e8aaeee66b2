//! `migrate import`: the scripts of another runner, as migrations.

use std::path::PathBuf;

use clap::Args;
use migrate_files::authoring::{
    Import as Imported, ImportedMigration, NextNames, import, list_scripts,
};
use migrate_files::{File, Version, read_files};
use migrate_runtime::Migrations;
use serde_json::json;

use super::workspace::{Workspace, refused};
use crate::arguments::{ConnectionArguments, DirectoryArguments, IfMissing};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::interaction::confirm;
use crate::output::{Answer, ERROR, FormatArgument, paint, tell};

/// Take over the scripts of another runner
///
/// Copies numbered or dated scripts into the directory of the migrations, with new numbers in their
/// order. Down scripts are found in a folder `down`, or by `.down` or `_down` in their names; without
/// one, the up script is marked as irreversible. `USE`, `BEGIN`, `COMMIT` and `OPTION` become comments,
/// since a migration is sent as a transaction of its own to the database that is selected. All else is
/// copied as it is. The old files stay where they are.
#[derive(Debug, Args)]
pub struct Import {
    /// The folder of the scripts
    source: PathBuf,
    /// Also record them as applied in a database that has them: all of them, or up to this new version
    #[arg(long, value_name = "VERSION", num_args = 0..=1, default_missing_value = "0")]
    mark_applied: Option<Version>,
    /// Do not ask before that
    #[arg(short, long)]
    yes: bool,
    #[command(flatten)]
    database: ConnectionArguments,
    #[command(flatten)]
    pub format: FormatArgument,
}

impl Import {
    /// Whether a database is asked for.
    pub const fn connects(&self) -> bool {
        self.mark_applied.is_some()
    }

    pub async fn run(&self, arguments: &DirectoryArguments) -> Result<Answer, Failure> {
        let workspace = Workspace::open(arguments)?;
        if !workspace.is_new() {
            workspace.set()?;
        }
        self.check_folders(&workspace)?;
        let shown = self.source.display();
        let files = list_scripts(&self.source).map_err(|error| {
            Failure::refused(
                "source",
                format_args!("{shown}: this folder cannot be read: {error}"),
            )
        })?;
        let imported = self.import(&workspace, &files)?;
        let with_imported = workspace.files.iter().cloned();
        let new = imported
            .files()
            .into_iter()
            .map(|(name, text)| File::new(name, text));
        let with_imported: Vec<File> = with_imported.chain(new).collect();
        let read = read_files(&workspace.directory, &with_imported);
        if let (Err(problems), false) = (&read, workspace.is_new()) {
            return Err(refused(&workspace.directory, problems));
        }
        // Whoever is asked for should be there before anything is written.
        let db = match self.mark_applied {
            Some(_) if read.is_ok() => Some(self.database.connect(IfMissing::Fail).await?),
            _ => None,
        };
        let created = workspace.create(&imported.files())?;
        let answer = answer(&workspace, &imported, &created);
        let set = match read {
            Ok(set) => set,
            Err(problems) => {
                return Ok(unsound(
                    answer,
                    &problems.report(workspace.directory.shown()),
                ));
            }
        };
        let Some(db) = db else { return Ok(answer) };
        let set = Migrations::of_set(set, &arguments.table)?;
        let last = imported.migrations.last().map_or(0, |it| it.names.version);
        let version = match self.mark_applied {
            Some(0) | None => last,
            Some(version) => version,
        };
        tell(&answer.text);
        tell(&format!(
            "This records the migrations 1 to {version} as applied in the database{}, without running them.",
            self.database
                .place()
                .map_or_else(String::new, |place| format!(" at {place}"))
        ));
        confirm("Go on?", self.yes)?;
        Ok(Answer::of(&set.runner(&db).adopt(version).await?))
    }

    /// A folder that holds both would be neither.
    fn check_folders(&self, workspace: &Workspace) -> Result<(), Failure> {
        let [source, target] = [self.source.as_path(), workspace.directory.path()]
            .map(|path| path.canonicalize().ok());
        match source.is_some() && source == target {
            false => Ok(()),
            true => Err(Failure::refused(
                "same_folder",
                "the scripts cannot be imported into their own folder",
            )
            .help("name another one for the migrations: `--dir FOLDER`")),
        }
    }

    fn import(&self, workspace: &Workspace, files: &[File]) -> Result<Imported, Failure> {
        let mut names = NextNames::behind(&workspace.files).with_room_for(files.len());
        let imported = import(files, |name| names.next(&workspace.directory, name));
        imported.map_err(|problems| {
            let shown = self.source.display().to_string();
            Failure::refused("source", problems.report(&shown)).note("nothing was written")
        })
    }
}

/// What was made of what.
fn answer(workspace: &Workspace, imported: &Imported, created: &[String]) -> Answer {
    let shown = |name: &str| workspace.directory.shown_file(name);
    let mut lines = Vec::new();
    for ImportedMigration {
        names, up, down, ..
    } in &imported.migrations
    {
        let scripts = [
            Some((&names.up, up)),
            down.as_ref().map(|down| (&names.down, down)),
        ];
        for (name, script) in scripts.into_iter().flatten() {
            lines.push(format!("created {} from {}", shown(name), script.from));
            lines.extend(script.taken_out.iter().map(|statement| {
                let first = statement.lines().next().unwrap_or_default();
                format!("  = taken out: {first}")
            }));
        }
        if down.is_none() {
            lines.push("  = it has no down script: marked as irreversible".to_owned());
        }
    }
    if !imported.ignored.is_empty() {
        let ignored = imported.ignored.join(", ");
        lines.push(format!(
            "left alone, since their names have no number: {ignored}"
        ));
    }
    let text = lines.join("\n");
    let json = json!({ "created": created, "ignored": imported.ignored, "message": text });
    Answer::new(text, &json)
}

/// What was taken over, and what somebody has to do now.
fn unsound(answer: Answer, problems: &str) -> Answer {
    let text = format!(
        "{}\n\n{}\n\nThe scripts were imported, and are not sound yet: `migrate check` shows what is left to do.",
        answer.text,
        paint(ERROR, problems)
    );
    Answer { text, ..answer }.with_exit(Exit::Failed)
}
