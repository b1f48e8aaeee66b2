//! Every error as a user gets it.

use std::error::Error as _;
use std::time::Duration;

use expect_test::expect_file;
use migrate_files::Snippet;
use surrealdb::types::Datetime;

use crate::error::Error;
use crate::error::engine::EngineError;
use crate::error::kind::{
    ChangedMigration, ErrorKind, FailedStatement, NewerMigration, ScriptError, VersionRange,
};
use crate::report::{Direction, IndexBuild, IndexBuildState, Lease, Step};

/// As it is printed. `UPDATE_EXPECT=1` writes the file anew.
#[test]
fn each_error_says_what_is_wrong_and_what_to_do() {
    let texts: Vec<String> = errors().iter().map(ToString::to_string).collect();
    expect_file!["texts.txt"].assert_eq(&(texts.join("\n\n") + "\n"));
}

/// As other programs read it. `UPDATE_EXPECT=1` writes the file anew.
#[test]
fn each_error_is_data_with_its_text_and_its_help() {
    let json = serde_json::to_string_pretty(&errors()).expect("errors serialise");
    expect_file!["errors.json"].assert_eq(&(json + "\n"));
}

#[test]
fn an_error_that_is_returned_from_main_reads_the_same() {
    for error in errors() {
        assert_eq!(format!("{error:?}"), error.to_string());
        assert!(!error.to_string().starts_with("error"), "{error}");
    }
}

#[test]
fn the_source_of_an_error_is_what_the_engine_said() {
    let error = Error::from(script(|_| {}));
    let source = error.source().expect("the engine said something");
    assert_eq!(source.to_string(), "The table 'ghost' does not exist");
    assert!(source.is::<EngineError>());
    let error = Error::from(ErrorKind::TableName {
        name: String::new(),
    });
    assert!(error.source().is_none());
}

/// The kinds, and one error that comes after steps which stay.
fn errors() -> Vec<Error> {
    let kinds = kinds().into_iter().map(Error::from);
    let mut errors: Vec<Error> = kinds.collect();
    let step = |version: u32, direction| Step {
        version,
        name: "notes".to_owned(),
        direction,
        duration: Duration::from_micros(12_345),
    };
    let steps = (1..=6).map(|version| step(version, Direction::Up));
    errors.push(Error::from(script(|_| {})).after(steps.collect()));
    errors.push(Error::from(script(|_| {})).after(vec![step(7, Direction::Down)]));
    errors
}

fn engine(message: &str) -> EngineError {
    EngineError {
        kind: "Internal".to_owned(),
        message: message.to_owned(),
    }
}

fn time() -> Datetime {
    Datetime::from_timestamp(1_800_000_000, 0).expect("a time")
}

fn lease() -> Lease {
    Lease {
        holder: "web-1, process 7, 0a1b2c3d".to_owned(),
        since: time(),
        expires_at: time(),
        is_expired: false,
    }
}

fn script(change: impl FnOnce(&mut ScriptError)) -> ErrorKind {
    let text = "DEFINE TABLE a;\n\nUPDATE ghost\n  SET seen = true;\n";
    let snippet = Snippet::new(text, 17, 48, "The table 'ghost' does not exist");
    let mut error = ScriptError {
        version: 7,
        name: "search".to_owned(),
        direction: Direction::Up,
        file: "migrations/007_search.up.surql".to_owned(),
        is_stored: false,
        place: Some(snippet.place),
        statement: Some(FailedStatement {
            number: 2,
            total: 9,
            text: Some(text[17..48].to_owned()),
        }),
        engine: engine("The table 'ghost' does not exist"),
        is_committed: false,
        already_exists: false,
        committed_statements: 0,
        current_version: 6,
        current_name: "indexes".to_owned(),
        snippet: Some(snippet),
    };
    change(&mut error);
    ErrorKind::Script(Box::new(error))
}

fn changed(version: u32) -> ChangedMigration {
    ChangedMigration {
        version,
        name: "notes".to_owned(),
        file: format!("migrations/{version:03}_notes.up.surql"),
        applied_at: Some(time()),
        recorded: "0123456789abcdef".to_owned(),
        embedded: "fedcba9876543210".to_owned(),
        is_last: version == 3,
    }
}

