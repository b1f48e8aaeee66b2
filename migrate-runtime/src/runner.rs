//! The loop: read the history, see what is next, send it, and read again where another process was
//! faster.

use std::time::{Duration, Instant};

use surrealdb::{Connection, Surreal};
use tracing::Instrument;

use crate::engine::{Meaning, meaning};
use crate::error::{Error, Result, ScriptError};
use crate::history::{self, History};
use crate::observer::{Event, Observer};
use crate::report::{Direction, Plan, Report, Step};
use crate::script::{self, Failure, Outcome, Source, Stopped};
use crate::states::{self, Tolerance};
use crate::status::{State, Status};
use crate::{Migration, Migrations, Version, freshness};

/// How often in a row a conflict over the same version is answered by another attempt.
const MOST_ATTEMPTS: u32 = 30;

/// The first pause after a conflict; each further one is up to twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(5);

/// The longest pause after a conflict.
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// How long the answer to a short request may take.
const PATIENCE: Duration = Duration::from_secs(30);

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
    set: &'a Migrations,
    db: &'a Surreal<C>,
    observer: Observer,
    tolerance: Tolerance,
    patience: Duration,
}

/// How far up a call goes.
#[derive(Debug, Clone, Copy)]
enum Target {
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
        let below = history.recorded.keys().nth_back(1);
        let target = below.copied().unwrap_or(0);
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
        let current = history.current_version();
        if current == 0 {
            return Ok(report(0, &history, Vec::new()));
        }
        if self.set.get(current).is_none() {
            states::check(self.set, &history, Tolerance::default())?;
        }
        let below = history.recorded.keys().nth_back(1).copied();
        let mut history = history;
        let mut steps = Vec::new();
        self.revert_down_to(&mut history, below.unwrap_or(0), &mut steps)
            .await?;
        self.apply_up_to(&mut history, current, &mut steps).await?;
        Ok(report(current, &history, steps))
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
        let status = self.status().await?;
        Ok(status.pending().next().is_some())
    }

    async fn read(&self) -> Result<History> {
        History::read(self.db, self.set.table(), self.patience).await
    }

    fn check_fresh(&self) -> Result<()> {
        match self.set.directory() {
            Some(directory) => freshness::check(directory, self.set.iter().as_slice()),
            None => Ok(()),
        }
    }

    async fn up(self, target: Target) -> Result<Report> {
        self.check_fresh()?;
        let mut history = self.read().await?;
        states::check(self.set, &history, self.tolerance)?;
        let from = history.current_version();
        let goal = self.goal(target, from)?;
        if self.tolerance.changed {
            self.accept_changes(&mut history).await?;
        }
        let mut steps = Vec::new();
        self.apply_up_to(&mut history, goal, &mut steps).await?;
        Ok(report(from, &history, steps))
    }

    /// The version that a call goes up to; at least the current one.
    fn goal(&self, target: Target, current: Version) -> Result<Version> {
        let latest = self.set.latest_version();
        match target {
            Target::Latest => Ok(latest.max(current)),
            Target::Next => Ok(latest.min(current + 1).max(current)),
            Target::Version(version) if version < current => Err(Error::WrongDirection {
                direction: Direction::Up,
                version,
                current,
            }),
            Target::Version(version) if version == current && version > 0 => Ok(version),
            Target::Version(version) => match self.set.get(version) {
                Some(_) => Ok(version),
                None => Err(self.no_such_version(version)),
            },
        }
    }

    fn no_such_version(&self, version: Version) -> Error {
        Error::NoSuchVersion {
            version,
            latest: self.set.latest_version(),
        }
    }

    /// Applies one migration after the other. Where another process was at the same one, the
    /// history is read again, and checked again: it may have been another build.
    async fn apply_up_to(
        &self,
        history: &mut History,
        goal: Version,
        steps: &mut Vec<Step>,
    ) -> Result<()> {
        let mut conflicts = Conflicts::default();
        while let Some(next) = self.next(history, goal) {
            if !history.is_ready {
                self.define_table(history).await?;
                continue;
            }
            match self.apply(history, next).await? {
                Some(step) => {
                    history.add(next);
                    steps.push(step);
                }
                None => {
                    conflicts.pause(next.version, &self.observer).await?;
                    *history = self.read().await?;
                    states::check(self.set, history, self.tolerance)?;
                }
            }
        }
        Ok(())
    }

    fn next(&self, history: &History, goal: Version) -> Option<&'a Migration> {
        let next = history.current_version() + 1;
        (next <= goal).then(|| self.set.get(next)).flatten()
    }

    /// Defines the history table, or completes one that another program made. Other processes may
    /// be at the same.
    async fn define_table(&self, history: &mut History) -> Result<()> {
        const DOING: &str = "define the history table";
        let mut conflicts = Conflicts::default();
        loop {
            let query = history::definition(&history.table);
            let response = self.db.query(query).await;
            let mut response = response.map_err(|error| Error::request(DOING, error))?;
            match first_cause(&mut response) {
                None => {
                    history.is_ready = true;
                    return Ok(());
                }
                Some(error) if meaning(&error) == Meaning::Conflict => {
                    conflicts.pause(0, &self.observer).await?;
                    *history = self.read().await?;
                    if history.is_ready {
                        return Ok(());
                    }
                }
                Some(error) => return Err(Error::engine(DOING, error)),
            }
        }
    }

    /// `None` where another process was at it.
    async fn apply(&self, history: &History, migration: &Migration) -> Result<Option<Step>> {
        let (version, name) = (migration.version, &*migration.name);
        let request = script::apply(self.db, &history.table, migration);
        let source = Source::from(&migration.up);
        self.step(history, version, name, Direction::Up, &source, request)
            .await
    }

    /// Awaits a request for one migration, and tells about it.
    async fn step(
        &self,
        history: &History,
        version: Version,
        name: &str,
        direction: Direction,
        source: &Source<'_>,
        request: impl Future<Output = std::result::Result<Outcome, Stopped>>,
    ) -> Result<Option<Step>> {
        let span = tracing::info_span!("migration", version, name, %direction);
        let sent = async {
            let name = || name.to_owned();
            self.observer.tell(&Event::Started {
                version,
                name: name(),
                direction,
            });
            let start = Instant::now();
            let outcome = request.await;
            let duration = start.elapsed();
            if matches!(outcome, Ok(Outcome::Committed)) {
                self.observer.tell(&Event::Finished {
                    version,
                    name: name(),
                    direction,
                    duration,
                });
            }
            (outcome, duration)
        };
        let (outcome, duration) = sent.instrument(span).await;
        match outcome {
            Ok(Outcome::Committed) => Ok(Some(Step {
                version,
                name: name.to_owned(),
                direction,
                duration,
            })),
            Ok(Outcome::Conflict) => Ok(None),
            Err(Stopped::Other(error)) => Err(error),
            Err(Stopped::Script(failure)) => Err(script_error(
                history, version, name, direction, source, failure,
            )),
        }
    }

    /// Records the text of this build for every migration that was edited since it was applied.
    async fn accept_changes(&self, history: &mut History) -> Result<()> {
        let set = self.set;
        let changed: Vec<&Migration> = states::known(set, history)
            .into_values()
            .filter(|known| known.state() == State::Changed)
            .filter_map(|known| known.embedded)
            .collect();
        for migration in changed {
            script::accept(self.db, &history.table, migration).await?;
            history.add(migration);
        }
        Ok(())
    }

    async fn down(self, mut history: History, target: Version) -> Result<Report> {
        let from = history.current_version();
        let mut steps = Vec::new();
        self.revert_down_to(&mut history, target, &mut steps).await?;
        Ok(report(from, &history, steps))
    }

    /// Reverts everything above `target`, once all of it is known to have a down script.
    async fn revert_down_to(
        &self,
        history: &mut History,
        target: Version,
        steps: &mut Vec<Step>,
    ) -> Result<()> {
        let mut conflicts = Conflicts::default();
        let above = history.recorded.range(target + 1..);
        for (version, _) in above {
            self.down_script(history, *version)?;
        }
        while history.current_version() > target {
            let version = history.current_version();
            let name = self.name(history, version);
            let down = self.down_script(history, version)?;
            let request = script::revert(self.db, &history.table, version, &down);
            let step = self
                .step(history, version, &name, Direction::Down, &down, request)
                .await?;
            match step {
                Some(step) => {
                    history.remove(version);
                    steps.push(step);
                }
                None => {
                    conflicts.pause(version, &self.observer).await?;
                    *history = self.read().await?;
                }
            }
        }
        Ok(())
    }

    fn name(&self, history: &History, version: Version) -> String {
        let embedded = self.set.get(version);
        let recorded = history.recorded.get(&version);
        embedded
            .map(|migration| migration.name.to_string())
            .or_else(|| recorded.and_then(|recorded| recorded.name.clone()))
            .unwrap_or_default()
    }

    /// The script that takes a recorded migration back: this build's, unless the migration was
    /// applied with another text than this build's; then the one recorded with it.
    fn down_script<'s>(&'s self, history: &'s History, version: Version) -> Result<Source<'s>> {
        let known = states::Known {
            embedded: self.set.get(version),
            recorded: history.recorded.get(&version),
        };
        let stored = known.recorded.and_then(|recorded| recorded.down.as_ref());
        let embedded = known.embedded.and_then(|migration| migration.down.as_ref());
        let is_other_text = matches!(known.state(), State::Changed | State::Unknown);
        if let (Some(stored), true) = (stored, is_other_text) {
            return Ok(Source::from(stored));
        }
        if let Some(embedded) = embedded {
            return Ok(Source::from(embedded));
        }
        let name = self.name(history, version);
        let current = history.current_version();
        Err(match known.embedded {
            Some(_) => Error::Irreversible {
                version,
                name,
                current,
            },
            None => Error::NoDownScript {
                version,
                name,
                current,
            },
        })
    }
}

