//! Everything that can go wrong, as text that says what to do.

use std::fmt::{self, Write as _};
use std::time::Duration;

use migrate_files::{Snippet, Version, table_name};
use surrealdb::types::{Datetime, Table, ToSql as _};

use crate::error::engine::EngineError;
use crate::error::kind::{
    ChangedMigration, ErrorKind, FailedStatement, NewerMigration, ScriptError, VersionRange,
};
use crate::report::format::{count, seconds, title};
use crate::report::{Direction, IndexBuild, Lease, Step};
#[cfg(feature = "schema")]
use crate::report::{Drift, Verification, VerifiedMigration};

/// How many statements or migrations a message lists.
const MAX_LISTED: usize = 5;

/// An error's text: a headline, then notes and help.
pub(super) struct Text {
    pub(super) headline: String,
    pub(super) help: Vec<String>,
    body: String,
    gutter: usize,
    /// What the steps of the call were before.
    before: &'static str,
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.headline, self.body)
    }
}

impl Text {
    fn new(headline: impl fmt::Display) -> Self {
        Self {
            headline: headline.to_string(),
            help: Vec::new(),
            body: String::new(),
            gutter: 1,
            before: "the failure",
        }
    }

    fn place(mut self, place: impl fmt::Display) -> Self {
        let _ = write!(self.body, "\n{:1$}--> {place}", "", self.gutter);
        self
    }

    fn note(mut self, note: impl fmt::Display) -> Self {
        let _ = write!(self.body, "\n{:1$} = {note}", "", self.gutter);
        self
    }

    /// A line that belongs to the note before it.
    #[cfg(feature = "schema")]
    fn line(mut self, line: impl fmt::Display) -> Self {
        let _ = write!(self.body, "\n{:1$}{line}", "", self.gutter + 3);
        self
    }

    fn help(mut self, help: impl fmt::Display) -> Self {
        self.help.push(help.to_string());
        self.note(format_args!("help: {help}"))
    }

    fn engine(mut self, engine: &EngineError) -> Self {
        let indent = self.gutter + " = the engine says: ".len();
        for (index, line) in engine.message.lines().enumerate() {
            if index == 0 {
                self = self.note(format_args!("the engine says: {line}"));
            } else {
                let _ = write!(self.body, "\n{:indent$}{line}", "");
            }
        }
        self
    }

    /// What the call had done before it failed.
    pub(super) fn steps(self, steps: &[Step]) -> Self {
        let before = self.before;
        let reverted = list(steps, Direction::Down);
        let applied = list(steps, Direction::Up);
        let notes = [("reverted", reverted), ("applied", applied)].into_iter();
        notes
            .filter_map(|(verb, list)| Some((verb, list?)))
            .fold(self, |text, (verb, list)| {
                text.note(format_args!("before {before}, this call {verb} {list}"))
            })
    }
}

fn list(steps: &[Step], direction: Direction) -> Option<String> {
    let steps = steps.iter().filter(|step| step.direction == direction);
    let titles: Vec<String> = steps.map(|step| title(step.version, &step.name)).collect();
    match &*titles {
        [] => None,
        [first, .., last] if titles.len() > MAX_LISTED => Some(format!(
            "{}, {first} to {last}",
            count(titles.len(), "migration")
        )),
        titles => Some(titles.join(", ")),
    }
}

