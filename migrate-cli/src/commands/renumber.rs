//! `migrate renumber`: migrations that have to give up their number after a merge.

use clap::Args;
use migrate_files::authoring::{
    Namesake, Renumbering, VersionFiles, rename_files, renamed, renumber, versions,
};
use migrate_files::{Migration, Script, Version, read_files};
use migrate_runtime::{MigrationState, Migrations};
use serde_json::json;

use super::workspace::{Workspace, file_failure};
use crate::arguments::{ConnectionArguments, DirectoryArguments, IfMissing, Selects};
use crate::failure::Failure;
use crate::output::{Answer, FormatArgument, warn};

/// Give migrations another number that a merge has brought together
///
/// Where two branches have used the same number, one of the two migrations moves behind all others: the
/// one that is named. Of several of one's own, all that follow the first are named as well, in their
/// order. Where a database is named, those that it has applied stay where they are: without a name, the
/// others move.
#[derive(Debug, Args)]
pub struct Renumber {
    /// The migrations that move, each by its name or one of its files
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    #[command(flatten)]
    database: ConnectionArguments,
    #[command(flatten)]
    pub format: FormatArgument,
}

/// A migration of the directory: its version, and its place among those that have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    version: Version,
    index: usize,
}

impl Renumber {
    /// Whether a database is named.
    pub const fn connects(&self) -> bool {
        self.database.is_given()
    }

    pub async fn run(&self, arguments: &DirectoryArguments) -> Result<Answer, Failure> {
        let workspace = Workspace::open(arguments)?;
        let all = versions(&workspace.directory, &workspace.files);
        let applied = match self.connects() {
            true => self.applied(&workspace, &all, &arguments.table).await?,
            false => Vec::new(),
        };
        let moved = match self.names.is_empty() {
            true => self.others(&all, &applied)?,
            false => self.named(&all, &applied)?,
        };
        if moved.is_empty() {
            return Ok(nothing("each version is used once"));
        }
        check_rest(first_version(&workspace, &all), &all, &moved)?;
        let moved: Vec<(Version, &Namesake)> = moved
            .iter()
            .map(|key| (key.version, migration(&all, *key)))
            .collect();
        let renumbering = renumber(&workspace.files, &moved);
        if renumbering.renames.is_empty() {
            return Ok(nothing("what is named comes last already"));
        }
        rename_files(workspace.directory.path(), &renumbering.renames)
            .map_err(|error| file_failure(&error))?;
        warn_of_problems(&workspace, &renumbering);
        Ok(answer(&workspace, &renumbering))
    }

    /// Those that are named, in the order of their versions.
    fn named(&self, all: &[VersionFiles], applied: &[Key]) -> Result<Vec<Key>, Failure> {
        let mut moved = Vec::new();
        for name in &self.names {
            let found: Vec<Key> = keys(all)
                .filter(|key| is_called(migration(all, *key), name))
                .collect();
            match *found {
                [key] if applied.contains(&key) => return Err(is_applied(all, key)),
                [key] => moved.push(key),
                [] => {
                    return Err(Failure::refused(
                        "no_such_migration",
                        format_args!("there is no migration `{name}`"),
                    ));
                }
                _ => {
                    let files = found
                        .iter()
                        .map(|key| migration(all, *key).files[0].clone());
                    let failure = Failure::refused(
                        "ambiguous",
                        format_args!("several migrations are called `{name}`"),
                    );
                    return Err(files.fold(failure, |failure, file| {
                        failure.help(format_args!("`migrate renumber {file}`"))
                    }));
                }
            }
        }
        moved.sort();
        moved.dedup();
        Ok(moved)
    }

    /// Of those with the same version, those that the database has not applied.
    fn others(&self, all: &[VersionFiles], applied: &[Key]) -> Result<Vec<Key>, Failure> {
        let mut moved = Vec::new();
        for of_version in all.iter().filter(|it| it.migrations.len() > 1) {
            let version = of_version.version;
            let is_here = |key: &&Key| key.version == version;
            match applied.iter().find(is_here) {
                Some(stays) => moved.extend(
                    keys(all).filter(|key| key.version == version && key.index != stays.index),
                ),
                None => return Err(self.which(of_version)),
            }
        }
        Ok(moved)
    }

    /// Which of two moves is for the user to say.
    fn which(&self, of_version: &VersionFiles) -> Failure {
        let VersionFiles {
            version,
            migrations,
            ..
        } = of_version;
        let names = migrations.iter().map(|it| format!("`{}`", it.name));
        let names = names.collect::<Vec<_>>().join(" and ");
        let failure = Failure::refused(
            "which",
            format_args!("version {version} is used by {names}: one of them has to move"),
        );
        let failure = match self.connects() {
            true => failure.note("the database has applied none of them"),
            false => failure,
        };
        migrations.iter().fold(failure, |failure, migration| {
            failure.help(format_args!("`migrate renumber {}`", migration.name))
        })
    }

    /// Those that the database has applied.
    async fn applied(
        &self,
        workspace: &Workspace,
        all: &[VersionFiles],
        table: &str,
    ) -> Result<Vec<Key>, Failure> {
        let db = self
            .database
            .connect(Selects::Database(IfMissing::Fail))
            .await?;
        let most = all
            .iter()
            .map(|it| it.migrations.len())
            .max()
            .unwrap_or_default();
        let mut applied = Vec::new();
        // Each time with another one of those that have the same version.
        for index in 0..most {
            let chosen = all.iter().map(|it| Key {
                version: it.version,
                index: index.min(it.migrations.len() - 1),
            });
            let chosen: Vec<Key> = chosen.collect();
            let set = chosen.iter().map(|key| read(workspace, all, *key));
            let set = Migrations::new(set.collect())?.with_table(table)?;
            let status = set.status(&db).await?;
            let is_applied = |key: &Key| {
                let mut entries = status.entries.iter();
                entries.any(|entry| {
                    let state = entry.state;
                    let is_it = matches!(state, MigrationState::Applied | MigrationState::Adopted);
                    entry.version == key.version && is_it
                })
            };
            applied.extend(chosen.into_iter().filter(is_applied));
        }
        applied.sort();
        applied.dedup();
        Ok(applied)
    }
}

