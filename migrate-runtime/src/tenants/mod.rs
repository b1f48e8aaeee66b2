//! The same set on many databases.

mod report;

use std::collections::BTreeMap;
use std::fmt;
use std::pin::pin;
use std::ptr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::stream::{self, FuturesUnordered, Stream, StreamExt as _};
use migrate_files::Version;
use surrealdb::{Connection, Surreal};
use tracing::Instrument as _;

use crate::database::selection::Selection;
use crate::error::{Error, ErrorKind, Result};
use crate::execute::{self, Context, Event, Target};
use crate::report::{MigrationState, Report};
use crate::runner::Runner;
use crate::set::Migrations;
use crate::stop::Stop;

pub use report::{
    FailedTenants, TenantReport, TenantStatus, TenantVersion, TenantsReport, TenantsStatus,
};

/// How many databases are worked on at the same moment, unless
/// [`concurrency`](Tenants::concurrency) says otherwise.
const DEFAULT_CONCURRENCY: usize = 4;

/// One of many databases that the same set of migrations is for.
#[derive(Debug, Clone)]
pub struct Tenant<'c, C: Connection> {
    name: String,
    place: Place<'c, C>,
}

/// How a tenant's database is reached.
#[derive(Debug, Clone)]
enum Place<'c, C: Connection> {
    /// A database of the server that a connection leads to.
    Database(&'c Surreal<C>, Selection),
    /// A connection that has selected its database.
    Connection(Surreal<C>),
}

impl<'c, C: Connection> Tenant<'c, C> {
    /// A database of the server that a connection leads to, with the rights of whoever is signed in
    /// there. What the connection itself has selected stays selected: the work is done over a few clones
    /// of it, each with a session of its own. Errors and events name it `namespace/database`.
    ///
    /// A database that does not exist is created, as by `use_db`.
    pub fn database(
        server: &'c Surreal<C>,
        namespace: impl Into<String>,
        database: impl Into<String>,
    ) -> Self {
        let selection = Selection {
            namespace: namespace.into(),
            database: database.into(),
        };
        Self {
            name: selection.to_string(),
            place: Place::Database(server, selection),
        }
    }

    /// A connection of its own, which has selected its database, under a name for errors and events.
    pub fn connection(name: impl Into<String>, db: Surreal<C>) -> Self {
        Self {
            name: name.into(),
            place: Place::Connection(db),
        }
    }

    /// What errors and events call it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Migrations {
    /// The calls for many databases that all have this set: one for each tenant, for instance.
    ///
    /// The list may be lazy, and is read as the work goes on.
    ///
    /// ```
    /// use migrate_runtime::{Tenant, embed_migrations};
    ///
    /// embed_migrations!("migrations");
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let server = surrealdb::engine::any::connect("mem://").await?;
    /// let names = ["amsterdam", "berlin", "cairo"];
    /// let tenants = || names.map(|name| Tenant::database(&server, "app", name));
    ///
    /// let report = MIGRATIONS.tenants(tenants()).run().await?;
    /// assert_eq!(report.tenants.len(), 3);
    ///
    /// let status = MIGRATIONS.tenants(tenants()).status().await;
    /// assert_eq!(status.by_version()[&MIGRATIONS.latest_version()], 3);
    /// # Ok(()) }
    /// ```
    pub fn tenants<'a, 'c, C: Connection, I>(
        &'a self,
        tenants: I,
    ) -> Tenants<'a, C, stream::Iter<I::IntoIter>>
    where
        I: IntoIterator<Item = Tenant<'c, C>>,
    {
        self.tenants_from(stream::iter(tenants))
    }

    /// The same for tenants that become known one by one, such as the rows of a query.
    pub fn tenants_from<'a, 'c, C: Connection, S>(&'a self, tenants: S) -> Tenants<'a, C, S>
    where
        S: Stream<Item = Tenant<'c, C>>,
    {
        Tenants {
            stream: tenants,
            concurrency: DEFAULT_CONCURRENCY,
            stops_at_failure: false,
            each: Each {
                set: self,
                stop: Stop::default(),
                observe: None,
                options: None,
                servers: Servers::default(),
            },
        }
    }
}

/// The calls of [`Migrations::tenants`], and what may differ.
#[must_use = "nothing is done until one of its calls is awaited"]
pub struct Tenants<'a, C: Connection, S> {
    stream: S,
    concurrency: usize,
    stops_at_failure: bool,
    each: Each<'a, C>,
}

type Observe = dyn Fn(&str, &Event) + Send + Sync;
type SetOptions<C> = dyn for<'r> Fn(Runner<'r, C>) -> Runner<'r, C> + Send + Sync;