fn unknown(version: u32, has_down_script: bool) -> NewerMigration {
    NewerMigration {
        version,
        name: "tags".to_owned(),
        applied_at: Some(time()),
        has_down_script,
    }
}

fn partially_applied(is_embedded: bool) -> ErrorKind {
    ErrorKind::PartiallyApplied {
        version: 8,
        name: "backfill".to_owned(),
        done: 2,
        total: 9,
        is_embedded,
    }
}

#[expect(clippy::too_many_lines, reason = "one value for each text")]
fn kinds() -> Vec<ErrorKind> {
    let named = |version: u32| (version, "notes".to_owned());
    vec![
        script(|_| {}),
        script(|error| error.direction = Direction::Down),
        script(|error| error.is_stored = true),
        script(|error| error.committed_statements = 1),
        script(|error| error.is_committed = true),
        script(|error| error.already_exists = true),
        script(|error| {
            error.snippet = None;
            error.place = None;
            error.statement = None;
            error.engine = engine("Something on\ntwo lines");
            error.name = String::new();
            error.current_version = 0;
        }),
        ErrorKind::Changed {
            migrations: vec![changed(3)],
        },
        ErrorKind::Changed {
            migrations: vec![changed(3), changed(4)],
        },
        ErrorKind::Newer {
            latest: 10,
            migrations: vec![unknown(11, true), unknown(12, false)],
        },
        ErrorKind::Gap {
            table: "_sbl_migrations".to_owned(),
            current: 9,
            missing: vec![
                VersionRange { first: 2, last: 3 },
                VersionRange { first: 7, last: 7 },
            ],
            was_run: true,
        },
        ErrorKind::Gap {
            table: "_sbl_migrations".to_owned(),
            current: 14,
            missing: vec![VersionRange { first: 4, last: 4 }],
            was_run: false,
        },
        ErrorKind::NoSuchVersion {
            version: 99,
            latest: 10,
        },
        ErrorKind::ReplacedVersion {
            version: 2,
            baseline: 7,
            file: "migrations/007_baseline.up.surql".to_owned(),
        },
        ErrorKind::BelowBaseline {
            current: 4,
            baseline: 7,
            file: "migrations/007_baseline.up.surql".to_owned(),
        },
        ErrorKind::WithinBaseline {
            version: 4,
            baseline: 7,
            file: "migrations/007_baseline.up.surql".to_owned(),
            has_down_script: true,
            current: 9,
        },
        ErrorKind::WithinBaseline {
            version: 4,
            baseline: 7,
            file: "migrations/007_baseline.up.surql".to_owned(),
            has_down_script: false,
            current: 9,
        },
        ErrorKind::WrongDirection {
            direction: Direction::Up,
            version: 3,
            current: 5,
        },
        ErrorKind::WrongDirection {
            direction: Direction::Down,
            version: 5,
            current: 3,
        },
        ErrorKind::Irreversible {
            version: named(4).0,
            name: named(4).1,
            current: 6,
        },
        ErrorKind::NoDownScript {
            version: named(4).0,
            name: named(4).1,
            current: 6,
        },
        ErrorKind::NoDatabase {
            missing: "namespace",
            engine: engine("Specify a namespace to use"),
        },
        ErrorKind::NotPermitted {
            operation: "read the migration history",
            engine: engine("IAM error: Not enough permissions to perform this action"),
        },
        ErrorKind::not_written("write the migration history"),
        ErrorKind::no_answer("read the migration history", Duration::from_secs(30)),
        ErrorKind::Conflict {
            operation: "apply migration 4 (notes)".to_owned(),
            engine: engine("Transaction conflict: Write conflict, retry the transaction"),
            attempts: 10,
        },
        ErrorKind::Locked {
            lease: lease(),
            waited: Duration::from_secs(90),
        },
        ErrorKind::ChangedWhilePartiallyApplied {
            version: 8,
            name: "backfill".to_owned(),
            file: "migrations/008_backfill.up.surql".to_owned(),
            record: "_sbl_migrations_progress:8".to_owned(),
            committed: (1..=7).map(|n| format!("UPDATE a:{n}\n SET b;")).collect(),
            total: 9,
        },
        partially_applied(true),
        partially_applied(false),
        ErrorKind::CannotGroup {
            version: 8,
            name: "backfill".to_owned(),
        },
        ErrorKind::NotApplied {
            version: 7,
            name: "search".to_owned(),
            current: 6,
        },
        ErrorKind::Stopped {
            when: "before migration 7 (search) was applied".to_owned(),
            is_in_progress: false,
            current: Some(6),
        },
        ErrorKind::stopped("while a request was in progress", true),
        ErrorKind::Unreachable {
            attempts: 5,
            waited: Duration::from_millis(10_250),
            engine: engine("IO error: Connection refused"),
        },
        ErrorKind::Stale {
            directory: "…/migrations".to_owned(),
            files: vec!["011_tags.up.surql".to_owned()],
        },
        ErrorKind::Stale {
            directory: "…/migrations".to_owned(),
            files: vec![
                "011_tags.up.surql".to_owned(),
                "011_tags.down.surql".to_owned(),
            ],
        },
        ErrorKind::Directory {
            problems: vec!["migrations: this directory does not exist".to_owned()],
        },
        ErrorKind::History {
            row: "_sbl_migrations:x".to_owned(),
            problem: "it has no `version`".to_owned(),
        },
        ErrorKind::Gap {
            table: "_sbl_migrations".to_owned(),
            current: 9,
            missing: Vec::new(),
            was_run: true,
        },
        ErrorKind::CannotGroupTogether {
            earlier: 3,
            earlier_name: "index".to_owned(),
            later: 4,
            later_name: "fill".to_owned(),
            reason: "this changes `a` of `t`".to_owned(),
        },
        ErrorKind::TooLarge {
            bytes: 20_000_000,
            engine: engine("HTTP status client error (413 Payload Too Large)"),
        },
        ErrorKind::FailedIndexes {
            indexes: vec![failed("email", "person")],
        },
        ErrorKind::FailedIndexes {
            indexes: vec![failed("email", "person"), failed("by name", "odd table")],
        },
        ErrorKind::UnfinishedIndexes {
            indexes: vec![building("email", "person")],
            waited: Duration::from_secs(30),
        },
        ErrorKind::UnfinishedIndexes {
            indexes: vec![building("email", "person"), building("name", "person")],
            waited: Duration::from_secs(30),
        },
        ErrorKind::UntrustedScript {
            version: 12,
            name: "tags".to_owned(),
            current: 12,
        },
        ErrorKind::AlteredScript {
            version: 12,
            name: "tags".to_owned(),
            current: 12,
            table: "_sbl_migrations".to_owned(),
        },
        ErrorKind::ScriptReachesOutside {
            version: 12,
            name: "tags".to_owned(),
            current: 12,
            statement: "DEFINE USER evil ON ROOT PASSWORD 'x'".to_owned(),
            reason: "concerns a user outside of the database".to_owned(),
        },
        ErrorKind::ExistingTables {
            tables: (1..=7).map(|number| format!("table_{number}")).collect(),
            latest: 14,
        },
        ErrorKind::AlreadyRecorded {
            version: 9,
            current: 3,
        },
        ErrorKind::Numbering {
            expected: 3,
            found: 5,
        },
        ErrorKind::TableName {
            name: "a;\nb".to_owned(),
        },
        ErrorKind::CannotBlock {
            reason: "the client has not answered for 30s: …".to_owned(),
        },
        ErrorKind::Engine {
            operation: "write the migration history",
            engine: engine("The disk is full"),
        },
    ]
}

fn failed(index: &str, table: &str) -> IndexBuild {
    IndexBuild {
        table: table.to_owned(),
        index: index.to_owned(),
        state: IndexBuildState::Failed {
            reason: format!("Database index `{index}` already contains 1, with record `{table}:1`"),
        },
    }
}

fn building(index: &str, table: &str) -> IndexBuild {
    IndexBuild {
        table: table.to_owned(),
        index: index.to_owned(),
        state: IndexBuildState::Building {
            phase: "indexing".to_owned(),
            initial: 12_000,
            updated: 3,
            pending: 1,
        },
    }
}
