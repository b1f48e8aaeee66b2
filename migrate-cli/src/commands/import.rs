//! `migrate import`: the scripts of another runner, as migrations.

use std::path::PathBuf;

use clap::Args;
use migrate_files::authoring::{
    Import as Imported, ImportedMigration, NextNames, import, list_scripts,
};
use migrate_files::{File, Version, read_files};
use migrate_runtime::Migrations;
use serde_json::json;
use surrealdb::Surreal;
use surrealdb::engine::any::Any;

use super::workspace::{Workspace, refused};
use crate::arguments::{ConnectionArguments, DirectoryArguments, IfMissing, Selects};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::interaction::confirm;
use crate::output::{Answer, ERROR, FormatArgument, hint, paint, tell};

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
    /// Also record them as applied in a database that has them: all of them, those that
    /// `surrealdb-migrations` has recorded there, or up to this new version
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

/// Without a version: all that are applied.
const ALL: Version = 0;

impl Import {
    /// Whether a database is asked for.
    pub const fn connects(&self) -> bool {
        self.mark_applied.is_some()
    }

    pub async fn run(&self, arguments: &DirectoryArguments) -> Result<Answer, Failure> {
        let workspace = Workspace::open(arguments)?;
        self.check_folders(&workspace)?;
        if !workspace.is_new() {
            workspace.set()?;
        }
        let imported = self.import(&workspace)?;
        let new = imported.files().into_iter();
        let new = new.map(|(name, text)| File::new(name, text));
        let files: Vec<File> = workspace.files.iter().cloned().chain(new).collect();
        let set = match read_files(&workspace.directory, &files) {
            Ok(set) => set,
            // What is there already stays sound.
            Err(problems) if !workspace.is_new() => {
                let failure = refused(&workspace.directory, &problems);
                return Err(failure.note("nothing was written"));
            }
            Err(problems) => {
                let created = workspace.create(&imported.files())?;
                let problems = problems.report(workspace.directory.shown());
                return Ok(unsound(answer(&workspace, &imported, &created), &problems));
            }
        };
        match self.mark_applied {
            None => {
                let created = workspace.create(&imported.files())?;
                Ok(answer(&workspace, &imported, &created))
            }
            Some(version) => {
                let set = Migrations::of_set(set, &arguments.table)?;
                self.import_and_adopt(&workspace, &imported, &set, version)
                    .await
            }
        }
    }

    /// Asks before anything is written, here or in the database.
    async fn import_and_adopt(
        &self,
        workspace: &Workspace,
        imported: &Imported,
        set: &Migrations,
        version: Version,
    ) -> Result<Answer, Failure> {
        let db = self
            .database
            .connect(Selects::Database(IfMissing::Fail))
            .await?;
        let version = match version {
            ALL => recorded(&db, imported).await?,
            version => version,
        };
        let count = imported.files().len();
        let place = self.database.place();
        tell(&format!(
            "This creates {count} files in {}, and records the migrations 1 to {version} as applied in the database{}, without running them.",
            workspace.directory.shown(),
            place.map_or_else(String::new, |place| format!(" at {place}"))
        ));
        if !self.yes {
            confirm("Go on?")?;
        }
        let created = workspace.create(&imported.files())?;
        tell(&answer(workspace, imported, &created).text);
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

    /// Reads the scripts. Messages call them by their path.
    fn import(&self, workspace: &Workspace) -> Result<Imported, Failure> {
        let shown = self.source.display().to_string();
        let shown = shown.trim_end_matches('/');
        let files = list_scripts(&self.source).map_err(|error| {
            Failure::refused(
                "source",
                format_args!("{shown}: this folder cannot be read: {error}"),
            )
        })?;
        let files = files.into_iter().map(|file| {
            let name = format!("{shown}/{}", file.name);
            file.named(name)
        });
        let files: Vec<File> = files.collect();
        let failed =
            |message: String| Failure::refused("source", message).note("nothing was written");
        let mut names = NextNames::behind(&workspace.files).with_room_for(files.len());
        let imported = import(&files, |name| names.next(&workspace.directory, name));
        let imported = imported.map_err(|problems| failed(problems.report(shown)))?;
        match imported.migrations.is_empty() {
            true => Err(failed(format!(
                "{shown}: there are no scripts here that begin with a number or a date"
            ))),
            false => Ok(imported),
        }
    }
}

/// Up to which new version another runner has recorded its scripts as applied, where it is one whose
/// records are known; else up to the last one.
async fn recorded(db: &Surreal<Any>, imported: &Imported) -> Result<Version, Failure> {
    let last = imported.migrations.last().map_or(0, |it| it.names.version);
    // Those of `surrealdb-migrations`.
    let answer = db
        .query("SELECT VALUE script_name FROM script_migration")
        .await;
    let Ok(applied) = answer.and_then(|mut answer| answer.take::<Vec<String>>(0)) else {
        return Ok(last);
    };
    let is_applied = |migration: &&ImportedMigration| {
        let file = migration.up.from.rsplit('/').next().unwrap_or_default();
        let name = file.rsplit_once('.').map_or(file, |(name, _)| name);
        applied.iter().any(|it| it == name)
    };
    let version = imported.migrations.iter().take_while(is_applied).last();
    let version = version.map_or(0, |it| it.names.version);
    let mut others = imported
        .migrations
        .iter()
        .filter(|it| it.names.version > version);
    match others.find(|it| is_applied(it)) {
        None => Ok(version),
        Some(later) => Err(Failure::refused(
            "gap",
            format_args!(
                "the database has recorded {} in its table `script_migration`, but not all before it",
                later.up.from
            ),
        )
        .note("nothing was done")
        .help("apply the others first, or say up to which version: `--mark-applied VERSION`")),
    }
}

/// What was made of what.
fn answer(workspace: &Workspace, imported: &Imported, created: &[String]) -> Answer {
    let shown = |name: &str| workspace.directory.shown_file(name);
    let mut lines = Vec::new();
    let mut irreversible = None;
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
            irreversible.get_or_insert(names.version);
        }
    }
    if !imported.ignored.is_empty() {
        let ignored = imported.ignored.join(", ");
        lines.push(format!(
            "left alone, since their names have no number: {ignored}"
        ));
    }
    if let Some(version) = irreversible {
        lines.push(hint(&format!(
            "`migrate new --down-for {version}` writes a down script, once the line that says that there is none is gone"
        )));
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