impl<'c, C: Connection, S: Stream<Item = Tenant<'c, C>>> Tenants<'_, C, S> {
    /// How many databases are worked on at the same moment: 4 by default, and at least 1. Each is one
    /// more session of the server.
    pub fn concurrency(mut self, databases: usize) -> Self {
        self.concurrency = databases.max(1);
        self
    }

    /// Begins no other database once one has failed. By default, the rest is done, and the failed ones
    /// are listed. What has begun is brought to its end in either case.
    pub fn stop_at_failure(mut self) -> Self {
        self.stops_at_failure = true;
        self
    }

    /// Ends the call early once this [`Stop`] is asked to. No other database is begun, and those that
    /// are being worked on fail with [`ErrorKind::Stopped`](crate::ErrorKind::Stopped).
    pub fn stop(mut self, stop: &Stop) -> Self {
        self.each.stop = stop.clone();
        self
    }

    /// Calls a function for everything that happens, with the tenant's name. It is called between
    /// requests, and should return quickly.
    pub fn observer(mut self, observe: impl Fn(&str, &Event) + Send + Sync + 'static) -> Self {
        self.each.observe = Some(Arc::new(observe));
        self
    }

    /// Sets the options of each database's [`Runner`]:
    /// `.with_options(|runner| runner.allow_newer())`.
    pub fn with_options(
        mut self,
        set: impl for<'r> Fn(Runner<'r, C>) -> Runner<'r, C> + Send + Sync + 'static,
    ) -> Self {
        self.each.options = Some(Box::new(set));
        self
    }

    /// [`Migrations::run`] on each database. One that is up to date costs one request, which also
    /// selects it. Each has a lease of its own, so any number of processes may do this together. A second
    /// call does what is left. Once a server cannot be reached any more, no other of its databases
    /// is begun.
    ///
    /// # Errors
    /// [`FailedTenants`] if one of them has failed, with what was done to all.
    pub async fn run(self) -> Result<TenantsReport, FailedTenants> {
        self.each_up(Target::Latest).await
    }

    /// [`Migrations::run_to`] on each database: those that are above `version` fail.
    ///
    /// # Errors
    /// As of [`run`](Self::run).
    pub async fn run_to(self, version: Version) -> Result<TenantsReport, FailedTenants> {
        self.each_up(Target::Version(version)).await
    }

    /// How far each database is, without writing to it.
    pub async fn status(self) -> TenantsStatus {
        let (answers, is_stopped) = self.each(AskVersion).await;
        let tenants = answers.into_iter();
        let tenants = tenants.map(|(name, result)| TenantStatus { name, result });
        TenantsStatus {
            tenants: tenants.collect(),
            is_stopped,
        }
    }

    async fn each_up(self, target: Target) -> Result<TenantsReport, FailedTenants> {
        let (answers, is_stopped) = self.each(GoUp(target)).await;
        let tenants = answers.into_iter();
        let tenants = tenants.map(|(name, result)| TenantReport { name, result });
        TenantsReport {
            tenants: tenants.collect(),
            is_stopped,
        }
        .checked()
    }

    /// Makes a call for each tenant, and says whether some were not begun.
    async fn each<K: Call>(self, call: K) -> (Vec<(String, Result<K::Answer>)>, bool) {
        let Self {
            stream,
            concurrency,
            stops_at_failure,
            each,
        } = self;
        let (mut answers, mut at_work) = (Vec::new(), FuturesUnordered::new());
        let mut tenants = pin!(stream.fuse());
        let (mut has_failed, mut has_skipped, mut has_more) = (false, false, true);
        let is_stopped = loop {
            let is_over = has_failed && stops_at_failure || each.stop.is_requested();
            let may_begin = has_more && !is_over && at_work.len() < concurrency;
            tokio::select! {
                biased;
                () = each.stop.requested(), if may_begin => {}
                tenant = tenants.next(), if may_begin => match tenant {
                    Some(tenant) if each.servers.is_lost(&tenant) => has_skipped = true,
                    Some(tenant) => at_work.push(each.make(&call, tenant)),
                    None => has_more = false,
                },
                Some(answer) = at_work.next() => {
                    has_failed |= answer.1.is_err();
                    answers.push(answer);
                }
                // A stream that has nothing to say at this moment may have more to come.
                else => break has_more && !matches!(tenants.next().now_or_never(), Some(None)),
            }
        };
        (answers, is_stopped || has_skipped)
    }
}

/// What all tenants have in common.
struct Each<'a, C: Connection> {
    set: &'a Migrations,
    stop: Stop,
    observe: Option<Arc<Observe>>,
    options: Option<Box<SetOptions<C>>>,
    servers: Servers<C>,
}

