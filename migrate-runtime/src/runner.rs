//! The calls with their options.

use std::time::Duration;

use surrealdb::{Connection, Surreal};

use crate::error::{Error, Result};
use crate::history::History;
use crate::observer::{Event, Observer};
use crate::report::{Direction, Plan, Report};
use crate::states::{self, Tolerance};
use crate::status::Status;
use crate::{Migrations, Version, freshness};

/// How long the answer to a short request may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long a process that died keeps the others waiting.
const LEASE_TERM: Duration = Duration::from_secs(5);

/// The calls of [`Migrations`] with options: set what differs, then make one of the calls.
///
/// ```no_run
/// # use migrate_runtime::Migrations;
/// # async fn example(migrations: &Migrations, db: &surrealdb::Surreal<surrealdb::engine::any::Any>) -> migrate_runtime::Result<()> {
/// let report = migrations
///     .runner(db)
///     .allow_newer()
///     .observer(|event| println!("{event:?}"))
///     .run()
///     .await?;
/// # Ok(()) }
/// ```
#[derive(Debug)]
#[must_use = "a runner does nothing until one of its calls is awaited"]
pub struct Runner<'a, C: Connection> {
    pub(crate) set: &'a Migrations,
    pub(crate) db: &'a Surreal<C>,
    pub(crate) observer: Observer,
    pub(crate) tolerance: Tolerance,
    pub(crate) patience: Duration,
    /// `None` where no lease is taken.
    pub(crate) lease_term: Option<Duration>,
    pub(crate) lock_timeout: Option<Duration>,
    pub(crate) is_grouped: bool,
}

/// How far up a call goes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Target {
    Latest,
    Version(Version),
    Next,
}

impl<'a, C: Connection> Runner<'a, C> {
    pub(crate) fn new(set: &'a Migrations, db: &'a Surreal<C>) -> Self {
        Self {
            set,
            db,
            observer: Observer::default(),
            tolerance: Tolerance::default(),
            patience: PATIENCE,
            lease_term: Some(LEASE_TERM),
            lock_timeout: None,
            is_grouped: false,
        }
    }

    /// Tells a function what happens while it happens. It is called between requests, and should
    /// return soon.
    pub fn observer(mut self, observe: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        self.observer = Observer::new(observe);
        self
    }

    /// Starts on a database that a newer build has migrated, where it would be
    /// [`Error::Newer`] otherwise. Right for a release whose schema the one before it can work
    /// with.
    pub fn allow_newer(mut self) -> Self {
        self.tolerance.newer = true;
        self
    }

    /// Takes the text of applied migrations as it is in this build, where it would be
    /// [`Error::Changed`] otherwise: the new checksum and down script are recorded, nothing is run.
    /// Right where both texts come to the same.
    pub fn accept_changed(mut self) -> Self {
        self.tolerance.changed = true;
        self
    }

