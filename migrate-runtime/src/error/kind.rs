//! Everything that can go wrong, as data.

use std::time::Duration;

use migrate_files::{Place, Snippet, Version};
use serde::Serialize;
use surrealdb::types::Datetime;

use crate::error::engine::{EngineError, Meaning, meaning};
use crate::report::{Direction, IndexBuild, Lease, json};
#[cfg(feature = "schema")]
use crate::report::{Drift, Verification};

/// What went wrong.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum ErrorKind {
    /// A statement of a script failed. Nothing of that script remains.
    Script(Box<ScriptError>),
    /// The text of applied migrations was edited since.
    #[non_exhaustive]
    Changed {
        /// Each of them.
        migrations: Vec<ChangedMigration>,
    },
    /// A newer build has migrated this database.
    #[non_exhaustive]
    Newer {
        /// The highest version of this build.
        latest: Version,
        /// What is applied and not in this build.
        migrations: Vec<NewerMigration>,
    },
    /// The history has a later migration without an earlier one.
    #[non_exhaustive]
    Gap {
        /// The history table.
        table: String,
        /// The highest version that is recorded.
        current: Version,
        /// The versions below it that are not recorded.
        missing: Vec<VersionRange>,
        /// Whether this library ran everything that is recorded. If not, a person or another program
        /// has brought the database there, and to revert it is hardly what is meant.
        was_run: bool,
    },
    /// The requested version is neither in the set nor in the history.
    #[non_exhaustive]
    NoSuchVersion {
        /// The requested version.
        version: Version,
        /// The highest version of the set.
        latest: Version,
    },
    /// The requested version is one that the baseline of this build stands for.
    #[non_exhaustive]
    ReplacedVersion {
        /// The requested version.
        version: Version,
        /// The version of the baseline.
        baseline: Version,
        /// Its up file.
        file: String,
    },
    /// Some of what the baseline of this build stands for is applied, and some is not.
    #[non_exhaustive]
    BelowBaseline {
        /// The current version, unchanged.
        current: Version,
        /// The version of the baseline.
        baseline: Version,
        /// Its up file.
        file: String,
    },
    /// Reverting would have to end within what the baseline of this build stands for.
    #[non_exhaustive]
    WithinBaseline {
        /// The version that would be current.
        version: Version,
        /// The version of the baseline.
        baseline: Version,
        /// Its up file.
        file: String,
        /// Whether it has a down script, which reverts all of it.
        has_down_script: bool,
        /// The current version, unchanged.
        current: Version,
    },
    /// The requested version is on the other side of the current one.
    #[non_exhaustive]
    WrongDirection {
        /// The direction of the call.
        direction: Direction,
        /// The requested version.
        version: Version,
        /// The current version.
        current: Version,
    },
    /// A migration that would have to be reverted is marked irreversible.
    #[non_exhaustive]
    Irreversible {
        /// Its version.
        version: Version,
        /// Its name; may be empty.
        name: String,
        /// The current version, unchanged.
        current: Version,
    },
    /// A migration that would have to be reverted has a down script neither in this build nor in
    /// the history.
    #[non_exhaustive]
    NoDownScript {
        /// Its version.
        version: Version,
        /// Its name; may be empty.
        name: String,
        /// The current version, unchanged.
        current: Version,
    },
    /// The connection has no namespace or database selected, or one that does not exist.
    #[non_exhaustive]
    NoDatabase {
        /// What is missing: `namespace` or `database`.
        missing: &'static str,
        /// What the engine said.
        engine: EngineError,
    },
    /// The user of the connection may not do this.
    #[non_exhaustive]
    NotPermitted {
        /// What was attempted.
        operation: &'static str,
        /// What the engine said.
        engine: EngineError,
    },
    /// The database cannot be reached, or the connection broke.
    #[non_exhaustive]
    Connection {
        /// What was attempted.
        operation: &'static str,
        /// What the engine said.
        engine: EngineError,
    },
    /// A transaction conflicted again and again, although no other process changed the history.
    #[non_exhaustive]
    Conflict {
        /// What was attempted.
        operation: String,
        /// How often.
        attempts: u32,
        /// What the engine said.
        engine: EngineError,
    },
    /// Another process is at work, and still was at the time limit for waiting.
    #[non_exhaustive]
    Locked {
        /// Which process, and since when.
        lease: Lease,
        /// How long this process has waited. In JSON it is `waited_ms`, in milliseconds.
        #[serde(rename = "waited_ms", serialize_with = "json::milliseconds")]
        waited: Duration,
    },
    /// A `per-statement` migration was edited after some of its statements were committed.
    #[non_exhaustive]
    ChangedWhilePartiallyApplied {
        /// Its version.
        version: Version,
        /// Its name; may be empty.
        name: String,
        /// Its up file.
        file: String,
        /// The id of its progress record.
        record: String,
        /// The statements that are committed.
        committed: Vec<String>,
        /// How many statements it had.
        total: usize,
    },
    /// A `per-statement` migration is partially applied, which rules out the requested operation.
    #[non_exhaustive]
    PartiallyApplied {
        /// Its version.
        version: Version,
        /// Its name; may be empty.
        name: String,
        /// How many of its statements are committed.
        done: usize,
        /// How many it has.
        total: usize,
        /// Whether it is in this build, which can then finish it.
        is_embedded: bool,
    },
    /// A `per-statement` migration cannot be part of one transaction.
    #[non_exhaustive]
    CannotGroup {
        /// Its version.
        version: Version,
        /// Its name; may be empty.
        name: String,
    },
    /// Two migrations cannot be part of the same transaction.
    #[non_exhaustive]
    CannotGroupTogether {
        /// The version of the one that would run first.
        earlier: Version,
        /// Its name; may be empty.
        earlier_name: String,
        /// The version of the one that would run later.
        later: Version,
        /// Its name; may be empty.
        later_name: String,
        /// What would be wrong.
        reason: String,
    },
    /// Indexes that this call left to be built in the background could not be built.
    #[non_exhaustive]
    FailedIndexes {
        /// Which ones, with what the engine said of each.
        indexes: Vec<IndexBuild>,
    },
    /// Indexes that are built in the background were not ready at the time limit for waiting.
    #[non_exhaustive]
    UnfinishedIndexes {
        /// Which ones, and how far they are.
        indexes: Vec<IndexBuild>,
        /// How long this process has waited. In JSON it is `waited_ms`, in milliseconds.
        #[serde(rename = "waited_ms", serialize_with = "json::milliseconds")]
        waited: Duration,
    },
    /// A migration is larger than what one request may hold over this connection.
    #[non_exhaustive]
    TooLarge {
        /// How large the request was, in bytes.
        bytes: usize,
        /// What the engine said.
        engine: EngineError,
    },
    /// A down script that is stored in the history was not run, since the connection has more rights
    /// than those who may edit the history.
    #[non_exhaustive]
    UntrustedScript {
        /// The migration's version.
        version: Version,
        /// Its name; may be empty.
        name: String,
        /// The current version, unchanged.
        current: Version,
    },
    /// A down script that is stored in the history is not the one that was stored there.
    #[non_exhaustive]
    AlteredScript {
        /// The migration's version.
        version: Version,
        /// Its name; may be empty.
        name: String,
        /// The current version, unchanged.
        current: Version,
        /// The history table.
        table: String,
    },
    /// A down script that is stored in the history changes something outside of its database. Only
    /// a build with the feature `directory`, which has the parser, finds this.
    #[non_exhaustive]
    ScriptReachesOutside {
        /// The migration's version.
        version: Version,
        /// Its name; may be empty.
        name: String,
        /// The current version, unchanged.
        current: Version,
        /// The statement.
        statement: String,
        /// What it does.
        reason: String,
    },
    /// The database has no history, but tables that the migrations define.
    #[non_exhaustive]
    ExistingTables {
        /// The tables.
        tables: Vec<String>,
        /// The highest version of this build.
        latest: Version,
    },
    /// The history already says something else than what should be recorded.
    #[non_exhaustive]
    AlreadyRecorded {
        /// The version that should be recorded as the current one.
        version: Version,
        /// The current version according to the history.
        current: Version,
    },
    /// A migration whose text should be accepted is not applied.
    #[non_exhaustive]
    NotApplied {
        /// Its version.
        version: Version,
        /// Its name; may be empty.
        name: String,
        /// The current version.
        current: Version,
    },
    /// The database that migrations should be verified on holds something.
    #[cfg(feature = "schema")]
    #[non_exhaustive]
    NotEmpty {
        /// What, in words.
        found: Vec<String>,
    },
    /// What should be there for a verification cannot be added.
    #[cfg(feature = "schema")]
    #[non_exhaustive]
    NotPrepared {
        /// What, in words: the records for a version, or the assumed definitions.
        what: String,
        /// What the engine said.
        engine: EngineError,
    },
    /// A migration has failed the verification: its down script does not undo its up script, it cannot
    /// be applied again, or an index of it cannot be built.
    #[cfg(feature = "schema")]
    #[non_exhaustive]
    NotUndone {
        /// Everything that was found.
        verification: Verification,
    },
    /// The database's schema is not what the migrations make of it.
    #[cfg(feature = "schema")]
    #[non_exhaustive]
    Drift {
        /// What differs.
        drift: Drift,
    },
    /// The database's schema is not what the migrations to adopt make.
    #[cfg(feature = "schema")]
    #[non_exhaustive]
    CannotAdopt {
        /// What differs, apart from what no migration has to do with.
        drift: Drift,
    },
    /// A [`Stop`](crate::Stop) has ended the call.
    #[non_exhaustive]
    Stopped {
        /// When, in words: `before migration 7 (search) was applied`.
        when: String,
        /// Whether that was in the middle of a request, so that nobody knows what became of it.
        is_in_progress: bool,
        /// The current version, if it is known.
        current: Option<Version>,
    },
    /// The database did not come up within the time limit.
    #[non_exhaustive]
    Unreachable {
        /// How many attempts there were.
        attempts: u32,
        /// For how long. In JSON it is `waited_ms`, in milliseconds.
        #[serde(rename = "waited_ms", serialize_with = "json::milliseconds")]
        waited: Duration,
        /// What the last attempt failed with.
        engine: EngineError,
    },
    /// The directory holds migrations that this program was not built with.
    #[non_exhaustive]
    Stale {
        /// The directory on this machine.
        directory: String,
        /// The files that are new in it.
        files: Vec<String>,
    },
    /// A directory that was read at run time holds no valid set of migrations.
    #[non_exhaustive]
    Directory {
        /// Each problem, with its place and what to do.
        problems: Vec<String>,
    },
    /// Migrations that were put together at run time are not numbered 1, 2, 3, …, or so from a
    /// baseline.
    #[non_exhaustive]
    Numbering {
        /// The version that was expected next.
        expected: Version,
        /// The version that stands there.
        found: Version,
    },
    /// A row of the history table is not one.
    #[non_exhaustive]
    History {
        /// The row's id.
        row: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A name that a history table cannot have.
    #[non_exhaustive]
    TableName {
        /// The name.
        name: String,
    },
    /// A call without async cannot be made here.
    #[non_exhaustive]
    CannotBlock {
        /// Why not.
        reason: String,
    },
    /// The engine failed in another way.
    #[non_exhaustive]
    Engine {
        /// What was attempted.
        operation: &'static str,
        /// What the engine said.
        engine: EngineError,
    },
}

