//! `migrate up`: applies what is pending.

use std::time::Duration;

use clap::Args;
use migrate_runtime::{Runner, Version};
use surrealdb::Connection;

use super::session::Session;
use crate::arguments::TenantsArguments;
use crate::failure::Failure;
use crate::output::{Answer, FormatArgument};

/// Apply what is pending
///
/// Each migration is one transaction, together with the row that records it. Any number of processes
/// may do this at the same moment: each migration is applied once.
#[derive(Debug, Clone, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an argument of its own"
)]
pub struct Up {
    /// Apply up to and including this version
    #[arg(long, value_name = "VERSION")]
    pub to: Option<Version>,
    /// Apply everything in one transaction: all or nothing
    #[arg(long)]
    grouped: bool,
    /// Go on although a newer build has migrated the database
    #[arg(long)]
    allow_newer: bool,
    /// Start at version 1 although there are tables that the migrations define
    #[arg(long)]
    allow_existing_tables: bool,
    /// Apply nothing if the schema is not what its migrations make of it
    #[cfg(feature = "schema")]
    #[arg(long)]
    refuse_drift: bool,
    /// Wait until indexes that are built in the background are ready
    #[arg(long, value_name = "SECONDS")]
    wait_for_indexes: Option<u64>,
    /// Give up if another process is migrating for so long
    #[arg(long, value_name = "SECONDS")]
    lock_timeout: Option<u64>,
    /// Do not ask before a migration removes a table that has records
    #[cfg(feature = "schema")]
    #[arg(short, long)]
    pub yes: bool,
    /// End with exit status 5 if there is nothing to do
    #[arg(long)]
    pub exit_code: bool,
    #[command(flatten)]
    pub format: FormatArgument,
    #[command(flatten)]
    pub tenants: TenantsArguments,
}

impl Up {
    pub async fn run<C: Connection>(&self, session: &Session<'_, C>) -> Result<Answer, Failure> {
        #[cfg(feature = "schema")]
        if !self.yes {
            session.confirm_up(self.to).await?;
        }
        let runner = self.with_options(session.runner());
        let report = match self.to {
            Some(version) => session.work(runner.run_to(version)).await?,
            None => session.work(runner.run()).await?,
        };
        Ok(Answer::of(&report).nothing_if(self.exit_code && report.is_up_to_date()))
    }

    pub fn with_options<'a, C: Connection>(&self, mut runner: Runner<'a, C>) -> Runner<'a, C> {
        if self.grouped {
            runner = runner.grouped();
        }
        if self.allow_newer {
            runner = runner.allow_newer();
        }
        if self.allow_existing_tables {
            runner = runner.allow_existing_tables();
        }
        #[cfg(feature = "schema")]
        if self.refuse_drift {
            runner = runner.refuse_drift();
        }
        if let Some(seconds) = self.wait_for_indexes {
            runner = runner.wait_for_indexes(Duration::from_secs(seconds));
        }
        if let Some(seconds) = self.lock_timeout {
            runner = runner.lock_timeout(Duration::from_secs(seconds));
        }
        runner
    }
}
