//! Everything that can go wrong, as text that says what to do.

use std::fmt::{self, Write as _};
use std::time::Duration;

use migrate_files::{Snippet, table_name};
use surrealdb::types::Datetime;

use super::{ChangedMigration, EngineError, Error, FailedStatement, ScriptError, UnknownMigration};
use crate::status::seconds;
use crate::{Direction, Lease, Version};

/// How many statements a message lists.
const SHOWN_STATEMENTS: usize = 5;

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
            Self::NoSuchVersion { version, latest } => no_such_version(*version, *latest),
            Self::WrongDirection {
                direction,
                version,
                current,
            } => wrong_direction(*direction, *version, *current),
            Self::Irreversible {
                version,
                name,
                current,
            } => irreversible(&titled(*version, name), *current),
            Self::NoDownScript {
                version,
                name,
                current,
            } => no_down_script(&titled(*version, name), *current),
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
            } => half_way(&titled(*version, name), *done, *total, *is_embedded),
            Self::CannotGroup { version, name } => cannot_group(&titled(*version, name)),
            Self::Stale { directory, files } => stale(directory, files),
            Self::Directory { problems } => format!("error: {}", problems.join("\n\n")),
            Self::History { row, problem } => history(row, problem),
            Self::TableName { name } => table_name(name),
            Self::NoDatabase { missing, engine } => no_database(missing, engine),
            Self::NotPermitted { doing, engine } => not_permitted(doing, engine),
            Self::Connection { doing, engine } => connection(doing, engine),
            Self::Conflict { version, attempts } => conflict(*version, *attempts),
            Self::Locked { lease, waited } => locked(lease, *waited),
            Self::Unreachable {
                attempts,
                waited,
                engine,
            } => unreachable(*attempts, *waited, engine),
            Self::Engine { doing, engine } => {
                Text::new(format_args!("the database failed to {doing}"))
                    .engine(engine)
                    .end()
            }
        }
    }
}

fn no_database(missing: &str, engine: &EngineError) -> String {
    Text::new(format_args!("no {missing} to migrate"))
        .engine(engine)
        .help("select both before: `db.use_ns(\"…\").use_db(\"…\").await?`; what does not exist yet is created by a user who may")
        .end()
}

fn not_permitted(doing: &str, engine: &EngineError) -> String {
    Text::new(format_args!("not permitted to {doing}"))
        .engine(engine)
        .help("sign in before as a user who may change the schema: an owner or editor of the database, its namespace or root")
        .end()
}

fn connection(doing: &str, engine: &EngineError) -> String {
    Text::new(format_args!("the connection failed while trying to {doing}"))
        .engine(engine)
        .note("a migration that was under way is applied wholly or not at all; the next run finds out which")
        .help("run again once the database can be reached")
        .end()
}

fn conflict(version: Version, attempts: u32) -> String {
    Text::new(format_args!("version {version} could not be written: other processes wrote the same, {attempts} times in a row"))
        .note("nothing of this attempt remains")
        .help("run again")
        .end()
}

fn locked(lease: &Lease, waited: Duration) -> String {
    let Lease { holder, since, .. } = lease;
    Text::new(format_args!(
        "another process is at work on the migrations, still after {waited:.1?}"
    ))
    .note(format_args!("{holder}, since {}", seconds(since)))
    .note("nothing was done from here")
    .help("wait for it; where it is dead, its lease runs out by itself and the next run goes on")
    .end()
}

fn unreachable(attempts: u32, waited: Duration, engine: &EngineError) -> String {
    Text::new(format_args!(
        "the database did not come up: {attempts} attempts in {waited:.1?}"
    ))
    .engine(engine)
    .help("see whether it runs, and whether the address is right")
    .end()
}

fn no_such_version(version: Version, latest: Version) -> String {
    Text::new(format_args!("there is no version {version}"))
        .note(format_args!("this build has the versions 1 to {latest}; 0 is the database without any, reached by `revert_to(&db, 0)`"))
        .note("nothing was done")
        .end()
}

fn irreversible(title: &str, current: Version) -> String {
    Text::new(format_args!(
        "migration {title} cannot be reverted: it is marked irreversible"
    ))
    .note(format_args!(
        "nothing was reverted; version {current} is still current"
    ))
    .help("write a migration that goes forward instead, or restore a backup")
    .end()
}

