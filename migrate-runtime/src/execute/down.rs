//! Going down: check that everything can be reverted, then revert one migration after the other.

use std::collections::BTreeMap;
use std::time::Instant;

use migrate_files::Version;
use surrealdb::Connection;

use crate::database::history::{self, History};
use crate::database::script::{Source, StoredScript};
use crate::database::transaction::Transaction;
use crate::error::{ErrorKind, Result};
use crate::execute::compare::{Comparison, check_nothing_partially_applied};
use crate::execute::context::Context;
use crate::execute::group::check_group;
use crate::execute::indexes::report;
use crate::execute::lock::{Lock, holding, lock};
use crate::execute::pace::Pace;
use crate::execute::retry::Conflicts;
use crate::execute::send::{Batch, Rest, Running, Sent, send};
use crate::report::{Direction, MigrationState, Report, Step};

/// Reverts the last migration.
pub(crate) async fn revert_last<C: Connection>(context: &Context<'_, C>) -> Result<Report> {
    let history = context.read().await?;
    let target = history.previous_version();
    down(context, history, target).await
}

/// Reverts everything above a version.
pub(crate) async fn revert_to<C: Connection>(
    context: &Context<'_, C>,
    version: Version,
) -> Result<Report> {
    let history = context.read().await?;
    check_target(context, &history, version)?;
    down(context, history, version).await
}

/// Whether a version is the current one, or below it.
pub(super) fn check_target<C: Connection>(
    context: &Context<'_, C>,
    history: &History,
    version: Version,
) -> Result<()> {
    let current = history.current_version();
    if version <= current {
        return Ok(());
    }
    Err(match context.set.get(version) {
        None => context.no_such_version(version),
        Some(_) => ErrorKind::WrongDirection {
            direction: Direction::Down,
            version,
            current,
        }
        .into(),
    })
}

async fn down<C: Connection>(
    context: &Context<'_, C>,
    mut history: History,
    target: Version,
) -> Result<Report> {
    let from = history.current_version();
    let lock = lock(context, &mut history, |history| {
        check_revertible(context, history, target)?;
        Ok(history.current_version() <= target)
    });
    let mut steps = Vec::new();
    if let Lock::Ready(holder) = lock.await? {
        let work = revert_down_to(context, &mut history, target, &mut steps);
        if let Err(error) = holding(context, holder, work).await {
            return Err(error.after(steps));
        }
    }
    let to = history.current_version();
    report(context, from, to, steps).await
}

/// Whether everything above a version can be reverted.
pub(crate) fn check_revertible<C: Connection>(
    context: &Context<'_, C>,
    history: &History,
    target: Version,
) -> Result<()> {
    check_nothing_partially_applied(context.set, history)?;
    above(history, target).try_for_each(|version| down_script(context, history, version).map(drop))
}

/// The recorded versions above a target, the last one first.
pub(super) fn above(history: &History, target: Version) -> impl Iterator<Item = Version> {
    let recorded = history.recorded.keys().rev().copied();
    recorded.take_while(move |version| *version > target)
}

/// Which script reverts a migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DownScript {
    /// This build's.
    Embedded,
    /// The one that is stored with the migration's row.
    Stored,
}

/// This build's down script, unless the migration was applied with another text than this build's;
/// then the one that was stored with it.
pub(super) fn down_script<C: Connection>(
    context: &Context<'_, C>,
    history: &History,
    version: Version,
) -> Result<DownScript> {
    let comparison = Comparison {
        embedded: context.set.get(version),
        recorded: history.recorded.get(&version),
    };
    let recorded = comparison.recorded;
    let is_stored = recorded.is_some_and(|recorded| recorded.has_down_script);
    let embedded = comparison.embedded;
    let is_embedded = embedded.is_some_and(|migration| migration.down.is_some());
    let is_other_text = matches!(
        comparison.state(),
        MigrationState::Changed | MigrationState::NotInThisBuild
    );
    if is_stored && is_other_text {
        return Ok(DownScript::Stored);
    }
    if is_embedded {
        return Ok(DownScript::Embedded);
    }
    let name = context.name(history, version);
    let current = history.current_version();
    Err(match embedded {
        Some(_) => ErrorKind::Irreversible {
            version,
            name,
            current,
        },
        None => ErrorKind::NoDownScript {
            version,
            name,
            current,
        },
    }
    .into())
}

