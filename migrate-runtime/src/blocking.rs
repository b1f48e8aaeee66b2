//! The calls for programs without async.

use std::fmt;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use migrate_files::Version;
use surrealdb::{Connection, Surreal};
use tokio::runtime::{Builder, Handle, Runtime, RuntimeFlavor};

use crate::error::{ErrorKind, Result};
use crate::report::{Plan, Report, Status};
use crate::runner::Runner;
use crate::set::Migrations;

/// How long a client may take for a first answer before nobody seems to work for it.
const FIRST_ANSWER: Duration = Duration::from_secs(30);

/// The same where this thread belongs to a runtime that has no other one.
const FIRST_ANSWER_ON_ONE_THREAD: Duration = Duration::from_secs(3);

/// How long the tasks of a dropped client may take to end by themselves.
const LAST_TASKS: Duration = Duration::from_secs(5);

/// The calls of [`Migrations`] for programs without async: each returns when it is done.
///
/// It has a runtime on a thread of its own, which ends when this is dropped. The calls work from
/// `main`, from any thread and from inside of another runtime, whose thread they block.
///
/// ```
/// use migrate_runtime::embed_migrations;
/// use surrealdb::engine::any::connect;
///
/// embed_migrations!("migrations");
///
/// fn main() -> migrate_runtime::Result<()> {
///     let migrations = MIGRATIONS.blocking_with(async || {
///         let db = connect("mem://").await?;
///         db.use_ns("app").use_db("app").await?;
///         Ok(db)
///     })?;
///     println!("{}", migrations.run()?);
///     assert!(!migrations.needs_migration()?);
///     Ok(())
/// }
/// ```
pub struct Blocking<'a, C: Connection> {
    set: &'a Migrations,
    client: Client<'a, C>,
    runtime: OwnRuntime,
}

/// Who has made the connection.
enum Client<'a, C: Connection> {
    /// The caller, on another runtime.
    Given(&'a Surreal<C>),
    /// This, on its own runtime.
    Own(Surreal<C>),
}

impl Migrations {
    /// The calls for programs without async, over a client that lives on another runtime.
    ///
    /// # Errors
    /// [`ErrorKind::CannotBlock`] if there is no thread for it.
    pub fn blocking<'a, C: Connection>(&'a self, db: &'a Surreal<C>) -> Result<Blocking<'a, C>> {
        Ok(Blocking {
            set: self,
            client: Client::Given(db),
            runtime: OwnRuntime::new()?,
        })
    }

    /// The calls for programs without async, over a connection of their own.
    ///
    /// # Errors
    /// What `connect` returns, where an error of the client becomes [`ErrorKind::Connection`] or its
    /// like with `?`; [`ErrorKind::CannotBlock`] if there is no thread for it.
    pub fn blocking_with<C: Connection>(
        &self,
        connect: impl AsyncFnOnce() -> Result<Surreal<C>> + Send,
    ) -> Result<Blocking<'_, C>> {
        let runtime = OwnRuntime::new()?;
        let db = runtime.block_on(connect)?;
        Ok(Blocking {
            set: self,
            client: Client::Own(db),
            runtime,
        })
    }
}

impl<C: Connection> Blocking<'_, C> {
    /// [`Migrations::run`].
    ///
    /// # Errors
    /// Those of [`Migrations::run`], and [`ErrorKind::CannotBlock`], as from each of these calls.
    pub fn run(&self) -> Result<Report> {
        self.call(async |runner| runner.run().await)
    }

    /// [`Migrations::run_to`].
    ///
    /// # Errors
    /// Those of [`Migrations::run_to`].
    pub fn run_to(&self, version: Version) -> Result<Report> {
        self.call(async move |runner| runner.run_to(version).await)
    }

    /// [`Migrations::run_one`].
    ///
    /// # Errors
    /// Those of [`Migrations::run_one`].
    pub fn run_one(&self) -> Result<Report> {
        self.call(async |runner| runner.run_one().await)
    }

    /// [`Migrations::revert`].
    ///
    /// # Errors
    /// Those of [`Migrations::revert`].
    pub fn revert(&self) -> Result<Report> {
        self.call(async |runner| runner.revert().await)
    }

    /// [`Migrations::revert_to`].
    ///
    /// # Errors
    /// Those of [`Migrations::revert_to`].
    pub fn revert_to(&self, version: Version) -> Result<Report> {
        self.call(async move |runner| runner.revert_to(version).await)
    }

    /// [`Migrations::redo`].
    ///
    /// # Errors
    /// Those of [`Migrations::redo`].
    pub fn redo(&self) -> Result<Report> {
        self.call(async |runner| runner.redo().await)
    }

    /// [`Migrations::status`].
    ///
    /// # Errors
    /// Those of [`Migrations::status`].
    pub fn status(&self) -> Result<Status> {
        self.call(async |runner| runner.status().await)
    }

    /// [`Migrations::plan`].
    ///
    /// # Errors
    /// Those of [`Migrations::plan`].
    pub fn plan(&self) -> Result<Plan> {
        self.call(async |runner| runner.plan().await)
    }

    /// [`Migrations::current_version`].
    ///
    /// # Errors
    /// Those of [`Migrations::current_version`].
    pub fn current_version(&self) -> Result<Version> {
        self.call(async |runner| runner.current_version().await)
    }

    /// [`Migrations::needs_migration`].
    ///
    /// # Errors
    /// Those of [`Migrations::needs_migration`].
    pub fn needs_migration(&self) -> Result<bool> {
        self.call(async |runner| runner.needs_migration().await)
    }

    /// [`Migrations::drift`].
    ///
    /// # Errors
    /// Those of [`Migrations::drift`].
    #[cfg(feature = "schema")]
    pub fn drift(&self) -> Result<crate::report::Drift> {
        self.call(async |runner| runner.drift().await)
    }

    /// [`Migrations::verify`].
    ///
    /// # Errors
    /// Those of [`Migrations::verify`].
    #[cfg(feature = "schema")]
    pub fn verify(&self) -> Result<crate::report::Verification> {
        let set = self.set;
        self.with_db(async move |db| set.verify(db).await)
    }

    /// Any call of the [`Runner`], with its options:
    ///
    /// ```no_run
    /// # use migrate_runtime::Blocking;
    /// # fn example<C: surrealdb::Connection>(migrations: &Blocking<'_, C>) -> migrate_runtime::Result<()> {
    /// let report = migrations.call(async |runner| runner.allow_newer().run().await)?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// Those of the call.
    pub fn call<T: Send>(
        &self,
        call: impl AsyncFnOnce(Runner<'_, C>) -> Result<T> + Send,
    ) -> Result<T> {
        let set = self.set;
        self.with_db(async move |db| call(set.runner(db)).await)
    }

    /// Anything that takes a client, such as a verification with records:
    ///
    /// ```no_run
    /// # use migrate_runtime::{Blocking, Migrations};
    /// # fn example<C: surrealdb::Connection>(set: &Migrations, migrations: &Blocking<'_, C>) -> migrate_runtime::Result<()> {
    /// let verification = migrations.with_db(async |db| {
    ///     set.verifier(db).records(1, "CREATE person:tobie").verify().await
    /// })?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// Those of the call.
    pub fn with_db<T: Send>(
        &self,
        call: impl AsyncFnOnce(&Surreal<C>) -> Result<T> + Send,
    ) -> Result<T> {
        match &self.client {
            Client::Own(db) => self.runtime.block_on(async || call(db).await),
            Client::Given(db) => {
                let limit = first_answer();
                self.runtime.block_on(async || {
                    await_first_answer(db, limit).await?;
                    call(db).await
                })
            }
        }
    }
}

