//! `migrate down`: reverts what is applied.

use std::time::Duration;

use clap::Args;
use migrate_runtime::{MigrationState, Status, Version};
use surrealdb::Connection;

use super::session::Session;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Answer, FormatArgument};

/// Revert the last migration, or down to a version
///
/// Asks first, and names the tables, records and fields that go. What a newer build has applied is
/// reverted with the down script that it stored in the history.
#[derive(Debug, Args)]
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
        let status = session.runner().status().await?;
        let target = self.target(&status);
        session
            .confirm_down(&status, target, "reverts", self.yes)
            .await?;
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
        let report = session.work(runner.revert_to(target)).await?;
        let exit = match self.exit_code && report.is_up_to_date() {
            true => Exit::NothingToDo,
            false => Exit::Done,
        };
        Ok(Answer::of(&report).with_exit(exit))
    }

    fn target(&self, status: &Status) -> Version {
        let applied = status.entries.iter().rev();
        let mut applied = applied.filter(|it| it.state != MigrationState::Pending);
        let by_steps = || applied.nth(self.steps).map_or(0, |entry| entry.version);
        self.to.unwrap_or_else(by_steps)
    }
}
