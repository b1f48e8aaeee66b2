//! Everything that can go wrong, as data and as text that says what to do.

use std::fmt::{self, Write as _};
use std::time::Duration;

use migrate_core::Snippet;
use serde::Serialize;
use surrealdb::types::Datetime;

use crate::engine::{Meaning, meaning};
use crate::lease::Lease;
use crate::{Direction, Place, Version};

/// How many statements a message lists.
const SHOWN_STATEMENTS: usize = 5;

/// A result with this crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a call did not do what it was asked to.
///
/// Its text stands on several lines, names the place, keeps the engine's own words and says what to
/// do. `Debug` prints the same text, so that an error returned from `main` can be read.
#[derive(Clone, Serialize)]
#[serde(tag = "error", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Error {
    /// A statement of a script failed. Nothing of that script remains.
    Script(Box<ScriptError>),
    /// The text of applied migrations was edited since.
    Changed {
        /// Each of them.
        migrations: Vec<ChangedMigration>,
    },
    /// A newer build has migrated this database.
    Newer {
        /// The highest version of this build.
        latest: Version,
        /// What is applied and not in this build.
        unknown: Vec<UnknownMigration>,
    },
    /// The history has a later migration without an earlier one.
    Hole {
        /// The history table.
        table: String,
        /// The highest version that is recorded.
        current: Version,
        /// The versions that are not recorded below it: first and last of each run of them.
        missing: Vec<(Version, Version)>,
    },
    /// A version was asked for that is neither in the set nor in the history.
    NoSuchVersion {
        /// The one asked for.
        version: Version,
        /// The highest version of the set.
        latest: Version,
    },
    /// A version was asked for on the other side of the current one.
    WrongDirection {
        /// The way that was asked for.
        direction: Direction,
        /// The version asked for.
        version: Version,
        /// The current version.
        current: Version,
    },
    /// A migration on the way down says that it cannot be reverted.
    Irreversible {
        /// That migration's version.
        version: Version,
        /// Its name; may be empty.
        name: String,
        /// The current version, unchanged.
        current: Version,
    },
    /// A migration on the way down has a down script neither in this build nor in the history.
    NoDownScript {
        /// That migration's version.
        version: Version,
        /// Its name; may be empty.
        name: String,
        /// The current version, unchanged.
        current: Version,
    },
    /// The connection has no namespace or database selected, or one that does not exist.
    NoDatabase {
        /// What is missing: `namespace` or `database`.
        missing: &'static str,
        /// What the engine said.
        engine: EngineError,
    },
    /// The user of the connection may not do this.
    NotPermitted {
        /// What was to be done.
        doing: &'static str,
        /// What the engine said.
        engine: EngineError,
    },
    /// The database cannot be reached, or the connection broke.
    Connection {
        /// What was to be done.
        doing: &'static str,
        /// What the engine said.
        engine: EngineError,
    },
    /// Other processes wrote the same again and again.
    Conflict {
        /// The version that could not be written.
        version: Version,
        /// How often it was tried.
        attempts: u32,
    },
    /// Another process is at work, and was for as long as this one was told to wait.
    Locked {
        /// Who, and since when.
        lease: Lease,
        /// For how long this process has waited.
        waited: Duration,
    },
    /// A `per-statement` migration was edited after some of its statements were applied.
    ChangedHalfWay {
        /// Its version.
        version: Version,
        /// Its name; may be empty.
        name: String,
        /// Its up file.
        file: String,
        /// The record that notes how far it is.
        note: String,
        /// The statements that are applied.
        landed: Vec<String>,
        /// How many statements it had.
        total: usize,
    },
    /// A `per-statement` migration is begun and not finished, which forbids what was asked for.
    HalfWay {
        /// Its version.
        version: Version,
        /// Its name; may be empty.
        name: String,
        /// How many of its statements are applied.
        done: usize,
        /// How many it has.
        total: usize,
        /// Whether it is in this build, which then can finish it.
        is_embedded: bool,
    },
    /// A `per-statement` migration cannot be part of one transaction.
    CannotGroup {
        /// Its version.
        version: Version,
        /// Its name; may be empty.
        name: String,
    },
    /// The database did not come up in time.
    Unreachable {
        /// How often it was tried.
        attempts: u32,
        /// For how long.
        waited: Duration,
        /// What the last attempt failed with.
        engine: EngineError,
    },
    /// The directory holds migrations that this program was not built with.
    Stale {
        /// The directory on this machine.
        directory: String,
        /// The files that are new in it.
        files: Vec<String>,
    },
    /// A directory that was read at run time holds no set of migrations.
    Directory {
        /// Each problem, with its place and what to do.
        problems: Vec<String>,
    },
    /// A row of the history table does not say what such a row has to.
    History {
        /// The row's id.
        row: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A name that cannot be a history table's.
    TableName {
        /// The name.
        name: String,
    },
    /// The engine failed in another way.
    Engine {
        /// What was to be done.
        doing: &'static str,
        /// What the engine said.
        engine: EngineError,
    },
}

