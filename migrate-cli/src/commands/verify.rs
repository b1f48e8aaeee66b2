//! `migrate verify`: proves that each down script undoes its up script.

use std::fs;
use std::path::PathBuf;

use clap::Args;
use migrate_runtime::{Migrations, Version};
use surrealdb::Surreal;
use surrealdb::engine::any::{self, Any};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::interaction::{Interrupt, Progress};
use crate::output::{Answer, FormatArgument};

/// Prove that each down script undoes its up script
///
/// Runs every migration up, down and up again in a database in memory, which nobody else sees, and
/// compares what is there before and after. No server is needed.
#[derive(Debug, Args)]
pub struct Verify {
    /// Run this file of SurrealQL once the version is applied: records that the later migrations have
    /// to keep. `0=FILE` is before the first one
    #[arg(long, value_name = "VERSION=FILE", value_parser = records)]
    records: Vec<(Version, PathBuf)>,
    #[command(flatten)]
    pub format: FormatArgument,
}

fn records(argument: &str) -> Result<(Version, PathBuf), String> {
    let parts = argument.split_once('=');
    let parts = parts.and_then(|(version, file)| Some((version.parse().ok()?, file.into())));
    parts.ok_or_else(|| "expected a version and a file, such as `12=people.surql`".to_owned())
}

impl Verify {
    pub async fn run(&self, set: &Migrations) -> Result<Answer, Failure> {
        let progress = Progress::new();
        let verify = self.verify(set, &progress);
        Interrupt::default().guard(&progress, verify).await
    }

    async fn verify(&self, set: &Migrations, progress: &Progress) -> Result<Answer, Failure> {
        let db = in_memory().await.map_err(|error| {
            let failure = Failure::new(Exit::Failed, "memory", "cannot open a database in memory");
            failure.note(format_args!("the engine says: {error}"))
        })?;
        let mut verifier = set.verifier(&db);
        for (version, file) in &self.records {
            let text = fs::read_to_string(file).map_err(|error| {
                Failure::refused(
                    "records",
                    format_args!("{}: the file cannot be read: {error}", file.display()),
                )
            })?;
            verifier = verifier.records(*version, text);
        }
        progress.tell(&format!("verifying {} migrations", set.len()));
        Ok(Answer::of(&progress.during(verifier.verify()).await?))
    }
}

async fn in_memory() -> surrealdb::Result<Surreal<Any>> {
    let db = any::connect("mem://").await?;
    db.use_ns("verify").use_db("verify").await?;
    Ok(db)
}
