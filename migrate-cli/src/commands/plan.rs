//! `migrate plan`: what `up` would do.

use clap::Args;
use surrealdb::Connection;

use super::session::Session;
use crate::failure::Failure;
use crate::output::{Answer, FormatArgument};

/// Show what `up` would apply, without doing it
///
/// Refuses what `up` would refuse: a changed migration, a gap in the history, a newer database.
#[derive(Debug, Args)]
pub struct Plan {
    /// End with exit status 5 if nothing is pending
    #[arg(long)]
    exit_code: bool,
    #[command(flatten)]
    pub format: FormatArgument,
}

impl Plan {
    pub async fn run<C: Connection>(&self, session: &Session<'_, C>) -> Result<Answer, Failure> {
        let plan = session.runner().plan().await?;
        Ok(Answer::of(&plan).nothing_if(self.exit_code && plan.pending.is_empty()))
    }
}