/// A script that failed: which one, where, and what the engine said.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct ScriptError {
    /// The migration's version.
    pub version: Version,
    /// Its name; may be empty.
    pub name: String,
    /// Which script was run.
    pub direction: Direction,
    /// The script's file, relative to the root of the crate that embedded it.
    pub file: String,
    /// Whether the script is one that another build stored in the history.
    pub is_stored: bool,
    /// Where in the file the failed statement begins, if that is known.
    pub place: Option<Place>,
    /// Which statement it was; `None` if the engine did not say.
    pub statement: Option<FailedStatement>,
    /// What the engine said.
    pub engine: EngineError,
    /// Whether the engine committed the rest of the script nevertheless. With the feature
    /// `surrealql`, which is on by default, scripts with which this happens do not compile.
    pub is_committed: bool,
    /// Whether the statement defines what is already there, in the first run on this database.
    pub already_exists: bool,
    /// How many statements of a `per-statement` migration were committed before this one, and
    /// remain.
    pub committed_statements: usize,
    /// The current version.
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
    pub total: usize,
    /// Its text; `None` if the set was built without the parser.
    pub text: Option<String>,
}

/// An applied migration whose text in this build differs.
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
    /// Whether it is the last one that is applied, which `redo` can replace.
    pub is_last: bool,
}

