//! What a command on a database works with.

use std::time::Duration;

use migrate_runtime::{Migrations, RevertPlan, Runner, Version};
use surrealdb::{Connection, Surreal};

use crate::failure::Failure;
use crate::interaction::{self, Interrupt, Progress, confirm};
use crate::output::tell;

/// A set of migrations, a database, and whoever is at the terminal.
pub struct Session<'a, C: Connection> {
    pub set: &'a Migrations,
    pub db: &'a Surreal<C>,
    /// Where the database is, for questions about it.
    pub place: Option<&'a str>,
    /// How long an answer may take, if not as long as by default.
    pub timeout: Option<Duration>,
    pub interrupt: &'a Interrupt,
    pub progress: &'a Progress,
}

impl<'a, C: Connection> Session<'a, C> {
    /// A runner that shows its progress, and ends early where the user wants it to.
    pub fn runner(&self) -> Runner<'a, C> {
        let progress = self.progress.clone();
        let runner = self.set.runner(self.db).stop(self.interrupt.stop());
        let runner = runner.observer(move |event| progress.observe(event));
        limited(runner, self.timeout)
    }

    /// Awaits a call of a runner.
    pub async fn work<T>(
        &self,
        call: impl Future<Output = migrate_runtime::Result<T>>,
    ) -> Result<T, Failure> {
        let _at_work = self.interrupt.at_work();
        Ok(self.progress.during(call).await?)
    }

    /// Asks before everything above a version is reverted, unless the answer is given already or
    /// nothing would be. What the runner would refuse is refused before the question.
    pub async fn confirm_down(
        &self,
        plan: impl AsyncFn() -> migrate_runtime::Result<RevertPlan>,
        verb: &str,
    ) -> Result<(), Failure> {
        let shown = plan().await?;
        if shown.reverts.is_empty() {
            return Ok(());
        }
        let migrations = match shown.reverts.len() {
            1 => "1 migration".to_owned(),
            count => format!("{count} migrations"),
        };
        tell(&format!(
            "This {verb} {migrations} of {}:",
            self.name().await
        ));
        for line in interaction::down(self.set, self.db, &shown.reverts).await {
            tell(&line);
        }
        confirm("Go on?")?;
        // What is confirmed is what was shown.
        let now = plan().await?;
        match now == shown {
            true => Ok(()),
            false => Err(changed_meanwhile(shown.from, now.from)),
        }
    }

    /// Asks before pending migrations up to a version remove tables that have records now.
    #[cfg(feature = "schema")]
    pub async fn confirm_up(&self, to: Option<Version>) -> Result<(), Failure> {
        let status = self.runner().status().await?;
        let pending = status.pending().map(|entry| entry.version);
        let pending = pending.filter(|version| to.is_none_or(|to| *version <= to));
        let lost = interaction::up(self.set, self.db, pending).await;
        if lost.is_empty() {
            return Ok(());
        }
        tell(&format!("This loses records of {}:", self.name().await));
        for line in lost {
            tell(&line);
        }
        tell("A script that means it says so: `-- migrate: allow table_removed: REASON`.");
        confirm("Go on?")?;
        let (shown, now) = (
            status.current_version,
            self.runner().current_version().await?,
        );
        match now == shown {
            true => Ok(()),
            false => Err(changed_meanwhile(shown, now)),
        }
    }

    /// The database, as questions name it.
    async fn name(&self) -> String {
        let selected = self.db.query("RETURN [session::ns(), session::db()]").await;
        let selected = selected.and_then(|mut response| response.take::<Vec<String>>(0));
        let place = self
            .place
            .map_or_else(String::new, |place| format!(" at {place}"));
        match selected.as_deref() {
            Ok([namespace, database]) => {
                format!("the database `{database}` in the namespace `{namespace}`{place}")
            }
            _ => format!("the database{place}"),
        }
    }
}

/// The same runner, which waits for an answer for as long as the user has said.
pub fn limited<C: Connection>(runner: Runner<'_, C>, timeout: Option<Duration>) -> Runner<'_, C> {
    match timeout {
        Some(timeout) => runner.request_timeout(timeout),
        None => runner,
    }
}

fn changed_meanwhile(was: Version, now: Version) -> Failure {
    let what = match was == now {
        true => "another process has changed the history".to_owned(),
        false => {
            format!("another process has brought the database from version {was} to {now}")
        }
    };
    Failure::refused("changed_meanwhile", format_args!("meanwhile {what}"))
        .note("nothing was done here")
        .help("look at it again, and repeat the command if it is still meant")
}
