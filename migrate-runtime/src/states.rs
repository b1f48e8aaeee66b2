//! The set against the history: which migration is in which state, and what forbids a run. Nothing
//! here talks to a database.

use std::collections::BTreeMap;

use crate::error::{ChangedMigration, Error, Result, UnknownMigration};
use crate::history::{History, Recorded};
use crate::progress::{self, Progress};
use crate::status::{Entry, HalfWay, State, Status};
use crate::{Migration, Migrations, Version};

/// What a caller tolerates.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tolerance {
    /// A database that a newer build has migrated.
    pub newer: bool,
    /// Applied migrations whose text was edited.
    pub changed: bool,
}

/// A migration as this build and the database know it; at least one of the two does.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Known<'s, 'h> {
    pub embedded: Option<&'s Migration>,
    pub recorded: Option<&'h Recorded>,
}

impl Known<'_, '_> {
    pub(crate) fn state(&self) -> State {
        match (self.embedded, self.recorded) {
            (_, None) => State::Pending,
            (None, Some(_)) => State::Unknown,
            (Some(embedded), Some(recorded)) => match &recorded.checksum {
                None => State::Unverified,
                Some(checksum) if *checksum == embedded.checksum.to_string() => State::Applied,
                Some(_) => State::Changed,
            },
        }
    }
}

/// Every migration of either side, by version.
pub(crate) fn known<'s, 'h>(
    set: &'s Migrations,
    history: &'h History,
) -> BTreeMap<Version, Known<'s, 'h>> {
    let mut known: BTreeMap<Version, Known<'s, 'h>> = BTreeMap::new();
    for migration in set {
        known.entry(migration.version).or_default().embedded = Some(migration);
    }
    for recorded in history.recorded.values() {
        known.entry(recorded.version).or_default().recorded = Some(recorded);
    }
    known
}

pub(crate) fn status(set: &Migrations, history: &History) -> Status {
    let half_way: BTreeMap<Version, &Progress> = half_way(history).collect();
    let entries = known(set, history).into_iter().map(|(version, known)| {
        let embedded_name = known.embedded.map(|migration| migration.name.to_string());
        let recorded = known.recorded;
        let recorded_name = || recorded.and_then(|recorded| recorded.name.clone());
        Entry {
            version,
            name: embedded_name.or_else(recorded_name).unwrap_or_default(),
            state: known.state(),
            applied_at: recorded.and_then(|recorded| recorded.applied_at),
            duration: recorded.and_then(|recorded| recorded.duration),
            half_way: half_way.get(&version).map(|progress| HalfWay {
                done: progress.done,
                total: progress.total,
            }),
        }
    });
    Status {
        current_version: history.current_version(),
        latest_version: set.latest_version(),
        entries: entries.collect(),
        lease: history.lease.clone(),
    }
}

/// What is begun and not applied.
fn half_way(history: &History) -> impl Iterator<Item = (Version, &Progress)> {
    let notes = history.progress.iter();
    let open = notes.filter(|(version, _)| !history.recorded.contains_key(version));
    open.map(|(version, progress)| (*version, progress))
}

/// Whether a migration was begun with the text of this build, so that it can go on.
///
/// # Errors
/// One that was begun with another text, or that is not in this build.
fn check_half_way(set: &Migrations, history: &History, tolerance: Tolerance) -> Result<()> {
    for (version, progress) in half_way(history) {
        match set.get(version) {
            Some(migration) if migration.checksum.to_string() != progress.checksum => {
                return Err(Error::ChangedHalfWay {
                    version,
                    name: migration.name.to_string(),
                    file: migration.up.file.to_string(),
                    note: format!("{}:{version}", progress::table(&history.table)),
                    landed: progress.landed.clone(),
                    total: progress.total,
                });
            }
            None if !tolerance.newer => return Err(begun(version, progress, false)),
            Some(_) | None => {}
        }
    }
    Ok(())
}

/// Whether nothing is begun: what is half applied has no script that takes it back.
///
/// # Errors
/// The first migration that is.
pub(crate) fn check_nothing_half_way(set: &Migrations, history: &History) -> Result<()> {
    half_way(history)
        .next()
        .map_or(Ok(()), |(version, progress)| {
            Err(begun(version, progress, set.get(version).is_some()))
        })
}

fn begun(version: Version, progress: &Progress, is_embedded: bool) -> Error {
    Error::HalfWay {
        version,
        name: progress.name.clone(),
        done: progress.done,
        total: progress.total,
        is_embedded,
    }
}

/// Whether a run may go on from here.
///
/// # Errors
/// A hole in the history, a changed migration, a newer database; the last two only where they are
/// not tolerated.
pub(crate) fn check(set: &Migrations, history: &History, tolerance: Tolerance) -> Result<()> {
    check_holes(history)?;
    check_half_way(set, history, tolerance)?;
    let known = known(set, history);
    if !tolerance.changed {
        let changed: Vec<ChangedMigration> = known.values().filter_map(changed).collect();
        if !changed.is_empty() {
            return Err(Error::Changed {
                migrations: changed,
            });
        }
    }
    if !tolerance.newer {
        let unknown: Vec<UnknownMigration> = known.values().filter_map(unknown).collect();
        if !unknown.is_empty() {
            return Err(Error::Newer {
                latest: set.latest_version(),
                unknown,
            });
        }
    }
    Ok(())
}

fn check_holes(history: &History) -> Result<()> {
    let mut expected = 1;
    let mut missing = Vec::new();
    for version in history.recorded.keys() {
        if expected < *version {
            missing.push((expected, version - 1));
        }
        expected = version.saturating_add(1);
    }
    if missing.is_empty() {
        return Ok(());
    }
    Err(Error::Hole {
        table: history.table.clone(),
        current: history.current_version(),
        missing,
    })
}

fn changed(known: &Known<'_, '_>) -> Option<ChangedMigration> {
    let (embedded, recorded) = (known.embedded?, known.recorded?);
    (known.state() == State::Changed).then(|| ChangedMigration {
        version: embedded.version,
        name: embedded.name.to_string(),
        file: embedded.up.file.to_string(),
        applied_at: recorded.applied_at,
        recorded: recorded.checksum.clone().unwrap_or_default(),
        embedded: embedded.checksum.to_string(),
    })
}

fn unknown(known: &Known<'_, '_>) -> Option<UnknownMigration> {
    let recorded = known.recorded?;
    (known.state() == State::Unknown).then(|| UnknownMigration {
        version: recorded.version,
        name: recorded.name.clone().unwrap_or_default(),
        applied_at: recorded.applied_at,
        has_down_script: recorded.down.is_some(),
    })
}
