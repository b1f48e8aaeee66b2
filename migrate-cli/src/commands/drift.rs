//! `migrate drift`: a database beside what its migrations make.

use clap::Args;
use surrealdb::Connection;

use super::session::Session;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Answer, FormatArgument};

/// Show how the schema differs from what the migrations make
///
/// What no migration defines, what is missing, and what says something else. Nothing is written. The
/// exit status is 1 if there is a difference.
#[derive(Debug, Args)]
pub struct Drift {
    #[command(flatten)]
    pub format: FormatArgument,
}

impl Drift {
    pub async fn run<C: Connection>(&self, session: &Session<'_, C>) -> Result<Answer, Failure> {
        let drift = session.runner().drift().await?;
        let exit = match drift.is_empty() {
            true => Exit::Done,
            false => Exit::Failed,
        };
        Ok(Answer::of(&drift).with_exit(exit))
    }
}