/// An applied migration that is not in this build.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct NewerMigration {
    /// Its version.
    pub version: Version,
    /// Its name as recorded; may be empty.
    pub name: String,
    /// When it was applied.
    pub applied_at: Option<Datetime>,
    /// Whether the build that applied it stored its down script.
    pub has_down_script: bool,
}

/// Consecutive versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct VersionRange {
    /// The first one.
    pub first: Version,
    /// The last one, included.
    pub last: Version,
}

impl ErrorKind {
    /// An error of the engine in the course of an operation.
    #[expect(clippy::needless_pass_by_value, reason = "it ends here, in `map_err`")]
    pub(crate) fn engine_error(operation: &'static str, error: surrealdb::Error) -> Self {
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
            Meaning::NotPermitted => Self::NotPermitted { operation, engine },
            Meaning::Connection => Self::Connection { operation, engine },
            _ => Self::Engine { operation, engine },
        }
    }

    /// An error of a whole request, rather than of a statement in it. The client of one protocol
    /// gives a failed transmission no kind of its own.
    pub(crate) fn request_error(operation: &'static str, error: surrealdb::Error) -> Self {
        if error.is_internal() {
            let engine = EngineError::from(&error);
            return Self::Connection { operation, engine };
        }
        Self::engine_error(operation, error)
    }

    /// The caller has stopped the call where the history is not at hand.
    pub(crate) fn stopped(when: &str, is_in_progress: bool) -> Self {
        Self::Stopped {
            when: when.to_owned(),
            is_in_progress,
            current: None,
        }
    }

    /// A write that the engine accepted without writing.
    pub(crate) fn not_written(operation: &'static str) -> Self {
        Self::NotPermitted {
            operation,
            engine: EngineError::not_written(),
        }
    }

    /// No answer within the time limit.
    pub(crate) fn no_answer(operation: &'static str, limit: Duration) -> Self {
        Self::Connection {
            operation,
            engine: EngineError::no_answer(limit),
        }
    }

    /// What the engine said, if it did.
    #[must_use]
    pub fn engine(&self) -> Option<&EngineError> {
        match self {
            Self::Script(error) => Some(&error.engine),
            Self::NoDatabase { engine, .. }
            | Self::NotPermitted { engine, .. }
            | Self::Connection { engine, .. }
            | Self::Conflict { engine, .. }
            | Self::TooLarge { engine, .. }
            | Self::Unreachable { engine, .. }
            | Self::Engine { engine, .. } => Some(engine),
            #[cfg(feature = "schema")]
            Self::NotPrepared { engine, .. } => Some(engine),
            _ => None,
        }
    }
}