/// Down scripts from the history, by version.
pub(super) type StoredScripts = BTreeMap<Version, StoredScript>;

/// Reverts one migration after the other, or all in one transaction.
pub(crate) async fn revert_down_to<C: Connection>(
    context: &Context<'_, C>,
    history: &mut History,
    target: Version,
    steps: &mut Vec<Step>,
) -> Result<()> {
    let (mut conflicts, mut pace) = (Conflicts::of_scripts(), Pace::new());
    let mut stored = stored_scripts(context, history, target).await?;
    while history.current_version() > target {
        let downs = downs(context, history, &stored, target, steps.len())?;
        let batch = match context.options.is_grouped {
            true => group(context, history, downs)?,
            false => batch(context, downs, &pace),
        };
        let start = Instant::now();
        let Sent {
            steps: reverted,
            rest,
        } = send(context, history, batch).await;
        match rest {
            Rest::Nothing => pace.committed(reverted.len(), start.elapsed()),
            _ => pace.stopped(),
        }
        if !reverted.is_empty() {
            conflicts.reset();
        }
        steps.extend(reverted);
        let (operation, engine) = match rest {
            Rest::Nothing | Rest::Unread => continue,
            Rest::Conflict { operation, engine } => (operation, engine),
            Rest::Failed(error) => return Err(error),
        };
        let (before, observer) = (history.position(), &context.options.observer);
        conflicts.pause(operation, engine, observer).await?;
        *history = context.read().await?;
        if history.position() != before {
            conflicts.reset();
        }
        check_revertible(context, history, target)?;
        stored = stored_scripts(context, history, target).await?;
    }
    Ok(())
}

/// A migration that is going to be reverted.
struct Down<'s> {
    version: Version,
    script: Source<'s>,
    running: Running,
}

/// What is above a target, the last one first, after so many steps.
fn downs<'s, C: Connection>(
    context: &Context<'s, C>,
    history: &History,
    stored: &'s StoredScripts,
    target: Version,
    done: usize,
) -> Result<Vec<Down<'s>>> {
    let total = done + above(history, target).count();
    let versions = above(history, target).zip(done + 1..);
    let downs = versions.map(|(version, number)| {
        let script = source(context, history, stored, version)?;
        let name = context.name(history, version);
        let running = Running::down(version, name, &script, number, total);
        Ok(Down {
            version,
            script,
            running,
        })
    });
    downs.collect()
}

/// All of them in one transaction.
fn group<'s, C: Connection>(
    context: &Context<'s, C>,
    history: &History,
    downs: Vec<Down<'s>>,
) -> Result<Batch<'s>> {
    let scripts = downs.iter().filter_map(|down| {
        let embedded = context.set.get(down.version)?.down.as_ref()?;
        Some((down.version, embedded))
    });
    check_group(context, history, scripts)?;
    let downs = downs.into_iter();
    let (scripts, running) = downs
        .map(|down| ((down.version, down.script), down.running))
        .unzip();
    let parts = history::revert(&context.tables, scripts);
    Ok(Batch::of(running, Transaction::new(parts)))
}

/// As many as one request reverts, each in a transaction of its own, which fails unless the one
/// before it is committed.
fn batch<'s, C: Connection>(
    context: &Context<'s, C>,
    downs: Vec<Down<'s>>,
    pace: &Pace,
) -> Batch<'s> {
    let mut batch = Batch::default();
    for down in downs {
        if !batch.may_go_on() || !pace.has_room(batch.len(), batch.bytes()) {
            break;
        }
        let parts = history::revert(&context.tables, vec![(down.version, down.script)]);
        batch.push(vec![down.running], Transaction::new(parts));
    }
    batch
}