/// What the engine said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct EngineError {
    /// Its name for this kind of error.
    pub kind: String,
    /// Its words.
    pub message: String,
}

impl From<&surrealdb::Error> for EngineError {
    fn from(error: &surrealdb::Error) -> Self {
        Self {
            kind: error.kind_str().to_owned(),
            message: error.message().trim_end().to_owned(),
        }
    }
}

/// A script that failed: which, where, and what the engine said.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct ScriptError {
    /// The migration's version.
    pub version: Version,
    /// Its name; may be empty.
    pub name: String,
    /// Which half was run.
    pub direction: Direction,
    /// The script's file, from the root of the crate that embedded it.
    pub file: String,
    /// Whether the script is one that another build left in the history.
    pub is_stored: bool,
    /// Where in the file the failed statement begins, where that is known.
    pub place: Option<Place>,
    /// Which statement it was; `None` where the engine did not say.
    pub statement: Option<FailedStatement>,
    /// What the engine said.
    pub engine: EngineError,
    /// Set where the engine committed the rest of the script all the same. The parser, which is on
    /// by default, refuses scripts with which this happens.
    pub is_committed: bool,
    /// How many statements of a `per-statement` migration have landed before this one, and stay.
    pub landed: usize,
    /// The version that is current now.
    pub current_version: Version,
    /// The name of the current version; may be empty.
    pub current_name: String,
    #[serde(skip)]
    pub(crate) snippet: Option<Snippet>,
}

/// A statement that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FailedStatement {
    /// Its number in the script, from 1.
    pub number: usize,
    /// How many statements the script has.
    pub count: usize,
    /// Its text; `None` where the set was built without the parser.
    pub text: Option<String>,
}

/// An applied migration whose text in this build is another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ChangedMigration {
    /// Its version.
    pub version: Version,
    /// Its name; may be empty.
    pub name: String,
    /// Its up file.
    pub file: String,
    /// When it was applied.
    pub applied_at: Option<Datetime>,
    /// The checksum of what was applied.
    pub recorded: String,
    /// The checksum of what is in this build.
    pub embedded: String,
}

/// An applied migration that is not in this build.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct UnknownMigration {
    /// Its version.
    pub version: Version,
    /// Its name as recorded; may be empty.
    pub name: String,
    /// When it was applied.
    pub applied_at: Option<Datetime>,
    /// Whether the build that applied it left its down script.
    pub has_down_script: bool,
}

impl Error {
    /// An error of the engine in the course of `doing`.
    #[expect(clippy::needless_pass_by_value, reason = "it ends here, in `map_err`")]
    pub(crate) fn engine(doing: &'static str, error: surrealdb::Error) -> Self {
        let engine = EngineError::from(&error);
        match meaning(&error) {
            Meaning::NoNamespace => Self::NoDatabase {
                missing: "namespace",
                engine,
            },
            Meaning::NoDatabase => Self::NoDatabase {
                missing: "database",
                engine,
            },
            Meaning::NotPermitted => Self::NotPermitted { doing, engine },
            Meaning::Connection => Self::Connection { doing, engine },
            _ => Self::Engine { doing, engine },
        }
    }
}

impl Error {
    /// An error of a whole request, rather than of a statement in it. The client of one protocol
    /// gives a failed transmission no kind of its own.
    pub(crate) fn request(doing: &'static str, error: surrealdb::Error) -> Self {
        if error.is_internal() {
            let engine = EngineError::from(&error);
            return Self::Connection { doing, engine };
        }
        Self::engine(doing, error)
    }
}