/// What an error says.
#[expect(clippy::too_many_lines, reason = "an arm for each kind")]
pub(super) fn text(kind: &ErrorKind) -> Text {
    match kind {
        ErrorKind::Script(error) => script(error),
        ErrorKind::Changed { migrations } => changed(migrations),
        ErrorKind::Newer { latest, migrations } => newer(*latest, migrations),
        ErrorKind::Gap {
            table,
            current,
            missing,
            was_run,
        } => gap(table, *current, missing, *was_run),
        ErrorKind::NoSuchVersion { version, latest } => no_such_version(*version, *latest),
        ErrorKind::ReplacedVersion {
            version,
            baseline,
            file,
        } => replaced_version(*version, *baseline, file),
        ErrorKind::BelowBaseline {
            current,
            baseline,
            file,
        } => below_baseline(*current, *baseline, file),
        ErrorKind::WithinBaseline {
            version,
            baseline,
            file,
            has_down_script,
            current,
        } => within_baseline(*version, *baseline, file, *has_down_script, *current),
        ErrorKind::WrongDirection {
            direction,
            version,
            current,
        } => wrong_direction(*direction, *version, *current),
        ErrorKind::Irreversible {
            version,
            name,
            current,
        } => irreversible(&title(*version, name), *current),
        ErrorKind::NoDownScript {
            version,
            name,
            current,
        } => no_down_script(&title(*version, name), *current),
        ErrorKind::ChangedWhilePartiallyApplied {
            version,
            name,
            file,
            record,
            committed,
            total,
        } => {
            changed_while_partially_applied(&title(*version, name), file, record, committed, *total)
        }
        ErrorKind::PartiallyApplied {
            version,
            name,
            done,
            total,
            is_embedded,
        } => partially_applied(&title(*version, name), *done, *total, *is_embedded),
        ErrorKind::CannotGroup { version, name } => cannot_group(&title(*version, name)),
        ErrorKind::CannotGroupTogether {
            earlier,
            earlier_name,
            later,
            later_name,
            reason,
        } => cannot_group_together(
            &title(*earlier, earlier_name),
            &title(*later, later_name),
            reason,
        ),
        ErrorKind::FailedIndexes { indexes } => failed_indexes(indexes),
        ErrorKind::UnfinishedIndexes { indexes, waited } => unfinished_indexes(indexes, *waited),
        ErrorKind::TooLarge { bytes, engine } => too_large(*bytes, engine),
        ErrorKind::UntrustedScript {
            version,
            name,
            current,
        } => untrusted_script(&title(*version, name), *current),
        ErrorKind::AlteredScript {
            version,
            name,
            current,
            table,
        } => altered_script(*version, name, *current, table),
        ErrorKind::ScriptReachesOutside {
            version,
            name,
            current,
            statement,
            reason,
        } => script_reaches_outside(&title(*version, name), *current, statement, reason),
        ErrorKind::ExistingTables { tables, latest } => existing_tables(tables, *latest),
        #[cfg(feature = "schema")]
        ErrorKind::NotEmpty { found } => not_empty(found),
        #[cfg(feature = "schema")]
        ErrorKind::NotPrepared { what, engine } => not_prepared(what, engine),
        #[cfg(feature = "schema")]
        ErrorKind::NotUndone { verification } => not_undone(verification),
        #[cfg(feature = "schema")]
        ErrorKind::Drift { drift } => drifted(drift),
        #[cfg(feature = "schema")]
        ErrorKind::CannotAdopt { drift } => cannot_adopt(drift),
        ErrorKind::AlreadyRecorded { version, current } => already_recorded(*version, *current),
        ErrorKind::NotApplied {
            version,
            name,
            current,
        } => not_applied(&title(*version, name), *current),
        ErrorKind::Stale { directory, files } => stale(directory, files),
        ErrorKind::Directory { problems } => Text::new(problems.join("\n\n")),
        ErrorKind::Numbering { expected, found } => numbering(*expected, *found),
        ErrorKind::History { row, problem } => history(row, problem),
        ErrorKind::TableName { name } => table_name(name),
        ErrorKind::NoDatabase { missing, engine } => no_database(missing, engine),
        ErrorKind::NotPermitted { operation, engine } => not_permitted(operation, engine),
        ErrorKind::Connection { operation, engine } => connection(operation, engine),
        ErrorKind::Conflict {
            operation,
            attempts,
            engine,
        } => conflict(operation, *attempts, engine),
        ErrorKind::Locked { lease, waited } => locked(lease, *waited),
        ErrorKind::Stopped {
            when,
            is_in_progress,
            current,
        } => stopped(when, *is_in_progress, *current),
        ErrorKind::Unreachable {
            attempts,
            waited,
            engine,
        } => unreachable(*attempts, *waited, engine),
        ErrorKind::CannotBlock { reason } => cannot_block(reason),
        ErrorKind::Engine { operation, engine } => {
            Text::new(format_args!("the database failed to {operation}")).engine(engine)
        }
    }
}

#[cfg(feature = "schema")]
fn not_empty(found: &[String]) -> Text {
    let text = Text::new("the database to verify migrations on is not empty");
    let text = found.iter().take(MAX_LISTED).fold(text, Text::note);
    let text = match found.len().checked_sub(MAX_LISTED + 1) {
        Some(more) => text.note(format_args!("and {} more", more + 1)),
        None => text,
    };
    text.note("nothing was done")
        .help("take one that holds nothing else, such as `mem://` or a database of a new name; what is there before the first migration, `verifier(&db).records(0, …)` adds")
}