/// There is nothing to rename.
fn nothing(text: &str) -> Answer {
    Answer::new(text, &json!({ "message": text, "renamed": [] }))
}

fn keys(all: &[VersionFiles]) -> impl Iterator<Item = Key> {
    all.iter().flat_map(|it| {
        let version = it.version;
        (0..it.migrations.len()).map(move |index| Key { version, index })
    })
}

fn migration(all: &[VersionFiles], key: Key) -> &Namesake {
    let of_version = all.iter().find(|it| it.version == key.version);
    // A key is made of what is there.
    &of_version.expect("it is there").migrations[key.index]
}

/// A migration as it is, sound or not.
fn read(workspace: &Workspace, all: &[VersionFiles], key: Key) -> Migration {
    let Namesake { name, files, .. } = migration(all, key);
    let mut scripts = files.iter().map(|name| {
        let file = workspace.files.iter().find(|file| file.name == *name);
        let bytes = file.and_then(|file| file.bytes.as_ref().ok());
        let text = bytes.map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        Script::new(
            workspace.directory.shown_file(name),
            text.unwrap_or_default(),
        )
    });
    let up = scripts.next().unwrap_or_else(|| Script::new("", ""));
    Migration::new(key.version, name.clone(), up, scripts.next())
}

/// Whether a migration is meant by its name, or by the path of one of its files.
fn is_called(migration: &Namesake, name: &str) -> bool {
    let file = name
        .rsplit(['/', std::path::MAIN_SEPARATOR])
        .next()
        .unwrap_or(name);
    migration.name == name || migration.files.iter().any(|it| it == file)
}

fn is_applied(all: &[VersionFiles], key: Key) -> Failure {
    let Namesake { name, .. } = migration(all, key);
    let version = key.version;
    let message = format!("the database has applied `{name}` as version {version}: it stays there");
    let failure = Failure::refused("applied", message);
    let of_version = all.iter().find(|it| it.version == version);
    let others = of_version.into_iter().flat_map(|it| &it.migrations);
    let mut others = others.filter(|it| it.name != *name);
    match others.next() {
        Some(other) => failure.help(format_args!("`migrate renumber {}`", other.name)),
        None => failure,
    }
}

/// What the versions begin with: 1, or that of a baseline.
fn first_version(workspace: &Workspace, all: &[VersionFiles]) -> Version {
    let first = keys(all).next().map(|key| read(workspace, all, key));
    let baseline = first.filter(Migration::is_baseline);
    baseline.map_or(1, |baseline| baseline.version)
}

/// What stays has to have a number each, without a gap.
fn check_rest(first: Version, all: &[VersionFiles], moved: &[Key]) -> Result<(), Failure> {
    for (expected, of_version) in (first..).zip(all) {
        let VersionFiles {
            version,
            migrations,
            ..
        } = of_version;
        let stays = (0..migrations.len()).filter(|index| {
            let (version, index) = (*version, *index);
            !moved.contains(&Key { version, index })
        });
        match stays.count() {
            0 if all
                .iter()
                .any(|it| it.version > *version && stays_any(it, moved)) =>
            {
                return Err(Failure::refused(
                    "gap",
                    format_args!("this would leave version {version} without a migration"),
                )
                .help("name those as well that come behind it, if they are to move, too"));
            }
            0 | 1 => {}
            _ => {
                return Err(Failure::refused(
                    "used_twice",
                    format_args!("version {version} would still be used more than once"),
                )
                .help("name the others as well that have to move"));
            }
        }
        if *version != expected {
            return Err(Failure::refused(
                "gap",
                format_args!("version {expected} is missing already"),
            )
            .help("`migrate check` says what to do"));
        }
    }
    Ok(())
}

fn stays_any(of_version: &VersionFiles, moved: &[Key]) -> bool {
    let version = of_version.version;
    (0..of_version.migrations.len()).any(|index| !moved.contains(&Key { version, index }))
}

/// What was written on another schema may not fit this one.
fn warn_of_problems(workspace: &Workspace, renumbering: &Renumbering) {
    let files = renamed(&workspace.files, &renumbering.renames);
    if let Err(problems) = read_files(&workspace.directory, &files) {
        warn(&format!(
            "the migrations are not sound yet: {} left\n  = help: `migrate check` shows what",
            match problems.iter().count() {
                1 => "1 problem is".to_owned(),
                count => format!("{count} problems are"),
            }
        ));
    }
}

fn answer(workspace: &Workspace, renumbering: &Renumbering) -> Answer {
    let mut renames = renumbering.renames.clone();
    renames.sort();
    let lines = renames.iter().map(|(from, to)| {
        let directory = &workspace.directory;
        format!("renamed {} to {to}", directory.shown_file(from))
    });
    let text = lines.collect::<Vec<_>>().join("\n");
    let files = renames
        .iter()
        .map(|(from, to)| json!({ "from": from, "to": to }));
    let moves = renumbering
        .moves
        .iter()
        .map(|(from, to)| json!({ "from": from, "to": to }));
    let json = json!({
        "moved": moves.collect::<Vec<_>>(),
        "renamed": files.collect::<Vec<_>>(),
        "message": text,
    });
    Answer::new(text, &json)
}
