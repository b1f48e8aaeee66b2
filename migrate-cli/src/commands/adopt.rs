//! `migrate adopt`: records what another program has applied.

use clap::Args;
use migrate_runtime::Version;
use surrealdb::Connection;

use super::session::Session;
use crate::failure::Failure;
use crate::output::{Answer, FormatArgument};

/// Record migrations as applied that another program or a person has applied
///
/// Records the migrations 1 to VERSION with their checksums and down scripts, without running
/// anything. Nothing compares them with the schema; `migrate drift` does, right afterwards.
#[derive(Debug, Args)]
pub struct Adopt {
    /// The version that the database is at
    version: Version,
    /// End with exit status 5 if there is nothing to do
    #[arg(long)]
    exit_code: bool,
    #[command(flatten)]
    pub format: FormatArgument,
}

impl Adopt {
    pub async fn run<C: Connection>(&self, session: &Session<'_, C>) -> Result<Answer, Failure> {
        let report = session.work(session.runner().adopt(self.version)).await?;
        Ok(Answer::of(&report).nothing_if(self.exit_code && report.is_up_to_date()))
    }
}
