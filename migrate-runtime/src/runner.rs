//! The calls that take a database, with options and without.

use std::time::Duration;

use migrate_files::Version;
use surrealdb::{Connection, Surreal};

use crate::error::Result;
use crate::execute::{self, Context, Event, Observer, Target};
#[cfg(feature = "schema")]
use crate::report::{Drift, VersionGuess};
use crate::report::{PendingMigration, Plan, Report, RevertPlan, Status};
use crate::set::Migrations;
use crate::stop::Stop;

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
    pub(crate) context: Context<'a, C>,
}

impl<C: Connection> Runner<'_, C> {
    /// Calls a function for everything that happens. It is called between requests, and should
    /// return quickly.
    pub fn observer(mut self, observe: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        self.context.options.observer = Observer::new(observe);
        self
    }

    /// Ends a call that goes up or down early once this [`Stop`] is asked to, with
    /// [`ErrorKind::Stopped`](crate::ErrorKind::Stopped): for a program that is told to shut down.
    pub fn stop(mut self, stop: &Stop) -> Self {
        self.context.options.stop = stop.clone();
        self
    }

    /// Accepts a database that a newer build has migrated, which is
    /// [`ErrorKind::Newer`](crate::ErrorKind::Newer) otherwise. For releases that can work with the
    /// schema of the next one.
    pub fn allow_newer(mut self) -> Self {
        self.context.options.tolerance.newer = true;
        self
    }

    /// Accepts the text that applied migrations have in this build, which is
    /// [`ErrorKind::Changed`](crate::ErrorKind::Changed) otherwise: the new checksum and down script
    /// are recorded, and nothing is run. For edits after which both versions are equivalent.
    pub fn accept_changed(mut self) -> Self {
        self.context.options.tolerance.changed = true;
        self
    }

    /// Starts at version 1 on a database without a history that has tables which the migrations
    /// define, which is [`ErrorKind::ExistingTables`](crate::ErrorKind::ExistingTables) otherwise.
    /// For migrations that are written for these tables. To record what another program has
    /// applied, see [`adopt`](Self::adopt).
    pub fn allow_existing_tables(mut self) -> Self {
        self.context.options.allows_existing_tables = true;
        self
    }

    /// Adopts migrations although the database's schema is not what they make, which is
    /// [`ErrorKind::CannotAdopt`](crate::ErrorKind::CannotAdopt) otherwise. For differences that later
    /// migrations can work with.
    #[cfg(feature = "schema")]
    pub fn allow_drift(mut self) -> Self {
        self.context.options.allows_drift = true;
        self
    }

    /// Reverts with down scripts that another build stored in the history even over a connection
    /// that has rights beyond the database, which is
    /// [`ErrorKind::UntrustedScript`](crate::ErrorKind::UntrustedScript) otherwise: whoever may edit
    /// the records of the history decides what runs. A connection as an owner of the database needs
    /// no such trust.
    pub fn trust_stored_scripts(mut self) -> Self {
        self.context.options.trusts_stored_scripts = true;
        self
    }

    /// How long to wait for the answer to a short request, such as reading the history, before it is
    /// [`ErrorKind::Connection`](crate::ErrorKind::Connection); 30 seconds by default. A WebSocket
    /// client reconnects by itself, without a limit and without an error. Scripts may take as long
    /// as they need.
    pub fn request_timeout(mut self, timeout: Duration) -> Self {
        self.context.options.request_timeout = timeout;
        self
    }

    /// How long to wait for another process that is running migrations, before it is
    /// [`ErrorKind::Locked`](crate::ErrorKind::Locked); no limit by default.
    pub fn lock_timeout(mut self, timeout: Duration) -> Self {
        self.context.options.lock_timeout = Some(timeout);
        self
    }

    /// How long the lease lasts unless it is renewed, which happens while there is progress;
    /// 5 seconds by default. A process that dies keeps the others waiting for this long.
    pub fn lease_term(mut self, term: Duration) -> Self {
        self.context.options.lease_term = Some(term);
        self
    }

    /// Takes no lease. Each migration is still applied exactly once, but processes that start
    /// together all send the same one, and all but one of them do so in vain.
    pub fn without_lease(mut self) -> Self {
        self.context.options.lease_term = None;
        self
    }

    /// Waits until the indexes are ready that the set's scripts have built in the background
    /// (`DEFINE INDEX … CONCURRENTLY`), this call's and those of earlier ones; after the limit it is
    /// [`ErrorKind::UnfinishedIndexes`](crate::ErrorKind::UnfinishedIndexes), and at once
    /// [`ErrorKind::FailedIndexes`](crate::ErrorKind::FailedIndexes) if one cannot be built. By
    /// default a call asks once how far the indexes of its own scripts are, and
    /// [`Report::indexes`] shows those that are still being built. Waiting costs a set with such an
    /// index one more request.
    pub fn wait_for_indexes(mut self, limit: Duration) -> Self {
        self.context.options.index_wait = Some(limit);
        self
    }

    /// Applies or reverts everything in one transaction and one request: all or nothing.
    /// [`ErrorKind::CannotGroup`](crate::ErrorKind::CannotGroup) if one of the migrations to apply
    /// is `per-statement`. [`redo`](Self::redo) still takes two: one for each script.
    pub fn grouped(mut self) -> Self {
        self.context.options.is_grouped = true;
        self
    }

    /// [`Migrations::run`].
    ///
    /// # Errors
    /// Those of [`Migrations::run`].
    pub async fn run(self) -> Result<Report> {
        execute::up(&self.context, Target::Latest).await
    }

    /// [`Migrations::run_to`].
    ///
    /// # Errors
    /// Those of [`Migrations::run_to`].
    pub async fn run_to(self, version: Version) -> Result<Report> {
        execute::up(&self.context, Target::Version(version)).await
    }

    /// [`Migrations::run_one`].
    ///
    /// # Errors
    /// Those of [`Migrations::run_one`].
    pub async fn run_one(self) -> Result<Report> {
        execute::up(&self.context, Target::Next).await
    }

    /// [`Migrations::revert`].
    ///
    /// # Errors
    /// Those of [`Migrations::revert`].
    pub async fn revert(self) -> Result<Report> {
        execute::revert_last(&self.context).await
    }

    /// [`Migrations::revert_to`].
    ///
    /// # Errors
    /// Those of [`Migrations::revert_to`].
    pub async fn revert_to(self, version: Version) -> Result<Report> {
        execute::revert_to(&self.context, version).await
    }

    /// [`Migrations::redo`].
    ///
    /// # Errors
    /// Those of [`Migrations::redo`].
    pub async fn redo(self) -> Result<Report> {
        execute::redo(&self.context).await
    }

    /// Records the migrations 1 to `version` as applied, with their checksums and down scripts and
    /// without running anything: for a database that another program or a person has brought there.
    /// Rows that one of the Python runners wrote get their checksums the same way.
    ///
    /// # Errors
    /// [`ErrorKind::NoSuchVersion`](crate::ErrorKind::NoSuchVersion);
    /// [`ErrorKind::AlreadyRecorded`](crate::ErrorKind::AlreadyRecorded) if the history is at another
    /// version. With the feature `schema`
    #[cfg_attr(
        feature = "schema",
        doc = "[`ErrorKind::CannotAdopt`](crate::ErrorKind::CannotAdopt)"
    )]
    #[cfg_attr(not(feature = "schema"), doc = "`ErrorKind::CannotAdopt`")]
    /// if the database's schema is not what these migrations make. What none of the set's migrations
    /// has to do with is not compared, and nor are records. Without that feature, nothing is.
    pub async fn adopt(self, version: Version) -> Result<Report> {
        execute::adopt(&self.context, version).await
    }

    /// Says up to which version the migrations make a schema that the database has, or nearly has: for a
    /// database without a history, before [`adopt`](Self::adopt). Reads the schema in one request, and
    /// writes nothing.
    ///
    /// # Errors
    /// The database cannot be reached, or its schema not read.
    #[cfg(feature = "schema")]
    pub async fn guess_version(self) -> Result<VersionGuess> {
        execute::guess_version(&self.context).await
    }

    /// Records the text that one applied migration has in this build, with its checksum and down
    /// script and without running anything: for an edit after which both versions are equivalent.
    /// [`accept_changed`](Self::accept_changed) does so for all of them in the course of a run.
    ///
    /// # Errors
    /// [`ErrorKind::NoSuchVersion`](crate::ErrorKind::NoSuchVersion);
    /// [`ErrorKind::NotApplied`](crate::ErrorKind::NotApplied).
    pub async fn accept(self, version: Version) -> Result<Report> {
        execute::accept(&self.context, version).await
    }

    /// [`Migrations::status`].
    ///
    /// # Errors
    /// Those of [`Migrations::status`].
    pub async fn status(self) -> Result<Status> {
        let history = self.context.read().await?;
        let indexes = execute::unfinished(&self.context).await?;
        Ok(Status {
            indexes,
            ..execute::status(self.context.set, &history)
        })
    }

    /// [`Migrations::plan`].
    ///
    /// # Errors
    /// Those of [`Migrations::plan`].
    pub async fn plan(self) -> Result<Plan> {
        let Context { set, options, .. } = &self.context;
        execute::check_fresh(set)?;
        let history = self.context.read().await?;
        execute::check(set, &history, options.tolerance)?;
        execute::check_not_existing(&self.context, &history)?;
        let from = history.current_version();
        let pending = set.iter().filter(|migration| migration.version > from);
        let pending = pending.map(|migration| PendingMigration {
            version: migration.version,
            name: migration.name.to_string(),
        });
        Ok(Plan {
            from,
            to: from.max(set.latest_version()),
            pending: pending.collect(),
        })
    }

    /// What [`revert_to`](Self::revert_to) would do, without doing it: which migrations it would revert,
    /// and with which scripts.
    ///
    /// # Errors
    /// What `revert_to` would refuse.
    pub async fn plan_revert_to(self, version: Version) -> Result<RevertPlan> {
        execute::plan_down(&self.context, version).await
    }

    /// Has `run`, `run_to` and `run_one` apply nothing where the database's schema is not what its
    /// migrations make of it: they are [`ErrorKind::Drift`](crate::ErrorKind::Drift) then, also when
    /// nothing is pending. It costs two more requests, one of which lists every definition of the
    /// database. The schema that a partially applied migration or, with
    /// [`allow_newer`](Self::allow_newer), a newer build has left is not compared.
    #[cfg(feature = "schema")]
    pub fn refuse_drift(mut self) -> Self {
        self.context.options.refuses_drift = true;
        self
    }

    /// [`Migrations::drift`].
    ///
    /// # Errors
    /// Those of [`Migrations::drift`].
    #[cfg(feature = "schema")]
    pub async fn drift(self) -> Result<Drift> {
        execute::drift(&self.context).await
    }

    /// [`Migrations::current_version`].
    ///
    /// # Errors
    /// Those of [`Migrations::current_version`].
    pub async fn current_version(self) -> Result<Version> {
        Ok(self.context.read().await?.current_version())
    }

    /// [`Migrations::needs_migration`].
    ///
    /// # Errors
    /// Those of [`Migrations::needs_migration`].
    pub async fn needs_migration(self) -> Result<bool> {
        let Some(history) = self.context.read_unless_up_to_date().await? else {
            return Ok(false);
        };
        let status = execute::status(self.context.set, &history);
        Ok(status.pending().next().is_some())
    }
}

