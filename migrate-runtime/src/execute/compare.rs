//! The set beside the history: which migration is in which state, and what rules out a run. Nothing
//! here talks to a database.

use std::collections::BTreeMap;

use migrate_files::{Migration, Version};

use crate::database::history::History;
use crate::database::rows::{Progress, Recorded};
use crate::error::{ChangedMigration, ErrorKind, NewerMigration, Result, VersionRange};
use crate::report::{MigrationState, PartialProgress, Status, StatusEntry};
use crate::set::Migrations;

/// What a caller tolerates.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tolerance {
    /// A database that a newer build has migrated.
    pub newer: bool,
    /// Applied migrations whose text was edited.
    pub changed: bool,
}

/// A version as this build and the database have it; at least one of the two does.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Comparison<'s, 'h> {
    pub version: Version,
    /// What stands for it.
    pub embedded: Option<&'s Migration>,
    pub recorded: Option<&'h Recorded>,
}

impl<'s, 'h> Comparison<'s, 'h> {
    pub(crate) fn of(set: &'s Migrations, history: &'h History, version: Version) -> Self {
        Self {
            version,
            embedded: set.standing_for(version),
            recorded: history.recorded.get(&version),
        }
    }

    pub(crate) fn state(&self) -> MigrationState {
        match (self.embedded, self.recorded) {
            (_, None) => MigrationState::Pending,
            (None, Some(_)) => MigrationState::NotInThisBuild,
            (Some(embedded), Some(recorded)) => {
                let (_, checksum) = embedded.recorded_as(self.version);
                match (&recorded.checksum, checksum) {
                    (None, _) | (_, None) => MigrationState::Unverified,
                    (Some(recorded), Some(checksum)) if *recorded != checksum.to_string() => {
                        MigrationState::Changed
                    }
                    _ if recorded.is_adopted => MigrationState::Adopted,
                    _ => MigrationState::Applied,
                }
            }
        }
    }

    /// Whether the history has what this build knows of it.
    pub(crate) fn is_recorded(&self) -> bool {
        let checksum = self.embedded.and_then(|it| it.recorded_as(self.version).1);
        let is_known = |recorded: &Recorded| checksum.is_none() || recorded.checksum.is_some();
        self.recorded.is_some_and(is_known) && self.state() != MigrationState::Changed
    }

    /// What it is called in this build, or else as it was recorded.
    pub(crate) fn name(&self) -> &str {
        let recorded = self.recorded.and_then(|recorded| recorded.name.as_deref());
        let own = self.embedded.filter(|it| it.version == self.version);
        let own = own.map(|migration| &*migration.name);
        let replaced = self.embedded.map(|it| it.recorded_as(self.version).0);
        let names = match (self.recorded, own) {
            (None, own) => [own, replaced, None],
            (Some(_), own) => [replaced, recorded, own],
        };
        let mut names = names.into_iter().flatten();
        names.find(|name| !name.is_empty()).unwrap_or_default()
    }
}

/// Every migration of either side, by version.
pub(crate) fn compare<'s, 'h>(
    set: &'s Migrations,
    history: &'h History,
) -> BTreeMap<Version, Comparison<'s, 'h>> {
    let embedded = set.iter().map(|migration| migration.version);
    let versions = embedded.chain(history.recorded.keys().copied());
    let compared = versions.map(|version| (version, Comparison::of(set, history, version)));
    compared.collect()
}