fn no_down_script(title: &str, current: Version) -> String {
    Text::new(format_args!(
        "migration {title} cannot be reverted: there is no down script for it"
    ))
    .note("it is not in this build, and whatever applied it left no down script in the history")
    .note(format_args!(
        "nothing was reverted; version {current} is still current"
    ))
    .help("revert it with a build that contains it")
    .end()
}

fn half_way(title: &str, done: usize, total: usize, is_embedded: bool) -> String {
    Text::new(format_args!(
        "migration {title} is half applied: {done} of its {total} statements"
    ))
    .note("nothing was done: a down script takes back a whole migration")
    .help(match is_embedded {
        true => "`run(&db)` goes on after the last statement that landed; then it can be reverted",
        false => "it is not in this build: finish it with the one that contains it",
    })
    .end()
}

fn cannot_group(title: &str) -> String {
    Text::new(format_args!(
        "migration {title} cannot be part of one transaction: it is marked per-statement"
    ))
    .note("nothing was done")
    .help("run without `grouped()`")
    .end()
}

fn history(row: &str, problem: &str) -> String {
    Text::new(format_args!("the history cannot be read: {row}: {problem}"))
        .note("each row needs an integer `version` from 1; nothing was done")
        .help(
            "look at the row, and repair or delete it: no other part of the database depends on it",
        )
        .end()
}

fn table_name(name: &str) -> String {
    Text::new(format_args!(
        "`{}` cannot be a history table's name",
        name.escape_debug()
    ))
    .help(format_args!(
        "it takes a letter a to z or `_`, then letters, digits and `_`, at most {} in all",
        table_name::MAX_LENGTH
    ))
    .end()
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
            (_, false) if self.landed > 0 => {
                "stopped half-way: what it did before this statement stays"
            }
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
            text = text
                .help("mend what the statement met in the data, and run again: it goes on here");
        }
        let current = match self.current_version {
            0 => "no migration is applied".to_owned(),
            version => format!(
                "version {} is still current",
                titled(version, &self.current_name)
            ),
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
        let statement = statement.map(|FailedStatement { number, count, .. }| {
            format!(", statement {number} of {count}")
        });
        format!(
            "{file}{}{}",
            place.unwrap_or_default(),
            statement.unwrap_or_default()
        )
    }
}