/// Reads the down scripts that are needed from the history; no request if none is.
///
/// # Errors
/// One of them would run with more rights than those who may have changed it have.
pub(super) async fn stored_scripts<C: Connection>(
    context: &Context<'_, C>,
    history: &History,
    target: Version,
) -> Result<StoredScripts> {
    let mut needed = Vec::new();
    for version in above(history, target) {
        if down_script(context, history, version)? == DownScript::Stored {
            needed.push(version);
        }
    }
    if needed.is_empty() {
        return Ok(StoredScripts::new());
    }
    let timeout = context.options.request_timeout;
    let (scripts, has_more_rights) = history.read_scripts(context.db, target, timeout).await?;
    let foreign = needed
        .into_iter()
        .filter(|version| !is_embedded(context, &scripts, *version));
    for version in foreign {
        let is_trusted = !has_more_rights || context.options.trusts_stored_scripts;
        check_stored(context, history, &scripts, version, is_trusted)?;
    }
    Ok(scripts)
}

/// Whether a stored script that this build does not have may be run.
fn check_stored<C: Connection>(
    context: &Context<'_, C>,
    history: &History,
    scripts: &StoredScripts,
    version: Version,
    is_trusted: bool,
) -> Result<()> {
    let (name, current) = (context.name(history, version), history.current_version());
    if !is_trusted {
        return Err(ErrorKind::UntrustedScript {
            version,
            name,
            current,
        }
        .into());
    }
    let Some(script) = scripts.get(&version) else {
        return Ok(());
    };
    if script.is_altered() {
        let table = context.tables.name.clone();
        return Err(ErrorKind::AlteredScript {
            version,
            name,
            current,
            table,
        }
        .into());
    }
    match outside_of_database(&script.text) {
        None => Ok(()),
        Some((statement, reason)) => Err(ErrorKind::ScriptReachesOutside {
            version,
            name,
            current,
            statement,
            reason,
        }
        .into()),
    }
}

/// The first statement of a text that changes something outside of its database, and what it does
/// there.
#[cfg(feature = "directory")]
fn outside_of_database(text: &str) -> Option<(String, String)> {
    use migrate_files::{Outside, reaches_outside};
    // What cannot be read does not run either; reading changes nothing; and what is put together
    // while it runs may be anything.
    let is_harmless = |outside| {
        matches!(
            outside,
            Outside::Unreadable | Outside::Info | Outside::Evaluates
        )
    };
    let mut found = reaches_outside(text).into_iter();
    let (span, outside) = found.find(|(_, outside)| !is_harmless(*outside))?;
    Some((span.text(text).to_owned(), outside.to_string()))
}

/// Without the parser, a text does not tell.
#[cfg(not(feature = "directory"))]
fn outside_of_database(_: &str) -> Option<(String, String)> {
    None
}

/// Whether a stored script is the one that this build has as well, as after an edit of the up script
/// alone.
fn is_embedded<C: Connection>(
    context: &Context<'_, C>,
    stored: &StoredScripts,
    version: Version,
) -> bool {
    let embedded = context.set.get(version);
    let embedded = embedded.and_then(|migration| migration.down.as_ref());
    let texts = (stored.get(&version), embedded);
    matches!(texts, (Some(stored), Some(embedded)) if stored.text == *embedded.text)
}

/// The script that reverts a migration.
fn source<'s, C: Connection>(
    context: &Context<'s, C>,
    history: &History,
    stored: &'s StoredScripts,
    version: Version,
) -> Result<Source<'s>> {
    let embedded = context.set.get(version);
    let embedded = embedded.and_then(|migration| migration.down.as_ref());
    let source = match down_script(context, history, version)? {
        DownScript::Stored => stored.get(&version).map(Source::from),
        DownScript::Embedded => embedded.map(Source::from),
    };
    // It was there when the history was read.
    source.ok_or_else(|| {
        ErrorKind::NoDownScript {
            version,
            name: context.name(history, version),
            current: history.current_version(),
        }
        .into()
    })
}