/// A client's tasks run on the runtime that it was made on. One with a single thread does nothing else
/// while that thread is in a call from here, unless this is one of those that it keeps for such calls.
fn first_answer() -> Duration {
    match Handle::try_current().map(|handle| handle.runtime_flavor()) {
        Ok(RuntimeFlavor::CurrentThread) => FIRST_ANSWER_ON_ONE_THREAD,
        _ => FIRST_ANSWER,
    }
}

/// Notices that nobody works for the client: its runtime is gone, or each of its threads is blocked.
async fn await_first_answer<C: Connection>(db: &Surreal<C>, limit: Duration) -> Result<()> {
    match tokio::time::timeout(limit, db.health()).await {
        Ok(_) => Ok(()),
        Err(_) => Err(cannot_block(format_args!(
            "the client has not answered for {limit:?}: the runtime that it was made on is blocked, by this call perhaps, or gone, or the database cannot be reached",
        ))),
    }
}

fn cannot_block(reason: impl fmt::Display) -> crate::error::Error {
    let reason = reason.to_string();
    ErrorKind::CannotBlock { reason }.into()
}

/// A runtime on a thread of its own; `None` once it is dropped.
struct OwnRuntime(Option<Runtime>);

impl OwnRuntime {
    fn new() -> Result<Self> {
        let mut builder = Builder::new_multi_thread();
        builder.worker_threads(1).enable_all();
        let runtime = builder.thread_name("migrate-runtime").build();
        let runtime = runtime.map_err(|error| cannot_block(format_args!("no thread: {error}")))?;
        Ok(Self(Some(runtime)))
    }

    /// Runs to the end what is asked for. It waits on a thread that no other runtime knows, since one
    /// does not let its own threads wait.
    fn block_on<T: Send>(&self, call: impl AsyncFnOnce() -> Result<T> + Send) -> Result<T> {
        let Some(runtime) = &self.0 else {
            return Err(cannot_block("the runtime is gone"));
        };
        thread::scope(|scope| {
            let waiting = thread::Builder::new()
                .spawn_scoped(scope, || runtime.block_on(call()))
                .map_err(|error| cannot_block(format_args!("no thread: {error}")))?;
            match waiting.join() {
                Ok(result) => result,
                Err(panic) => std::panic::resume_unwind(panic),
            }
        })
    }
}

/// Where another runtime runs, this one may only be dropped elsewhere.
impl Drop for OwnRuntime {
    fn drop(&mut self) {
        let Some(runtime) = self.0.take() else { return };
        let (hand_over, receive) = mpsc::channel::<Runtime>();
        match thread::Builder::new().spawn(move || receive.recv().map(end)) {
            Ok(dropping) => {
                let _ = hand_over.send(runtime);
                let _ = dropping.join();
            }
            Err(_) => runtime.shutdown_background(),
        }
    }
}

/// Ends a runtime after its tasks: an engine closes its files in one, once its client is dropped.
fn end(runtime: Runtime) {
    let start = Instant::now();
    while runtime.metrics().num_alive_tasks() > 0 && start.elapsed() < LAST_TASKS {
        thread::sleep(Duration::from_millis(1));
    }
    drop(runtime);
}

impl<C: Connection> fmt::Debug for Blocking<'_, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = f.debug_struct("Blocking");
        fields
            .field("set", &self.set.table())
            .finish_non_exhaustive()
    }
}