impl Error {
    /// No answer in time. A client that reconnects by itself says nothing while it tries.
    pub(crate) fn no_answer(doing: &'static str, patience: Duration) -> Self {
        Self::Connection {
            doing,
            engine: EngineError {
                kind: "Timeout".to_owned(),
                message: format!("nothing, for {patience:?}"),
            },
        }
    }
}

impl std::error::Error for Error {}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text().trim_start_matches("error: "))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

impl Error {
    fn text(&self) -> String {
        match self {
            Self::Script(error) => error.text(),
            Self::Changed { migrations } => changed(migrations),
            Self::Newer { latest, unknown } => newer(*latest, unknown),
            Self::Hole {
                table,
                current,
                missing,
            } => hole(table, *current, missing),
            Self::NoSuchVersion { version, latest } => Text::new(format!("there is no version {version}"))
                .note(format!("this build has the versions 1 to {latest}; 0 is the database without any, reached by `revert_to(&db, 0)`"))
                .note("nothing was done")
                .end(),
            Self::WrongDirection {
                direction,
                version,
                current,
            } => wrong_direction(*direction, *version, *current),
            Self::Irreversible {
                version,
                name,
                current,
            } => Text::new(format!("migration {} cannot be reverted: it is marked irreversible", titled(*version, name)))
                .note(format!("nothing was reverted; version {current} is still current"))
                .help("write a migration that goes forward instead, or restore a backup")
                .end(),
            Self::NoDownScript {
                version,
                name,
                current,
            } => Text::new(format!("migration {} cannot be reverted: there is no down script for it", titled(*version, name)))
                .note("it is not in this build, and whatever applied it left no down script in the history")
                .note(format!("nothing was reverted; version {current} is still current"))
                .help("revert it with a build that contains it")
                .end(),
            Self::NoDatabase { missing, engine } => Text::new(format!("no {missing} to migrate"))
                .engine(engine)
                .help("select both before: `db.use_ns(\"…\").use_db(\"…\").await?`; what does not exist yet is created by a user who may")
                .end(),
            Self::NotPermitted { doing, engine } => Text::new(format!("not permitted to {doing}"))
                .engine(engine)
                .help("sign in before as a user who may change the schema: an owner or editor of the database, its namespace or root")
                .end(),
            Self::Connection { doing, engine } => Text::new(format!("the connection failed while trying to {doing}"))
                .engine(engine)
                .note("a migration that was under way is applied wholly or not at all; the next run finds out which")
                .help("run again once the database can be reached")
                .end(),
            Self::Conflict { version, attempts } => Text::new(format!("version {version} could not be written: other processes wrote the same, {attempts} times in a row"))
                .note("nothing of this attempt remains")
                .help("run again")
                .end(),
            Self::Locked { lease, waited } => Text::new(format!("another process is at work on the migrations, still after {waited:.0?}"))
                .note(format!("{}, since {}", lease.holder, crate::status::seconds(&lease.since)))
                .note("nothing was done from here")
                .help("wait for it; where it is dead, its lease runs out by itself and the next run goes on")
                .end(),
            Self::ChangedHalfWay {
                version,
                name,
                file,
                note,
                landed,
                total,
            } => changed_half_way(&titled(*version, name), file, note, landed, *total),
            Self::HalfWay {
                version,
                name,
                done,
                total,
                is_embedded,
            } => {
                let text = Text::new(format!("migration {} is half applied: {done} of its {total} statements", titled(*version, name)))
                    .note("nothing was done: a down script takes back a whole migration");
                match is_embedded {
                    true => text.help("`run(&db)` goes on after the last statement that landed; then it can be reverted"),
                    false => text.help("it is not in this build: finish it with the one that contains it"),
                }
                .end()
            }
            Self::CannotGroup { version, name } => Text::new(format!("migration {} cannot be part of one transaction: it is marked per-statement", titled(*version, name)))
                .note("nothing was done")
                .help("run without `grouped()`")
                .end(),
            Self::Unreachable {
                attempts,
                waited,
                engine,
            } => Text::new(format!("the database did not come up: {attempts} attempts in {waited:.1?}"))
                .engine(engine)
                .help("see whether it runs, and whether the address is right")
                .end(),
            Self::Stale { directory, files } => stale(directory, files),
            Self::Directory { problems } => format!("error: {}", problems.join("\n\n")),
            Self::History { row, problem } => Text::new(format!("the history cannot be read: {row}: {problem}"))
                .note("each row needs an integer `version` from 1; nothing was done")
                .help("look at the row, and repair or delete it: no other part of the database depends on it")
                .end(),
            Self::TableName { name } => Text::new(format!("`{}` cannot be a history table's name", name.escape_debug()))
                .help(format!("it takes a letter or `_`, then letters, digits and `_`, at most {} in all", migrate_core::table_name::LONGEST))
                .end(),
            Self::Engine { doing, engine } => Text::new(format!("the database failed to {doing}"))
                .engine(engine)
                .end(),
        }
    }
}

