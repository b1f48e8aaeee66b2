//! `migrate redo`: reverts the last migration and applies it again.

use clap::Args;
use migrate_runtime::MigrationState;
use surrealdb::Connection;

use super::session::Session;
use crate::failure::Failure;
use crate::output::{Answer, FormatArgument};

/// Revert the last migration and apply it again
///
/// For work on a script that nobody else has applied: it does not matter whether it was edited
/// meanwhile. Asks first, as `down` does.
#[derive(Debug, Args)]
pub struct Redo {
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
    /// End with exit status 5 if there is nothing to do
    #[arg(long)]
    exit_code: bool,
    #[command(flatten)]
    pub format: FormatArgument,
}

impl Redo {
    pub async fn run<C: Connection>(&self, session: &Session<'_, C>) -> Result<Answer, Failure> {
        if !self.yes {
            let status = session.runner().status().await?;
            let applied = status.entries.iter().rev();
            let mut applied = applied.filter(|it| it.state != MigrationState::Pending);
            let below = applied.nth(1).map_or(0, |entry| entry.version);
            let plan = async || session.runner().plan_revert_to(below).await;
            session
                .confirm_down(plan, "reverts and applies again")
                .await?;
        }
        let report = session.work(session.runner().redo()).await?;
        Ok(Answer::of(&report).nothing_if(self.exit_code && report.is_up_to_date()))
    }
}