    /// How long the answer to a short request may take, reading the history above all, until it
    /// is [`Error::Connection`]; 30 seconds where this is not called. A client over WebSocket
    /// reconnects by itself, for as long as it takes, and says nothing meanwhile. Scripts take as
    /// long as they take.
    pub fn request_timeout(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// How long to wait for another process that is at work, until it is [`Error::Locked`]; as long
    /// as it takes where this is not called.
    pub fn lock_timeout(mut self, timeout: Duration) -> Self {
        self.lock_timeout = Some(timeout);
        self
    }

    /// For how long the lease is taken, and renewed while work goes on; 5 seconds where this is
    /// not called. A process that dies keeps the others waiting for that long.
    pub fn lease_term(mut self, term: Duration) -> Self {
        self.lease_term = Some(term);
        self
    }

    /// Takes no lease. Each migration is applied once all the same: processes that start together
    /// then all send the same one, and all but one of them have done so for nothing.
    pub fn without_lease(mut self) -> Self {
        self.lease_term = None;
        self
    }

    /// Applies everything pending in one transaction: all or nothing, and one request whatever
    /// their number. [`Error::CannotGroup`] where one of them is `per-statement`.
    pub fn grouped(mut self) -> Self {
        self.is_grouped = true;
        self
    }

    /// [`Migrations::run`].
    ///
    /// # Errors
    /// Those of [`Migrations::run`].
    pub async fn run(self) -> Result<Report> {
        self.up(Target::Latest).await
    }

    /// [`Migrations::run_to`].
    ///
    /// # Errors
    /// Those of [`Migrations::run_to`].
    pub async fn run_to(self, version: Version) -> Result<Report> {
        self.up(Target::Version(version)).await
    }

    /// [`Migrations::run_one`].
    ///
    /// # Errors
    /// Those of [`Migrations::run_one`].
    pub async fn run_one(self) -> Result<Report> {
        self.up(Target::Next).await
    }

    /// [`Migrations::revert`].
    ///
    /// # Errors
    /// Those of [`Migrations::revert`].
    pub async fn revert(self) -> Result<Report> {
        let history = self.read().await?;
        let target = below_current(&history);
        self.down(history, target).await
    }

    /// [`Migrations::revert_to`].
    ///
    /// # Errors
    /// Those of [`Migrations::revert_to`].
    pub async fn revert_to(self, version: Version) -> Result<Report> {
        let history = self.read().await?;
        let current = history.current_version();
        if version > current {
            return Err(match self.set.get(version) {
                None => self.no_such_version(version),
                Some(_) => Error::WrongDirection {
                    direction: Direction::Down,
                    version,
                    current,
                },
            });
        }
        self.down(history, version).await
    }

    /// [`Migrations::redo`].
    ///
    /// # Errors
    /// Those of [`Migrations::redo`].
    pub async fn redo(self) -> Result<Report> {
        self.check_fresh()?;
        let history = self.read().await?;
        let from = history.current_version();
        if from == 0 {
            return Ok(Report {
                from,
                to: from,
                steps: Vec::new(),
            });
        }
        if self.set.get(from).is_none() {
            states::check(self.set, &history, Tolerance::default())?;
        }
        let target = below_current(&history);
        let mut report = self.down(history, target).await?;
        let again = self.up(Target::Version(from)).await?;
        report.to = again.to;
        report.steps.extend(again.steps);
        Ok(report)
    }

    /// [`Migrations::status`].
    ///
    /// # Errors
    /// Those of [`Migrations::status`].
    pub async fn status(self) -> Result<Status> {
        Ok(states::status(self.set, &self.read().await?))
    }

    /// [`Migrations::plan`].
    ///
    /// # Errors
    /// Those of [`Migrations::plan`].
    pub async fn plan(self) -> Result<Plan> {
        self.check_fresh()?;
        let history = self.read().await?;
        states::check(self.set, &history, self.tolerance)?;
        let from = history.current_version();
        let pending = self.set.iter().filter(|migration| migration.version > from);
        Ok(Plan {
            from,
            to: from.max(self.set.latest_version()),
            pending: pending
                .map(|migration| (migration.version, migration.name.to_string()))
                .collect(),
        })
    }

    /// [`Migrations::current_version`].
    ///
    /// # Errors
    /// Those of [`Migrations::current_version`].
    pub async fn current_version(self) -> Result<Version> {
        Ok(self.read().await?.current_version())
    }

    /// [`Migrations::needs_migration`].
    ///
    /// # Errors
    /// Those of [`Migrations::needs_migration`].
    pub async fn needs_migration(self) -> Result<bool> {
        self.status()
            .await
            .map(|status| status.pending().next().is_some())
    }

    pub(crate) async fn read(&self) -> Result<History> {
        History::read(self.db, self.set.table(), self.patience).await
    }

    pub(crate) fn check_fresh(&self) -> Result<()> {
        match self.set.directory() {
            Some(directory) => freshness::check(directory, self.set.iter().as_slice()),
            None => Ok(()),
        }
    }

    pub(crate) fn no_such_version(&self, version: Version) -> Error {
        Error::NoSuchVersion {
            version,
            latest: self.set.latest_version(),
        }
    }
}

/// The version that is current once the last one is reverted.
fn below_current(history: &History) -> Version {
    let below = history.recorded.keys().nth_back(1);
    below.copied().unwrap_or(0)
}