fn changed(migrations: &[ChangedMigration]) -> String {
    let mut text = Text::new(match migrations {
        [only] => format!(
            "migration {} was edited after it was applied",
            titled(only.version, &only.name)
        ),
        several => format!(
            "{} migrations were edited after they were applied",
            several.len()
        ),
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

fn changed_half_way(
    title: &str,
    file: &str,
    note: &str,
    landed: &[String],
    total: usize,
) -> String {
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
        let down = if migration.has_down_script {
            ""
        } else {
            ", without a down script"
        };
        text = text.note(format_args!(
            "applied{}, not in this build: {title}{down}",
            at(migration.applied_at.as_ref())
        ));
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
        Direction::Up => (
            format!("cannot run up to version {version}: the database is at {current} already"),
            format!("`revert_to(&db, {version})` goes down"),
        ),
        Direction::Down => (
            format!("cannot revert to version {version}: the database is at {current}"),
            format!("`run_to(&db, {version})` goes up"),
        ),
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
    time.map_or_else(String::new, |time| format!(" {}", seconds(time)))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use expect_test::expect_file;
    use migrate_files::Snippet;
    use surrealdb::types::Datetime;

    use crate::error::{
        ChangedMigration, EngineError, Error, FailedStatement, ScriptError, UnknownMigration,
    };
    use crate::{Direction, Lease};

    /// Every text that a user can get, as it is printed. `UPDATE_EXPECT=1` writes the file anew.
    #[test]
    fn each_error_says_what_is_wrong_and_what_to_do() {
        let texts: Vec<String> = errors().iter().map(ToString::to_string).collect();
        expect_file!["texts.txt"].assert_eq(&(texts.join("\n\n") + "\n"));
    }

    #[test]
    fn an_error_that_is_returned_from_main_reads_the_same() {
        for error in errors() {
            assert_eq!(format!("error: {error:?}"), error.to_string());
        }
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

    fn script(change: impl FnOnce(&mut ScriptError)) -> Error {
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
                count: 9,
                text: Some(text[17..48].to_owned()),
            }),
            engine: engine("The table 'ghost' does not exist"),
            is_committed: false,
            landed: 0,
            current_version: 6,
            current_name: "indexes".to_owned(),
            snippet: Some(snippet),
        };
        change(&mut error);
        Error::Script(Box::new(error))
    }

    fn changed(version: u32) -> ChangedMigration {
        ChangedMigration {
            version,
            name: "notes".to_owned(),
            file: format!("migrations/{version:03}_notes.up.surql"),
            applied_at: Some(time()),
            recorded: "0123456789abcdef".to_owned(),
            embedded: "fedcba9876543210".to_owned(),
        }
    }

    fn unknown(version: u32, has_down_script: bool) -> UnknownMigration {
        UnknownMigration {
            version,
            name: "tags".to_owned(),
            applied_at: Some(time()),
            has_down_script,
        }
    }

    fn half_way(is_embedded: bool) -> Error {
        Error::HalfWay {
            version: 8,
            name: "backfill".to_owned(),
            done: 2,
            total: 9,
            is_embedded,
        }
    }

    #[expect(clippy::too_many_lines, reason = "one value for each text")]
    fn errors() -> Vec<Error> {
        let named = |version: u32| (version, "notes".to_owned());
        vec![
            script(|_| {}),
            script(|error| error.direction = Direction::Down),
            script(|error| error.is_stored = true),
            script(|error| error.landed = 1),
            script(|error| error.is_committed = true),
            script(|error| {
                error.snippet = None;
                error.place = None;
                error.statement = None;
                error.engine = engine("Something on\ntwo lines");
                error.name = String::new();
                error.current_version = 0;
            }),
            Error::Changed {
                migrations: vec![changed(3)],
            },
            Error::Changed {
                migrations: vec![changed(3), changed(4)],
            },
            Error::Newer {
                latest: 10,
                unknown: vec![unknown(11, true), unknown(12, false)],
            },
            Error::Hole {
                table: "_sbl_migrations".to_owned(),
                current: 9,
                missing: vec![(2, 3), (7, 7)],
            },
            Error::NoSuchVersion {
                version: 99,
                latest: 10,
            },
            Error::WrongDirection {
                direction: Direction::Up,
                version: 3,
                current: 5,
            },
            Error::WrongDirection {
                direction: Direction::Down,
                version: 5,
                current: 3,
            },
            Error::Irreversible {
                version: named(4).0,
                name: named(4).1,
                current: 6,
            },
            Error::NoDownScript {
                version: named(4).0,
                name: named(4).1,
                current: 6,
            },
            Error::NoDatabase {
                missing: "namespace",
                engine: engine("Specify a namespace to use"),
            },
            Error::NotPermitted {
                doing: "read the migration history",
                engine: engine("IAM error: Not enough permissions to perform this action"),
            },
            Error::denied("write the migration history"),
            Error::no_answer("read the migration history", Duration::from_secs(30)),
            Error::Conflict {
                version: 4,
                attempts: 31,
            },
            Error::Locked {
                lease: lease(),
                waited: Duration::from_secs(90),
            },
            Error::ChangedHalfWay {
                version: 8,
                name: "backfill".to_owned(),
                file: "migrations/008_backfill.up.surql".to_owned(),
                note: "_sbl_migrations_progress:8".to_owned(),
                landed: (1..=7).map(|n| format!("UPDATE a:{n}\n SET b;")).collect(),
                total: 9,
            },
            half_way(true),
            half_way(false),
            Error::CannotGroup {
                version: 8,
                name: "backfill".to_owned(),
            },
            Error::Unreachable {
                attempts: 5,
                waited: Duration::from_millis(10_250),
                engine: engine("IO error: Connection refused"),
            },
            Error::Stale {
                directory: "…/migrations".to_owned(),
                files: vec!["011_tags.up.surql".to_owned()],
            },
            Error::Stale {
                directory: "…/migrations".to_owned(),
                files: vec![
                    "011_tags.up.surql".to_owned(),
                    "011_tags.down.surql".to_owned(),
                ],
            },
            Error::Directory {
                problems: vec!["migrations: this directory does not exist".to_owned()],
            },
            Error::History {
                row: "_sbl_migrations:x".to_owned(),
                problem: "it has no `version`".to_owned(),
            },
            Error::TableName {
                name: "a;\nb".to_owned(),
            },
            Error::Engine {
                doing: "write the migration history",
                engine: engine("The disk is full"),
            },
        ]
    }
}