/// The calls that take a database use the namespace and database that the connection has selected,
/// and need a user who may change the schema there: an owner or editor of the database, or of its
/// namespace, or root.
///
/// Each is a shorthand for a call of the [`Runner`], which takes options.
impl Migrations {
    /// Applies everything that is pending.
    ///
    /// Each migration is applied atomically and exactly once, however many processes start at the
    /// same moment. A database that is up to date costs one request, and nothing is written.
    ///
    /// # Errors
    /// [`ErrorKind`](crate::ErrorKind) lists them. A database that has some of what a
    /// [baseline](Migrations::baseline) stands for, and not all, is left as it is:
    /// [`ErrorKind::BelowBaseline`](crate::ErrorKind::BelowBaseline). If a migration fails, those before it stay
    /// applied; [`Error::steps`](crate::Error::steps) has them.
    pub async fn run<C: Connection>(&self, db: &Surreal<C>) -> Result<Report> {
        self.runner(db).run().await
    }

    /// Applies what is pending up to and including `version`.
    ///
    /// # Errors
    /// Those of [`run`](Self::run);
    /// [`ErrorKind::NoSuchVersion`](crate::ErrorKind::NoSuchVersion) and
    /// [`ErrorKind::WrongDirection`](crate::ErrorKind::WrongDirection), with nothing done, if
    /// `version` is not in the set or below the current one.
    pub async fn run_to<C: Connection>(&self, db: &Surreal<C>, version: Version) -> Result<Report> {
        self.runner(db).run_to(version).await
    }

