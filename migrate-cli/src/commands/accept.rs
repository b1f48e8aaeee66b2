//! `migrate accept`: records an edited text.

use clap::Args;
use migrate_runtime::Version;
use surrealdb::Connection;

use super::session::Session;
use crate::failure::Failure;
use crate::output::{Answer, FormatArgument};

/// Record the text that an applied migration has now, without running it
///
/// For an edit after which both versions are equivalent, such as of a comment. A change of the schema
/// belongs into a new migration.
#[derive(Debug, Args)]
pub struct Accept {
    /// The migration
    version: Version,
    /// End with exit status 5 if there is nothing to do
    #[arg(long)]
    exit_code: bool,
    #[command(flatten)]
    pub format: FormatArgument,
}

impl Accept {
    pub async fn run<C: Connection>(&self, session: &Session<'_, C>) -> Result<Answer, Failure> {
        let report = session.work(session.runner().accept(self.version)).await?;
        let answer = Answer::of(&report);
        if !report.is_up_to_date() {
            return Ok(answer);
        }
        let text = format!(
            "migration {} is recorded with this text already",
            self.version
        );
        Ok(Answer { text, ..answer }.nothing_if(self.exit_code))
    }
}
