//! Which script reverts a migration: this build's, or the one that its row keeps.

use std::collections::BTreeMap;

use migrate_files::{Migration, Version};
use surrealdb::Connection;

use crate::database::history::History;
use crate::database::script::{Source, StoredScript};
use crate::error::{ErrorKind, Result};
use crate::execute::compare::Comparison;
use crate::execute::context::Context;
use crate::report::MigrationState;

/// The recorded versions above a target, the last one first; of those that a baseline stands for, its
/// own alone.
pub(super) fn above<C: Connection>(
    context: &Context<'_, C>,
    history: &History,
    target: Version,
) -> impl Iterator<Item = Version> {
    let baseline = context.set.baseline();
    let baseline = baseline.map_or(0, |baseline| baseline.version);
    let recorded = history.recorded.keys().rev().copied();
    recorded.take_while(move |version| *version > target && *version >= baseline)
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
    let comparison = Comparison::of(context.set, history, version);
    let embedded = comparison.embedded;
    // What is stored with the last migration that a baseline stands for reverts that one alone.
    let recorded = comparison.recorded;
    let recorded = recorded.filter(|_| !embedded.is_some_and(Migration::is_baseline));
    let is_stored = recorded.is_some_and(|recorded| recorded.has_down_script);
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
    for version in above(context, history, target) {
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
pub(super) fn source<'s, C: Connection>(
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