#[cfg(feature = "schema")]
fn not_prepared(what: &str, engine: &EngineError) -> Text {
    Text::new(format_args!("{what} cannot be added for the verification")).engine(engine)
}

#[cfg(feature = "schema")]
fn not_undone(verification: &Verification) -> Text {
    let mut text = Text::new(verification.message());
    for migration in verification.unsound() {
        text = text.note(format_args!(
            "migration {}",
            title(migration.version, &migration.name)
        ));
        text = migration.findings().iter().fold(text, Text::line);
    }
    match verification.unsound().any(VerifiedMigration::needs_undoing) {
        true => text.help("have the down script undo this, or accept what it leaves, loses or changes with `-- migrate: lossy: REASON` as its first line"),
        false => text,
    }
}

#[cfg(feature = "schema")]
fn drifted(drift: &Drift) -> Text {
    let text = Text::new(drift.message());
    drift.findings().iter().fold(text, Text::line)
        .note("somebody, or another program, has changed the schema; no migration was applied")
        .help("undo that; or write a migration that makes the same of it, with `DEFINE … OVERWRITE` and `REMOVE … IF EXISTS`, and run that once without `refuse_drift()`")
        .help("what belongs to another program, or to another set of migrations, a script declares: `-- migrate: assumes table NAME`")
}

#[cfg(feature = "schema")]
fn cannot_adopt(drift: &Drift) -> Text {
    let version = drift.version;
    let text = Text::new(format_args!(
        "the schema is not what the migrations 1 to {version} make"
    ));
    drift.findings().iter().fold(text, Text::line)
        .note("nothing was recorded")
        .help("if the database is at another version: `runner(&db).guess_version()` says which one fits best")
        .help("if it is at this one: make the schema what it should be, and adopt again")
        .help(format_args!("if you know why it differs, and later migrations can work with that: `runner(&db).allow_drift().adopt({version})`"))
}

fn cannot_block(reason: &str) -> Text {
    Text::new("the call cannot wait for the database here")
        .note(reason)
        .note("nothing was done")
        .help("in async code, await the call of the same name: `MIGRATIONS.run(&db).await`")
        .help("elsewhere, have it connect by itself: `MIGRATIONS.blocking_with(async || …)`")
}

fn no_database(missing: &str, engine: &EngineError) -> Text {
    Text::new(format_args!("no {missing} is selected"))
        .engine(engine)
        .help("select both first: `db.use_ns(\"…\").use_db(\"…\").await?`; one that does not exist yet is created if the user may do so")
}

fn not_permitted(operation: &str, engine: &EngineError) -> Text {
    Text::new(format_args!("not permitted to {operation}"))
        .engine(engine)
        .help("sign in as a user who may change the schema: an owner or editor of the database, its namespace or root")
}

fn connection(operation: &str, engine: &EngineError) -> Text {
    Text::new(format_args!("the connection failed while trying to {operation}"))
        .engine(engine)
        .note("a migration that was in progress is either applied completely or not at all; the next run finds out")
        .help("run again once the database can be reached")
}

fn conflict(operation: &str, attempts: u32, engine: &EngineError) -> Text {
    Text::new(format_args!(
        "failed to {operation}: {attempts} attempts in a row conflicted"
    ))
    .engine(engine)
    .note("nothing of these attempts remains, and no other process changed the history meanwhile")
    .help("if the script conflicts with itself, such as by defining an index and removing it again, split it into two migrations")
    .help("if an application keeps writing to the same records, run again at a quiet moment, or update them in batches with `-- migrate: per-statement`")
}

fn cannot_group_together(earlier: &str, later: &str, reason: &str) -> Text {
    Text::new(format_args!(
        "migrations {earlier} and {later} cannot be part of one transaction"
    ))
    .note(reason)
    .note("nothing was done")
    .help("run without `grouped()`, or up to the one and then from the other on")
}

