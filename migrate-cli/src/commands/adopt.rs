//! `migrate adopt`: records what another program has applied.

use clap::Args;
use migrate_runtime::Version;
use surrealdb::Connection;

use super::session::Session;
#[cfg(feature = "schema")]
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Answer, FormatArgument};

/// Record migrations as applied that another program or a person has applied
///
/// Records the migrations 1 to VERSION with their checksums and down scripts, without running
/// anything.
#[cfg_attr(
    feature = "schema",
    doc = "The schema has to be what they make; what no migration has to do with is not looked at, and records are not either."
)]
#[cfg_attr(
    not(feature = "schema"),
    doc = "Nothing compares them with the schema."
)]
#[derive(Debug, Args)]
pub struct Adopt {
    /// The version that the database is at
    #[cfg_attr(feature = "schema", arg(required_unless_present = "guess"))]
    #[cfg_attr(not(feature = "schema"), arg(required = true))]
    version: Option<Version>,
    /// Only say which version the schema fits best, and how it differs
    #[cfg(feature = "schema")]
    #[arg(long, conflicts_with_all = ["version", "allow_drift", "exit_code"])]
    guess: bool,
    /// Adopt although the schema is not what the migrations make
    #[cfg(feature = "schema")]
    #[arg(long)]
    allow_drift: bool,
    /// End with exit status 5 if there is nothing to do
    #[arg(long)]
    exit_code: bool,
    #[command(flatten)]
    pub format: FormatArgument,
}

impl Adopt {
    pub async fn run<C: Connection>(&self, session: &Session<'_, C>) -> Result<Answer, Failure> {
        #[cfg(feature = "schema")]
        if self.guess {
            return guess(session).await;
        }
        let runner = session.runner();
        #[cfg(feature = "schema")]
        let runner = match self.allow_drift {
            true => runner.allow_drift(),
            false => runner,
        };
        let work = runner.adopt(self.version.unwrap_or_default());
        let report = session.work(work).await?;
        Ok(Answer::of(&report).nothing_if(self.exit_code && report.is_up_to_date()))
    }
}

/// The exit status is 1 if the schema fits no version.
#[cfg(feature = "schema")]
async fn guess<C: Connection>(session: &Session<'_, C>) -> Result<Answer, Failure> {
    let guess = session.runner().guess_version().await?;
    let exit = match guess.drift.is_empty() {
        true => Exit::Done,
        false => Exit::Failed,
    };
    Ok(Answer::of(&guess).with_exit(exit))
}