/// An error's text while it grows: a headline, then notes.
struct Text {
    text: String,
    gutter: usize,
}

impl Text {
    fn new(headline: impl fmt::Display) -> Self {
        Self {
            text: format!("error: {headline}"),
            gutter: 1,
        }
    }

    fn place(mut self, place: impl fmt::Display) -> Self {
        let _ = write!(self.text, "\n{:1$}--> {place}", "", self.gutter);
        self
    }

    fn note(mut self, note: impl fmt::Display) -> Self {
        let _ = write!(self.text, "\n{:1$} = {note}", "", self.gutter);
        self
    }

    fn help(self, help: impl fmt::Display) -> Self {
        self.note(format_args!("help: {help}"))
    }

    fn engine(mut self, engine: &EngineError) -> Self {
        let indent = self.gutter + " = the engine says: ".len();
        for (index, line) in engine.message.lines().enumerate() {
            if index == 0 {
                self = self.note(format_args!("the engine says: {line}"));
            } else {
                let _ = write!(self.text, "\n{:indent$}{line}", "");
            }
        }
        self
    }

    fn end(self) -> String {
        self.text
    }
}

/// A migration as messages name it: `7 (search)`.
fn titled(version: Version, name: &str) -> String {
    match name {
        "" => version.to_string(),
        name => format!("{version} ({name})"),
    }
}

impl ScriptError {
    fn text(&self) -> String {
        let title = titled(self.version, &self.name);
        let not_done = match (self.direction, self.is_committed) {
            (_, false) if self.landed > 0 => "stopped half-way: what it did before this statement stays",
            (Direction::Up, false) => "was not applied: nothing of it remains",
            (Direction::Down, false) => "was not reverted: it is still applied as it was",
            (Direction::Up, true) => "failed in part, and the engine committed the rest of it",
            (Direction::Down, true) => "was reverted in part, and the engine committed that",
        };
        let mut text = Text::new(format_args!("migration {title} {not_done}"));
        text.gutter = self.snippet.as_ref().map_or(1, Snippet::gutter);
        text = text.place(self.place_line());
        text = match &self.snippet {
            Some(snippet) => {
                let _ = write!(text.text, "\n{snippet}");
                text
            }
            None => text.engine(&self.engine),
        };
        if self.statement.is_none() {
            text = text.note("which statement it was the engine does not say");
        }
        if self.is_stored {
            text = text.note("this script is not in this build: the one that applied the migration left it in the history");
        }
        if self.landed > 0 {
            text = text.help("mend what the statement met in the data, and run again: it goes on here");
        }
        let current = match self.current_version {
            0 => "no migration is applied".to_owned(),
            version => format!("version {} is still current", titled(version, &self.current_name)),
        };
        text.note(current).end()
    }

    /// `file:line:column, statement 3 of 9`, as far as it is known.
    fn place_line(&self) -> String {
        let file = match &*self.file {
            "" => "a script of another build",
            file => file,
        };
        let place = self.place.map(|place| format!(":{place}"));
        let statement = self.statement.as_ref();
        let statement = statement.map(|FailedStatement { number, count, .. }| format!(", statement {number} of {count}"));
        format!("{file}{}{}", place.unwrap_or_default(), statement.unwrap_or_default())
    }
}