fn report(from: Version, history: &History, steps: Vec<Step>) -> Report {
    Report {
        from,
        to: history.current_version(),
        steps,
    }
}

/// The first error of a response that is not an echo of another one.
fn first_cause(response: &mut surrealdb::IndexedResults) -> Option<surrealdb::Error> {
    let mut errors: Vec<_> = response.take_errors().into_iter().collect();
    errors.sort_by_key(|(index, error)| (meaning(error) == Meaning::Echo, *index));
    errors.into_iter().next().map(|(_, error)| error)
}

fn script_error(
    history: &History,
    version: Version,
    name: &str,
    direction: Direction,
    source: &Source<'_>,
    failure: Failure,
) -> Error {
    Error::Script(Box::new(ScriptError {
        version,
        name: name.to_owned(),
        direction,
        file: source.file.to_string(),
        is_stored: source.is_stored,
        place: failure.snippet.as_ref().map(|snippet| snippet.place),
        statement: failure.statement,
        engine: failure.engine,
        is_committed: failure.is_committed,
        current_version: history.current_version(),
        current_name: history.current_name().unwrap_or_default(),
        snippet: failure.snippet,
    }))
}

/// Conflicts in a row over the same version, and the pauses between them.
#[derive(Debug, Default)]
struct Conflicts {
    version: Version,
    attempts: u32,
}

impl Conflicts {
    /// Waits a little, longer after each conflict in a row, by a random part so that processes
    /// that met once do not meet again.
    async fn pause(&mut self, version: Version, observer: &Observer) -> Result<()> {
        if self.version != version {
            *self = Self {
                version,
                attempts: 0,
            };
        }
        self.attempts += 1;
        let attempts = self.attempts;
        if attempts >= MOST_ATTEMPTS {
            return Err(Error::Conflict { version, attempts });
        }
        observer.tell(&Event::Conflict {
            version,
            attempt: attempts,
        });
        let longest = FIRST_PAUSE * 2u32.pow(attempts.min(10));
        let pause = longest.min(LONGEST_PAUSE).mul_f64(fastrand::f64());
        tokio::time::sleep(pause).await;
        Ok(())
    }
}