    /// Applies only the next pending migration.
    ///
    /// # Errors
    /// Those of [`run`](Self::run).
    pub async fn run_one<C: Connection>(&self, db: &Surreal<C>) -> Result<Report> {
        self.runner(db).run_one().await
    }

    /// Reverts the last applied migration; does nothing if none is applied.
    ///
    /// # Errors
    /// [`ErrorKind::Irreversible`](crate::ErrorKind::Irreversible) and
    /// [`ErrorKind::NoDownScript`](crate::ErrorKind::NoDownScript), with nothing done;
    /// [`ErrorKind::WithinBaseline`](crate::ErrorKind::WithinBaseline), with nothing done, if that would end
    /// among the versions that a [baseline](Migrations::baseline) stands for;
    /// [`ErrorKind::Script`](crate::ErrorKind::Script) if the down script fails.
    pub async fn revert<C: Connection>(&self, db: &Surreal<C>) -> Result<Report> {
        self.runner(db).revert().await
    }

    /// Reverts one migration after the other until `version` is the current one; 0 reverts all.
    /// Whether each of them can be reverted is checked before the first one is.
    ///
    /// What a newer build has applied is reverted with the down script that it stored in the
    /// history.
    ///
    /// # Errors
    /// Those of [`revert`](Self::revert);
    /// [`ErrorKind::NoSuchVersion`](crate::ErrorKind::NoSuchVersion) and
    /// [`ErrorKind::WrongDirection`](crate::ErrorKind::WrongDirection), with nothing done, if there
    /// is no such version or it is above the current one.
    pub async fn revert_to<C: Connection>(
        &self,
        db: &Surreal<C>,
        version: Version,
    ) -> Result<Report> {
        self.runner(db).revert_to(version).await
    }