fn changed(migrations: &[ChangedMigration]) -> String {
    let mut text = Text::new(match migrations {
        [only] => format!("migration {} was edited after it was applied", titled(only.version, &only.name)),
        several => format!("{} migrations were edited after they were applied", several.len()),
    });
    for migration in migrations {
        let ChangedMigration {
            file,
            recorded,
            embedded,
            ..
        } = migration;
        let short = |checksum: &str| checksum.chars().take(12).collect::<String>();
        text = text.place(file).note(format_args!(
            "applied{} with checksum {}…, now {}…",
            at(migration.applied_at.as_ref()),
            short(recorded),
            short(embedded)
        ));
    }
    text.help("restore the text as it was applied, and put the change into a new migration")
        .help("where both texts come to the same, `runner(&db).accept_changed().run()` records the new one")
        .end()
}

fn changed_half_way(title: &str, file: &str, note: &str, landed: &[String], total: usize) -> String {
    let done = landed.len();
    let mut text = Text::new(format!("migration {title} was edited half-way: {done} of the {total} statements that it had are applied"))
        .place(file);
    for (index, statement) in landed.iter().enumerate().take(SHOWN_STATEMENTS) {
        let line = statement.lines().next().unwrap_or_default();
        text = text.note(format_args!("applied, {}: {line}", index + 1));
    }
    if done > SHOWN_STATEMENTS {
        text = text.note(format_args!("and {} more", done - SHOWN_STATEMENTS));
    }
    text.help("restore the text as it was begun: the next run goes on from there, and the change goes into a new migration")
        .help(format_args!("or take these statements back by hand, and then the note of them: `DELETE {note}`"))
        .end()
}

fn newer(latest: Version, unknown: &[UnknownMigration]) -> String {
    let mut text = Text::new("the database is newer than this build");
    for migration in unknown {
        let title = titled(migration.version, &migration.name);
        let down = if migration.has_down_script { "" } else { ", without a down script" };
        text = text.note(format_args!("applied{}, not in this build: {title}{down}", at(migration.applied_at.as_ref())));
    }
    text.note(format_args!("the last one in this build is {latest}; nothing was done"))
        .help("deploy the newer build again, or")
        .help(format_args!("step the database back, with what the newer build left for it: `revert_to(&db, {latest})`, or"))
        .help("where this build can work with the newer schema: `runner(&db).allow_newer().run()`")
        .end()
}

fn hole(table: &str, current: Version, missing: &[(Version, Version)]) -> String {
    let ranges: Vec<String> = missing
        .iter()
        .map(|(first, last)| match first == last {
            true => first.to_string(),
            false => format!("{first} to {last}"),
        })
        .collect();
    Text::new(format!("the history has a hole: version {current} is recorded, {} not", ranges.join(", ")))
        .note("nothing was done: whether what is missing was ever applied cannot be told from here")
        .help(format!("find out, then record what was applied (`CREATE {table}:{0} SET version = {0}, applied_at = time::now()`)", missing[0].0))
        .help(format!("or revert what is recorded above the hole: `revert_to(&db, {})`", missing[0].0 - 1))
        .end()
}

fn wrong_direction(direction: Direction, version: Version, current: Version) -> String {
    let (asked, other) = match direction {
        Direction::Up => (format!("cannot run up to version {version}: the database is at {current} already"), format!("`revert_to(&db, {version})` goes down")),
        Direction::Down => (format!("cannot revert to version {version}: the database is at {current}"), format!("`run_to(&db, {version})` goes up")),
    };
    Text::new(asked).note("nothing was done").help(other).end()
}

fn stale(directory: &str, files: &[String]) -> String {
    let mut text = Text::new(match files.len() {
        1 => "this program was built before a migration was added".to_owned(),
        count => format!("this program was built before {count} files of migrations were added"),
    });
    for file in files {
        text = text.place(format_args!("{directory}/{file}"));
    }
    text.note("nothing was done; builds without debug assertions do not look")
        .help("build again after a change to any source file, or once and for all with this in `build.rs`:")
        .note("    fn main() { println!(\"cargo::rerun-if-changed=migrations\"); }")
        .end()
}

fn at(time: Option<&Datetime>) -> String {
    time.map_or_else(String::new, |time| format!(" {}", crate::status::seconds(time)))
}