fn failed_indexes(indexes: &[IndexBuild]) -> Text {
    let text = Text::new(match indexes {
        [IndexBuild { index, table, .. }] => {
            format!("index `{index}` on `{table}` could not be built")
        }
        indexes => format!("{} indexes could not be built", indexes.len()),
    });
    let text = indexes.iter().fold(text, Text::note);
    let text = text.note(
        "the migrations stay applied; until it is built, an index refuses nothing and is not used",
    );
    let text = text.help(format_args!(
        "change the records that are in the way, then: `{}`",
        rebuild(indexes)
    ));
    text.help(
        "without `CONCURRENTLY`, the migration would have failed and nothing of it would remain",
    )
}

fn unfinished_indexes(indexes: &[IndexBuild], waited: Duration) -> Text {
    let text = Text::new(match indexes {
        [IndexBuild { index, table, .. }] => {
            format!("index `{index}` on `{table}` is still being built after {waited:.1?}")
        }
        indexes => format!(
            "{} indexes are still being built after {waited:.1?}",
            indexes.len()
        ),
    });
    let text = indexes.iter().fold(text, Text::note);
    text.note("the migrations are applied, and the database goes on building")
        .help("run again to wait for longer; `status(&db)` shows how far it is")
}

/// The statements that build indexes anew.
fn rebuild(indexes: &[IndexBuild]) -> String {
    let statements = indexes.iter().take(MAX_LISTED);
    let statements = statements.map(|IndexBuild { table, index, .. }| {
        let [index, table] = [index, table].map(|name| Table::new(&**name).to_sql());
        format!("REBUILD INDEX {index} ON {table}")
    });
    statements.collect::<Vec<_>>().join("; ")
}

fn too_large(bytes: usize, engine: &EngineError) -> Text {
    let tenths = bytes.div_ceil(100_000);
    let (megabytes, tenth) = (tenths / 10, tenths % 10);
    Text::new(format_args!(
        "a migration was not sent: {megabytes}.{tenth} MB are more than the connection takes in one request"
    ))
    .engine(engine)
    .note("nothing of it was applied")
    .note("a server takes 4 MiB over HTTP (`SURREAL_HTTP_MAX_RPC_BODY_SIZE`); a client sends 64 MiB over WebSocket (`WebsocketConfig::max_message_size`)")
    .help("split it into several migrations, run without `grouped()`, connect over WebSocket, or raise the limit")
}

fn untrusted_script(title: &str, current: Version) -> Text {
    Text::new(format_args!(
        "migration {title} was not reverted: its down script is not in this build, but stored in the history"
    ))
    .note("whoever may edit records of this database could have changed it, and this connection has rights beyond the database")
    .note(format_args!(
        "nothing was reverted; version {current} is still current"
    ))
    .help("connect as an owner of the database (`DEFINE USER … ON DATABASE … ROLES OWNER`), not as root or of the namespace")
    .help("or, if you trust everybody who may: `runner(&db).trust_stored_scripts()`")
    .help("or revert it with a build that contains it")
}

fn altered_script(version: Version, name: &str, current: Version, table: &str) -> Text {
    let title = title(version, name);
    Text::new(format_args!(
        "migration {title} was not reverted: its down script was changed after it was stored in the history"
    ))
    .note(format_args!(
        "nothing was reverted; version {current} is still current"
    ))
    .help(format_args!("look at it: `SELECT VALUE down FROM {table} WHERE version = {version}`"))
    .help(format_args!("if it is as it should be, record that: `UPDATE {table} SET down_checksum = crypto::sha256(down) WHERE version = {version}`"))
    .help("or revert it with a build that contains it")
}

fn script_reaches_outside(title: &str, current: Version, statement: &str, reason: &str) -> Text {
    let line = statement.lines().next().unwrap_or_default();
    Text::new(format_args!(
        "migration {title} was not reverted: its down script, which is not in this build, but stored in the history, {reason}"
    ))
    .note(line)
    .note(format_args!(
        "nothing was reverted; version {current} is still current"
    ))
    .help("revert it with a build that contains it")
}

