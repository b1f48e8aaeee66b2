//! Brings a database to the latest version of `migrations/`, shows its status, and reverts the last
//! migration and applies it again.
//!
//! ```sh
//! cargo run                  # in memory
//! cargo run -- notebook.db   # in that folder: run it twice
//! ```

use std::error::Error;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;
use migrate_runtime::embed_migrations;
use surrealdb::Surreal;
use surrealdb::engine::any::{self, Any};

embed_migrations!("../../migrations");

/// Brings a database up to date with the migrations of this repository, the schema of a research
/// notebook.
///
/// Applies what is pending and prints what was applied and the status of each migration. Then reverts
/// the last migration and applies it again.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The folder of the database, created if it does not exist; without it, the database is kept
    /// in memory and is gone at the end
    #[arg(value_parser = folder)]
    folder: Option<String>,
}

fn folder(argument: &str) -> Result<String, &'static str> {
    match argument {
        "" => Err("the name of a folder is not empty"),
        _ if argument.contains("://") => Err("an address, but the database is kept in a folder"),
        _ => Ok(argument.to_owned()),
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse().folder).await {
        Ok(()) => ExitCode::SUCCESS,
        // As in `cargo run | head -1`: there is nobody left to write for.
        Err(error) if is_closed_pipe(&*error) => ExitCode::SUCCESS,
        Err(error) => {
            // `eprintln!` would panic where the errors go to a closed pipe.
            let _ = writeln!(io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(folder: Option<String>) -> Result<(), Box<dyn Error>> {
    let endpoint = folder.map_or("mem://".to_owned(), |folder| {
        format!("surrealkv://{folder}")
    });
    let db = connect(&endpoint)
        .await
        .map_err(|error| cannot_open(&endpoint, &error))?;

    let mut out = io::stdout();
    let report = MIGRATIONS.run(&db).await?;
    writeln!(out, "run against {endpoint}\n\n{report}\n")?;
    writeln!(out, "status\n\n{}\n", MIGRATIONS.status(&db).await?)?;
    // Printed once both are done: a closed pipe must not leave the database a version behind.
    let reverted = MIGRATIONS.revert(&db).await?;
    let applied = MIGRATIONS.run(&db).await?;
    writeln!(out, "revert\n\n{reverted}\n\nrun\n\n{applied}")?;
    Ok(())
}

async fn connect(endpoint: &str) -> surrealdb::Result<Surreal<Any>> {
    let db = any::connect(endpoint).await?;
    db.use_ns("app").use_db("app").await?;
    Ok(db)
}

fn cannot_open(endpoint: &str, error: &surrealdb::Error) -> String {
    format!(
        "error: cannot open the database {endpoint}
  = the engine says: {error}
  = help: name a folder that you may write to and that no other process has open"
    )
}

fn is_closed_pipe(error: &(dyn Error + 'static)) -> bool {
    error
        .downcast_ref::<io::Error>()
        .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
