//! What every step of a call has at hand.

use std::time::Duration;

use migrate_files::Version;
use surrealdb::{Connection, Surreal};

use crate::database::history::History;
use crate::database::selection::Selection;
use crate::database::tables::Tables;
use crate::error::{Error, ErrorKind, Result};
use crate::execute::compare::{Comparison, Tolerance};
use crate::execute::observer::Observer;
use crate::execute::select::select;
use crate::set::Migrations;
use crate::stop::Stop;

const DEFAULT_REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

const DEFAULT_LEASE_TERM: Duration = Duration::from_secs(5);

/// How a caller wants a call to be done.
#[derive(Debug, Clone)]
#[cfg_attr(
    feature = "schema",
    expect(
        clippy::struct_excessive_bools,
        reason = "each is an option of its own"
    )
)]
pub(crate) struct Options {
    pub observer: Observer,
    /// Asked between requests whether to go on.
    pub stop: Stop,
    pub tolerance: Tolerance,
    pub request_timeout: Duration,
    /// `None` if no lease is taken.
    pub lease_term: Option<Duration>,
    /// `None` to wait as long as it takes.
    pub lock_timeout: Option<Duration>,
    pub is_grouped: bool,
    pub allows_existing_tables: bool,
    pub trusts_stored_scripts: bool,
    #[cfg(feature = "schema")]
    pub refuses_drift: bool,
    #[cfg(feature = "schema")]
    pub allows_drift: bool,
    /// How long to wait for indexes that are built in the background; `None` to ask once.
    pub index_wait: Option<Duration>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            observer: Observer::default(),
            stop: Stop::default(),
            tolerance: Tolerance::default(),
            request_timeout: DEFAULT_REQUEST_TIMEOUT,
            lease_term: Some(DEFAULT_LEASE_TERM),
            lock_timeout: None,
            is_grouped: false,
            allows_existing_tables: false,
            trusts_stored_scripts: false,
            #[cfg(feature = "schema")]
            refuses_drift: false,
            #[cfg(feature = "schema")]
            allows_drift: false,
            index_wait: None,
        }
    }
}

/// A set, a database, and how a caller wants the one brought to the other.
#[derive(Debug)]
pub(crate) struct Context<'a, C: Connection> {
    pub set: &'a Migrations,
    pub db: &'a Surreal<C>,
    /// The database to select first; `None` if the connection has selected it.
    pub selection: Option<Selection>,
    pub tables: Tables,
    pub options: Options,
}

impl<'a, C: Connection> Context<'a, C> {
    pub(crate) fn new(set: &'a Migrations, db: &'a Surreal<C>) -> Self {
        Self {
            set,
            db,
            selection: None,
            tables: Tables::new(set.table()),
            options: Options::default(),
        }
    }

    /// # Errors
    /// The caller wants the call to end before this is done.
    pub(crate) fn check_not_stopped(
        &self,
        history: &History,
        when: impl FnOnce() -> String,
    ) -> Result<()> {
        match self.options.stop.is_requested() {
            false => Ok(()),
            true => Err(ErrorKind::Stopped {
                when: when(),
                is_in_progress: false,
                current: Some(history.current_version()),
            }
            .into()),
        }
    }

    pub(crate) async fn read(&self) -> Result<History> {
        History::read(self.db, &self.tables, self.options.request_timeout).await
    }

    /// The definitions of the database, apart from the runner's own tables.
    #[cfg(feature = "schema")]
    pub(crate) async fn schema(&self) -> Result<migrate_files::live::LiveSchema> {
        crate::inspect::read_schema(self.db, &self.tables, self.options.request_timeout).await
    }

    /// Reads the history, unless just this set is applied. After that, the database is selected, unless
    /// there is nothing left to ask it.
    pub(crate) async fn read_unless_up_to_date(&self) -> Result<Option<History>> {
        let (set, timeout) = (self.set.iter(), self.options.request_timeout);
        let selection = match self.asks_more_if_up_to_date() {
            true => {
                self.select().await?;
                None
            }
            false => self.selection.as_ref(),
        };
        if History::is_up_to_date(self.db, &self.tables, selection, set, timeout).await? {
            return Ok(None);
        }
        if selection.is_some() {
            self.select().await?;
        }
        self.read().await.map(Some)
    }

    async fn select(&self) -> Result<()> {
        let Some(selection) = &self.selection else {
            return Ok(());
        };
        let Options {
            observer,
            request_timeout,
            ..
        } = &self.options;
        select(self.db, selection, *request_timeout, observer).await
    }

    fn asks_more_if_up_to_date(&self) -> bool {
        #[cfg(feature = "schema")]
        if self.options.refuses_drift {
            return true;
        }
        self.options.index_wait.is_some()
    }

    /// The name of a migration in this build, or else as it was recorded; may be empty.
    pub(crate) fn name(&self, history: &History, version: Version) -> String {
        Comparison::of(self.set, history, version).name().to_owned()
    }

    pub(crate) fn no_such_version(&self, version: Version) -> Error {
        let latest = self.set.latest_version();
        match self.set.standing_for(version) {
            Some(baseline) => ErrorKind::ReplacedVersion {
                version,
                baseline: baseline.version,
                file: baseline.up.file.to_string(),
            },
            None => ErrorKind::NoSuchVersion { version, latest },
        }
        .into()
    }
}