pub(crate) fn status(set: &Migrations, history: &History) -> Status {
    let progress: BTreeMap<Version, &Progress> = partially_applied(history).collect();
    let compared = compare(set, history).into_iter();
    let entries = compared.map(|(version, comparison)| {
        let recorded = comparison.recorded;
        StatusEntry {
            version,
            name: comparison.name().to_owned(),
            state: comparison.state(),
            applied_at: recorded.and_then(|recorded| recorded.applied_at),
            duration: recorded.and_then(|recorded| recorded.duration),
            progress: progress.get(&version).map(|progress| PartialProgress {
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
        indexes: Vec::new(),
    }
}

/// What is started and not applied.
fn partially_applied(history: &History) -> impl Iterator<Item = (Version, &Progress)> {
    let started = history.progress.iter();
    let open = started.filter(|(version, _)| !history.recorded.contains_key(version));
    open.map(|(version, progress)| (*version, progress))
}

/// Whether a run may continue from here.
///
/// # Errors
/// A gap in the history, a version below the baseline, a changed migration, a newer database; the last
/// two only if they are not tolerated.
pub(crate) fn check(set: &Migrations, history: &History, tolerance: Tolerance) -> Result<()> {
    check_gaps(history)?;
    check_not_below_baseline(set, history)?;
    check_partially_applied(set, history, tolerance)?;
    let compared = compare(set, history);
    if !tolerance.changed {
        check_changed(history, &compared)?;
    }
    if !tolerance.newer {
        check_newer(set, &compared)?;
    }
    Ok(())
}

fn check_gaps(history: &History) -> Result<()> {
    let mut expected: Version = 1;
    let mut missing = Vec::new();
    for version in history.recorded.keys() {
        if expected < *version {
            missing.push(VersionRange {
                first: expected,
                last: version - 1,
            });
        }
        expected = version.saturating_add(1);
    }
    if missing.is_empty() {
        return Ok(());
    }
    Err(ErrorKind::Gap {
        table: history.tables.name.clone(),
        current: history.current_version(),
        missing,
        was_run: history.recorded.values().all(Recorded::was_run),
    }
    .into())
}

/// Whether nothing is applied, or all that the baseline stands for.
pub(crate) fn check_not_below_baseline(set: &Migrations, history: &History) -> Result<()> {
    let current = history.current_version();
    let is_new = current == 0 && partially_applied(history).next().is_none();
    match set.baseline() {
        Some(baseline) if !is_new && current < baseline.version => Err(ErrorKind::BelowBaseline {
            current,
            baseline: baseline.version,
            file: baseline.up.file.to_string(),
        }
        .into()),
        _ => Ok(()),
    }
}

/// Whether what is partially applied was started with the text of this build, so that it can
/// continue.
fn check_partially_applied(
    set: &Migrations,
    history: &History,
    tolerance: Tolerance,
) -> Result<()> {
    for (version, progress) in partially_applied(history) {
        match set.get(version) {
            Some(migration) if migration.checksum.to_string() != progress.checksum => {
                return Err(ErrorKind::ChangedWhilePartiallyApplied {
                    version,
                    name: migration.name.to_string(),
                    file: migration.up.file.to_string(),
                    record: format!("{}:{version}", history.tables.progress),
                    committed: progress.committed.clone(),
                    total: progress.total,
                }
                .into());
            }
            None if !tolerance.newer => {
                return Err(partially_applied_error(version, progress, false).into());
            }
            Some(_) | None => {}
        }
    }
    Ok(())
}

/// Whether nothing is partially applied: no script reverts a part of a migration.
///
/// # Errors
/// The first migration that is.
pub(crate) fn check_nothing_partially_applied(set: &Migrations, history: &History) -> Result<()> {
    match partially_applied(history).next() {
        None => Ok(()),
        Some((version, progress)) => {
            let is_embedded = set.get(version).is_some();
            Err(partially_applied_error(version, progress, is_embedded).into())
        }
    }
}

fn partially_applied_error(version: Version, progress: &Progress, is_embedded: bool) -> ErrorKind {
    ErrorKind::PartiallyApplied {
        version,
        name: progress.name.clone(),
        done: progress.done,
        total: progress.total,
        is_embedded,
    }
}

fn check_changed(
    history: &History,
    compared: &BTreeMap<Version, Comparison<'_, '_>>,
) -> Result<()> {
    let last = history.current_version();
    let migrations = compared.values();
    let migrations = migrations.filter_map(|comparison| changed(comparison, last));
    let migrations: Vec<ChangedMigration> = migrations.collect();
    match migrations.is_empty() {
        true => Ok(()),
        false => Err(ErrorKind::Changed { migrations }.into()),
    }
}

fn changed(comparison: &Comparison<'_, '_>, last: Version) -> Option<ChangedMigration> {
    let (embedded, recorded) = (comparison.embedded?, comparison.recorded?);
    (comparison.state() == MigrationState::Changed).then(|| ChangedMigration {
        version: comparison.version,
        name: comparison.name().to_owned(),
        file: embedded.up.file.to_string(),
        applied_at: recorded.applied_at,
        recorded: recorded.checksum.clone().unwrap_or_default(),
        embedded: {
            let (_, checksum) = embedded.recorded_as(comparison.version);
            checksum.map_or_else(String::new, ToString::to_string)
        },
        is_last: comparison.version == last && !embedded.is_baseline(),
    })
}

fn check_newer(set: &Migrations, compared: &BTreeMap<Version, Comparison<'_, '_>>) -> Result<()> {
    let migrations: Vec<NewerMigration> = compared.values().filter_map(newer).collect();
    if migrations.is_empty() {
        return Ok(());
    }
    Err(ErrorKind::Newer {
        latest: set.latest_version(),
        migrations,
    }
    .into())
}

fn newer(comparison: &Comparison<'_, '_>) -> Option<NewerMigration> {
    let recorded = comparison.recorded?;
    (comparison.state() == MigrationState::NotInThisBuild).then(|| NewerMigration {
        version: recorded.version,
        name: recorded.name.clone().unwrap_or_default(),
        applied_at: recorded.applied_at,
        has_down_script: recorded.has_down_script,
    })
}