fn existing_tables(tables: &[String], latest: Version) -> Text {
    let listed = tables
        .iter()
        .take(MAX_LISTED)
        .map(|table| format!("`{table}`"));
    let listed: Vec<String> = listed.collect();
    let more = match tables.len().saturating_sub(MAX_LISTED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    Text::new("the database has no migration history, but tables that the migrations define")
        .note(format_args!("there already: {}{more}", listed.join(", ")))
        .note("nothing was done: another program or a person has set it up, and starting at version 1 could lose data")
        .help(format_args!("record what is applied without running it: `runner(&db).adopt({latest})`, with the version that the database is at"))
        .help("if the migrations are meant to run on these tables: `runner(&db).allow_existing_tables().run()`")
}

fn already_recorded(version: Version, current: Version) -> Text {
    let text = Text::new(format_args!(
        "version {version} cannot be adopted: the history says that version {current} is current"
    ))
    .note("nothing was done");
    match current < version {
        true => text.help(format_args!(
            "`run_to(&db, {version})` applies what is missing"
        )),
        false => text.help(format_args!(
            "`revert_to(&db, {version})` reverts what is above"
        )),
    }
}

fn not_applied(title: &str, current: Version) -> Text {
    Text::new(format_args!(
        "the text of migration {title} cannot be accepted: it is not applied"
    ))
    .note(format_args!(
        "version {current} is current; nothing was done"
    ))
    .help("its text can still be changed as you like; what is applied next is what is there then")
}

fn locked(lease: &Lease, waited: Duration) -> Text {
    let Lease { holder, since, .. } = lease;
    Text::new(format_args!(
        "another process is running migrations, still after {waited:.1?}"
    ))
    .note(format_args!("{holder}, since {}", seconds(since)))
    .note("this call did nothing")
    .help("wait for it; if it is dead, its lease expires by itself and the next run continues")
}

fn stopped(when: &str, is_in_progress: bool, current: Option<Version>) -> Text {
    let mut text = Text::new(format_args!("stopped {when}"));
    text.before = "that";
    if let Some(current) = current {
        text = text.note(format_args!("version {current} is current"));
    }
    if is_in_progress {
        text = text.note("the migration in it is either applied completely or not at all; the next run finds out");
    }
    text.help("run again to continue")
}

fn unreachable(attempts: u32, waited: Duration, engine: &EngineError) -> Text {
    Text::new(format_args!(
        "the database did not come up: {} in {waited:.1?}",
        count(attempts as usize, "attempt")
    ))
    .engine(engine)
    .help("check that it is running, and that the address is right")
}

fn replaced_version(version: Version, baseline: Version, file: &str) -> Text {
    Text::new(format!(
        "version {version} is one of those that the baseline of this build, `{file}`, stands for"
    ))
    .help(format!("ask for version {baseline} or a later one"))
}

fn below_baseline(current: Version, baseline: Version, file: &str) -> Text {
    Text::new(format!(
        "the database is at version {current}, and this build begins with version {baseline}, the baseline `{file}`; nothing was done"
    ))
    .help(format!(
        "bring the database to version {baseline} or a later one by a build that still has the migrations up to that, then run this one"
    ))
}

fn within_baseline(
    version: Version,
    baseline: Version,
    file: &str,
    has_down_script: bool,
    current: Version,
) -> Text {
    let text = Text::new(format!(
        "there is no way back to version {version}: the baseline of this build, `{file}`, stands for all versions up to {baseline}; the database is still at version {current}"
    ));
    let text = text.help(format!(
        "revert to {version} by a build that still has the migrations up to version {baseline}"
    ));
    match has_down_script {
        true => text.help("or revert all of it: `revert_to(&db, 0)`"),
        false => text,
    }
}

fn no_such_version(version: Version, latest: Version) -> Text {
    let versions = match latest {
        0 => "there are no migrations".to_owned(),
        _ => format!("the versions are 1 to {latest}; `revert_to(&db, 0)` reverts all of them"),
    };
    Text::new(format_args!("there is no version {version}"))
        .note(versions)
        .note("nothing was done")
}

fn irreversible(title: &str, current: Version) -> Text {
    Text::new(format_args!(
        "migration {title} cannot be reverted: it is marked irreversible"
    ))
    .note(format_args!(
        "nothing was reverted; version {current} is still current"
    ))
    .help("write a new migration that undoes it, or restore a backup")
}

fn no_down_script(title: &str, current: Version) -> Text {
    Text::new(format_args!(
        "migration {title} cannot be reverted: it has no down script"
    ))
    .note("it is not in this build, and the program that applied it stored no down script in the history")
    .note(format_args!(
        "nothing was reverted; version {current} is still current"
    ))
    .help("revert it with a build that contains it")
}

fn partially_applied(title: &str, done: usize, total: usize, is_embedded: bool) -> Text {
    Text::new(format_args!(
        "migration {title} is partially applied: {done} of its {total} statements"
    ))
    .note("nothing was done: a down script reverts a complete migration")
    .help(match is_embedded {
        true => "`run(&db)` continues after the last committed statement; then it can be reverted",
        false => "it is not in this build: finish it with a build that contains it",
    })
}

fn cannot_group(title: &str) -> Text {
    Text::new(format_args!(
        "migration {title} cannot be part of one transaction: it is marked per-statement"
    ))
    .note("nothing was done")
    .help("run without `grouped()`")
}

fn numbering(expected: Version, found: Version) -> Text {
    Text::new(format_args!(
        "the migrations are not numbered 1, 2, 3, …: {found} stands where {expected} was expected"
    ))
    .help("give each migration its own version, without gaps; `version` is a public field")
}

fn history(row: &str, problem: &str) -> Text {
    Text::new(format_args!("the history cannot be read: {row}: {problem}"))
        .note("each row needs an integer `version` from 1; nothing was done")
        .help(
            "look at the row, and repair or delete it: nothing else in the database depends on it",
        )
}

fn table_name(name: &str) -> Text {
    Text::new(format_args!(
        "`{}` cannot be the name of a history table",
        name.escape_debug()
    ))
    .help(format_args!(
        "it starts with a letter a to z or `_`, followed by letters, digits and `_`, at most {} in all",
        table_name::MAX_LENGTH
    ))
}

fn script(error: &ScriptError) -> Text {
    let titled = title(error.version, &error.name);
    let outcome = match (error.direction, error.is_committed) {
        (_, false) if error.committed_statements > 0 => {
            "is partially applied: the statements before this one are committed"
        }
        (Direction::Up, false) => "was not applied: nothing of it remains",
        (Direction::Down, false) => "was not reverted: it is still applied",
        (Direction::Up, true) => "failed, but the engine committed a part of it",
        (Direction::Down, true) => "failed to revert, but the engine committed a part of that",
    };
    let mut text = Text::new(format_args!("migration {titled} {outcome}"));
    text.gutter = error.snippet.as_ref().map_or(1, Snippet::gutter);
    text = text.place(place_line(error));
    text = match &error.snippet {
        Some(snippet) => {
            let _ = write!(text.body, "\n{snippet}");
            text
        }
        None => text.engine(&error.engine),
    };
    if error.statement.is_none() {
        text = text.note("the engine does not say which statement it was");
    }
    if error.is_stored {
        text = text.note("this script is not in this build: the build that applied the migration stored it in the history");
    }
    if error.already_exists {
        text = text
            .help("if another program or a person has set up this database, record what is applied: `runner(&db).adopt(VERSION)`")
            .help("do not add OVERWRITE to get past this: a later migration could remove data that is in use");
    }
    if error.committed_statements > 0 {
        text = text
            .help("fix the data that the statement failed on, and run again: it continues here");
    }
    text.note(match error.current_version {
        0 => "no migration is applied".to_owned(),
        version => format!(
            "version {} is still current",
            title(version, &error.current_name)
        ),
    })
}

/// `file:line:column, statement 3 of 9`, as far as it is known.
fn place_line(error: &ScriptError) -> String {
    let file = match &*error.file {
        "" => "a script of another build",
        file => file,
    };
    let place = error.place.map(|place| format!(":{place}"));
    let statement = error.statement.as_ref();
    let statement = statement
        .map(|FailedStatement { number, total, .. }| format!(", statement {number} of {total}"));
    format!(
        "{file}{}{}",
        place.unwrap_or_default(),
        statement.unwrap_or_default()
    )
}

fn changed(migrations: &[ChangedMigration]) -> Text {
    let mut text = Text::new(match migrations {
        [only] => format!(
            "migration {} was edited after it was applied",
            title(only.version, &only.name)
        ),
        several => format!(
            "{} migrations were edited after they were applied",
            several.len()
        ),
    });
    for migration in migrations {
        let short = |checksum: &str| checksum.chars().take(12).collect::<String>();
        text = text.place(&migration.file).note(format_args!(
            "applied{} with checksum {}…, now {}…",
            at(migration.applied_at.as_ref()),
            short(&migration.recorded),
            short(&migration.embedded)
        ));
    }
    let text =
        text.help("restore the text as it was applied, and put the change into a new migration");
    let text = match migrations {
        [only] if only.is_last => text.help(
            "or, while you are still working on this migration: `redo(&db)` reverts it and applies the new text",
        ),
        _ => text,
    };
    text.help("or, if both versions are equivalent: `runner(&db).accept_changed().run()` records the new one")
}

fn changed_while_partially_applied(
    title: &str,
    file: &str,
    record: &str,
    committed: &[String],
    total: usize,
) -> Text {
    let done = committed.len();
    let mut text = Text::new(format!("migration {title} was edited while it was partially applied: {done} of its {total} statements are committed"))
        .place(file);
    for (index, statement) in committed.iter().enumerate().take(MAX_LISTED) {
        let line = statement.lines().next().unwrap_or_default();
        text = text.note(format_args!("committed, {}: {line}", index + 1));
    }
    if done > MAX_LISTED {
        text = text.note(format_args!("and {} more", done - MAX_LISTED));
    }
    text.help("restore the text that it was started with: the next run continues there, and the change goes into a new migration")
        .help(format_args!("or undo these statements by hand, and then delete the progress record: `DELETE {record}`"))
}

fn newer(latest: Version, migrations: &[NewerMigration]) -> Text {
    let mut text = Text::new("the database is newer than this build");
    for migration in migrations {
        let title = title(migration.version, &migration.name);
        let down = match migration.has_down_script {
            true => "",
            false => ", without a down script",
        };
        text = text.note(format_args!(
            "applied{}, not in this build: {title}{down}",
            at(migration.applied_at.as_ref())
        ));
    }
    text.note(format_args!("the latest version in this build is {latest}; nothing was done"))
        .help("deploy the newer build again, or")
        .help(format_args!("revert the newer migrations, with the down scripts that the newer build stored: `revert_to(&db, {latest})`, or"))
        .help("if this build can work with the newer schema: `runner(&db).allow_newer().run()`")
}

fn gap(table: &str, current: Version, missing: &[VersionRange], was_run: bool) -> Text {
    let ranges = missing
        .iter()
        .map(|VersionRange { first, last }| match first == last {
            true => first.to_string(),
            false => format!("{first} to {last}"),
        });
    let ranges: Vec<String> = ranges.collect();
    let text = Text::new(format!(
        "the history has a gap: version {current} is recorded, but not {}",
        ranges.join(", ")
    ))
    .note("nothing was done: the history does not tell whether the missing migrations were ever applied");
    let Some(VersionRange { first, last }) = missing.first() else {
        return text;
    };
    let text = text.help(match first == last {
        true => format!("find out, and record what was applied: `CREATE {table}:{first} SET version = {first}, applied_at = time::now()`"),
        false => format!("find out, and record what was applied: `FOR $version IN {first}..={last} {{ CREATE type::record('{table}', $version) SET version = $version, applied_at = time::now() }}`"),
    });
    match was_run {
        true => text.help(format!(
            "or revert what is recorded above the gap: `revert_to(&db, {})`",
            first - 1
        )),
        false => text.help(format!(
            "then `runner(&db).adopt({current})` records the checksums as well"
        )),
    }
}

fn wrong_direction(direction: Direction, version: Version, current: Version) -> Text {
    let (headline, help) = match direction {
        Direction::Up => (
            format!("cannot run up to version {version}: the database is at version {current}"),
            format!("use `revert_to(&db, {version})` to go down"),
        ),
        Direction::Down => (
            format!("cannot revert to version {version}: the database is at version {current}"),
            format!("use `run_to(&db, {version})` to go up"),
        ),
    };
    Text::new(headline).note("nothing was done").help(help)
}

fn stale(directory: &str, files: &[String]) -> Text {
    let mut text = Text::new(match files.len() {
        1 => "this program was built before a migration was added".to_owned(),
        count => format!("this program was built before {count} migration files were added"),
    });
    for file in files {
        text = text.place(format_args!("{directory}/{file}"));
    }
    text.note("nothing was done; only builds with debug assertions check this")
        .help("build again after a change to any source file, or permanently with this in `build.rs`:")
        .note("    fn main() { println!(\"cargo::rerun-if-changed=migrations\"); }")
}

fn at(time: Option<&Datetime>) -> String {
    time.map_or_else(String::new, |time| format!(" {}", seconds(time)))
}