impl<C: Connection> Each<'_, C> {
    async fn make<K: Call>(&self, call: &K, tenant: Tenant<'_, C>) -> (String, Result<K::Answer>) {
        let Tenant { name, place } = tenant;
        let (session, server, selection) = match place {
            Place::Connection(db) => (db, None, None),
            Place::Database(server, selection) => {
                (self.servers.session(server), Some(server), Some(selection))
            }
        };
        let mut context = Context::new(self.set, &session);
        context.selection = selection;
        let runner = self.with_options(&name, Runner { context });
        let span = tracing::info_span!(target: "migrate_runtime", "tenant", name);
        let result = call.make(&runner.context).instrument(span).await;
        let timeout = runner.context.options.request_timeout;
        drop(runner);
        match (&result, server) {
            (Ok(_), Some(server)) => self.servers.give_back(server, session),
            (Err(error), Some(server)) if is_gone(error, server, timeout).await => {
                self.servers.lose(server);
            }
            _ => {}
        }
        (name, result)
    }

    fn with_options<'r>(&self, name: &str, runner: Runner<'r, C>) -> Runner<'r, C> {
        let mut runner = runner.stop(&self.stop);
        if let Some(observe) = self.observe.clone() {
            let name = name.to_owned();
            runner = runner.observer(move |event| observe(&name, event));
        }
        match &self.options {
            Some(set) => set(runner),
            None => runner,
        }
    }
}

/// Whether a call has failed since the server cannot be reached any more, rather than one database. The
/// time limit for an answer would go by for each of the others.
async fn is_gone<C: Connection>(error: &Error, server: &Surreal<C>, limit: Duration) -> bool {
    match error.kind() {
        ErrorKind::Connection { .. } => {
            let health = tokio::time::timeout(limit, server.health()).await;
            !matches!(health, Ok(Ok(())))
        }
        _ => false,
    }
}

/// What is done with each database.
trait Call: Sync {
    type Answer;

    fn make<C: Connection>(
        &self,
        context: &Context<'_, C>,
    ) -> impl Future<Output = Result<Self::Answer>> + Send;
}

struct GoUp(Target);

impl Call for GoUp {
    type Answer = Report;

    async fn make<C: Connection>(&self, context: &Context<'_, C>) -> Result<Report> {
        execute::up(context, self.0).await
    }
}

struct AskVersion;

impl Call for AskVersion {
    type Answer = TenantVersion;

    async fn make<C: Connection>(&self, context: &Context<'_, C>) -> Result<TenantVersion> {
        let Some(history) = context.read_unless_up_to_date().await? else {
            return Ok(TenantVersion {
                current_version: context.set.latest_version(),
                ..TenantVersion::default()
            });
        };
        let status = execute::status(context.set, &history);
        let count = |state| {
            let entries = status.entries.iter();
            entries.filter(|entry| entry.state == state).count()
        };
        Ok(TenantVersion {
            current_version: status.current_version,
            pending: count(MigrationState::Pending),
            changed: count(MigrationState::Changed),
            newer: count(MigrationState::NotInThisBuild),
        })
    }
}

/// The connections over which databases are reached, by their addresses: each is borrowed for as long as
/// the call takes.
struct Servers<C: Connection>(Mutex<BTreeMap<usize, Server<C>>>);

struct Server<C: Connection> {
    /// Sessions that nobody uses at the moment. One over which something has failed is not used again.
    unused: Vec<Surreal<C>>,
    is_lost: bool,
}

impl<C: Connection> Default for Servers<C> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<C: Connection> Default for Server<C> {
    fn default() -> Self {
        let (unused, is_lost) = (Vec::new(), false);
        Self { unused, is_lost }
    }
}

impl<C: Connection> Servers<C> {
    fn with<T>(&self, server: &Surreal<C>, access: impl FnOnce(&mut Server<C>) -> T) -> T {
        let mut servers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        access(servers.entry(ptr::from_ref(server).addr()).or_default())
    }

    fn session(&self, server: &Surreal<C>) -> Surreal<C> {
        let unused = self.with(server, |it| it.unused.pop());
        unused.unwrap_or_else(|| server.clone())
    }

    fn give_back(&self, server: &Surreal<C>, session: Surreal<C>) {
        self.with(server, |it| it.unused.push(session));
    }

    fn lose(&self, server: &Surreal<C>) {
        self.with(server, |it| it.is_lost = true);
    }

    fn is_lost(&self, tenant: &Tenant<'_, C>) -> bool {
        match &tenant.place {
            Place::Database(server, _) => self.with(server, |it| it.is_lost),
            Place::Connection(_) => false,
        }
    }
}

impl<C: Connection, S> fmt::Debug for Tenants<'_, C, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = f.debug_struct("Tenants");
        fields
            .field("set", &self.each.set.table())
            .field("concurrency", &self.concurrency)
            .field("stops_at_failure", &self.stops_at_failure)
            .finish_non_exhaustive()
    }
}
