//! `migrate down`: reverts what is applied.

use std::time::Duration;

use clap::Args;
use migrate_runtime::{MigrationState, Runner, Status, Version};
use surrealdb::Connection;

use super::session::Session;
use crate::failure::Failure;
use crate::output::{Answer, FormatArgument};

/// Revert the last migration, or down to a version
///
/// Asks first, and names the tables, records and fields that go. What a newer build has applied is
/// reverted with the down script that it stored in the history.
#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an argument of its own"
)]
pub struct Down {
    /// Revert everything above this version; 0 for everything
    #[arg(long, value_name = "VERSION", conflicts_with = "steps")]
    to: Option<Version>,
    /// Revert so many migrations
    #[arg(
        long,
        value_name = "NUMBER",
        default_value_t = 1,
        hide_default_value = true
    )]
    steps: usize,
    /// Revert everything in one transaction: all or nothing
    #[arg(long)]
    grouped: bool,
    /// Run stored down scripts although the user has rights beyond the database
    #[arg(long)]
    trust_stored_scripts: bool,
    /// Give up if another process is migrating for so long
    #[arg(long, value_name = "SECONDS")]
    lock_timeout: Option<u64>,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
    /// End with exit status 5 if there is nothing to do
    #[arg(long)]
    exit_code: bool,
    #[command(flatten)]
    pub format: FormatArgument,
}

impl Down {
    pub async fn run<C: Connection>(&self, session: &Session<'_, C>) -> Result<Answer, Failure> {
        let target = match self.to {
            Some(version) => version,
            None => self.below(&session.runner().status().await?),
        };
        if !self.yes {
            let plan = async || self.runner(session).plan_revert_to(target).await;
            session.confirm_down(plan, "reverts").await?;
        }
        let report = session.work(self.runner(session).revert_to(target)).await?;
        Ok(Answer::of(&report).nothing_if(self.exit_code && report.is_up_to_date()))
    }

    fn runner<'a, C: Connection>(&self, session: &Session<'a, C>) -> Runner<'a, C> {
        let mut runner = session.runner();
        if self.grouped {
            runner = runner.grouped();
        }
        if self.trust_stored_scripts {
            runner = runner.trust_stored_scripts();
        }
        if let Some(seconds) = self.lock_timeout {
            runner = runner.lock_timeout(Duration::from_secs(seconds));
        }
        runner
    }

    /// The version that so many steps lead down to.
    fn below(&self, status: &Status) -> Version {
        let applied = status.entries.iter().rev();
        let mut applied = applied.filter(|it| it.state != MigrationState::Pending);
        applied.nth(self.steps).map_or(0, |entry| entry.version)
    }
}
