//! Everything that can go wrong, as data.

mod text;

use std::time::Duration;

use migrate_files::Snippet;
use serde::Serialize;
use surrealdb::types::Datetime;

use crate::engine::{Meaning, meaning};
use crate::lease::Lease;
use crate::{Direction, Place, Version};

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
    /// A write that the engine answered with nothing, which is what a user gets who may not write.
    pub(crate) fn denied(doing: &'static str) -> Self {
        Self::NotPermitted {
            doing,
            engine: EngineError {
                kind: "NotAllowed".to_owned(),
                message: "nothing: it took the write, and wrote no record".to_owned(),
            },
        }
    }

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