    /// Reverts the last migration and applies it again: for work on a script that is not released.
    /// It does not matter whether that one was edited meanwhile.
    ///
    /// # Errors
    /// Those of [`revert`](Self::revert) and [`run`](Self::run). Whether the migration could be
    /// applied again is checked before it is reverted.
    pub async fn redo<C: Connection>(&self, db: &Surreal<C>) -> Result<Report> {
        self.runner(db).redo().await
    }

    /// Every migration with its state, embedded and recorded, in order.
    ///
    /// # Errors
    /// If the history cannot be read. What `run` would refuse is reported as a state, not as an
    /// error.
    pub async fn status<C: Connection>(&self, db: &Surreal<C>) -> Result<Status> {
        self.runner(db).status().await
    }

    /// What [`run`](Self::run) would do, without doing it.
    ///
    /// # Errors
    /// What `run` would refuse.
    pub async fn plan<C: Connection>(&self, db: &Surreal<C>) -> Result<Plan> {
        self.runner(db).plan().await
    }

    /// The highest version that is applied; 0 if none is.
    ///
    /// # Errors
    /// If the history cannot be read: only a history table that does not exist counts as 0.
    pub async fn current_version<C: Connection>(&self, db: &Surreal<C>) -> Result<Version> {
        self.runner(db).current_version().await
    }

    /// Whether a migration of this set is not applied yet.
    ///
    /// # Errors
    /// If the history cannot be read.
    pub async fn needs_migration<C: Connection>(&self, db: &Surreal<C>) -> Result<bool> {
        self.runner(db).needs_migration().await
    }

    /// How the database's schema differs from what the migrations up to its version make: what no
    /// migration defines, what is missing, and what says something else. Nothing is written, and it
    /// takes two requests, and a third one to be sure where there is a difference. What the scripts'
    /// text leaves open is not compared, nor are users, what scripts assume, and this set's own
    /// tables: what another set in the same database makes, a script has to assume.
    ///
    /// # Errors
    /// If the history cannot be read, or says that this build does not know the schema:
    /// [`ErrorKind::Newer`](crate::ErrorKind::Newer),
    /// [`ErrorKind::Changed`](crate::ErrorKind::Changed) unless
    /// [`accept_changed`](Runner::accept_changed) says otherwise, and
    /// [`ErrorKind::PartiallyApplied`](crate::ErrorKind::PartiallyApplied).
    #[cfg(feature = "schema")]
    pub async fn drift<C: Connection>(&self, db: &Surreal<C>) -> Result<Drift> {
        self.runner(db).drift().await
    }

    /// The calls above with options.
    pub fn runner<'a, C: Connection>(&'a self, db: &'a Surreal<C>) -> Runner<'a, C> {
        let context = Context::new(self, db);
        Runner { context }
    }
}

#[cfg(test)]
mod tests {
    use surrealdb::Surreal;
    use surrealdb::engine::any::Any;

    use crate::connect::Wait;
    use crate::set::Migrations;

    fn assert_send<T: Send>(_: &T) {}

    /// A web framework's handler and `tokio::spawn` take nothing else. Compiling it is the test.
    #[expect(dead_code, reason = "it only has to compile")]
    fn every_call_can_be_spawned(set: &Migrations, db: &Surreal<Any>, wait: &Wait) {
        assert_send(&set.run(db));
        assert_send(&set.run_to(db, 1));
        assert_send(&set.run_one(db));
        assert_send(&set.revert(db));
        assert_send(&set.revert_to(db, 1));
        assert_send(&set.redo(db));
        assert_send(&set.status(db));
        assert_send(&set.plan(db));
        assert_send(&set.current_version(db));
        assert_send(&set.needs_migration(db));
        assert_send(&set.runner(db).adopt(1));
        assert_send(&set.runner(db).accept(1));
        assert_send(&set.runner(db).plan_revert_to(1));
        #[cfg(feature = "schema")]
        assert_send(&set.drift(db));
        #[cfg(feature = "schema")]
        assert_send(&set.verify(db));
        assert_send(&wait.connect(async || Ok::<_, surrealdb::Error>(())));
    }
}
