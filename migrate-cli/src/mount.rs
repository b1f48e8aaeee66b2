//! The commands in an application's own command line.

use std::fmt;

use clap::{Args, Subcommand};
use migrate_runtime::Migrations;
use surrealdb::{Connection, Surreal};

#[cfg(feature = "verify")]
use crate::commands::verify::Verify;
use crate::commands::{DatabaseCommand, Opened};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{self, Answer, Format};

/// The commands on a database, for an application that mounts them in its own command line: with its
/// embedded migrations, and over its own connection.
///
/// ```no_run
/// use clap::Parser;
/// use migrate_cli::{Exit, Migrate};
/// use migrate_runtime::embed_migrations;
/// use surrealdb::engine::any;
///
/// # /* The paths of an embedded set are relative to the crate, which is another one here.
/// embed_migrations!("migrations");
/// # */ static MIGRATIONS: std::sync::LazyLock<migrate_runtime::Migrations> =
/// #     std::sync::LazyLock::new(|| migrate_runtime::Migrations::new(Vec::new()).unwrap());
///
/// #[derive(Parser)]
/// enum Arguments {
///     /// Listen for requests
///     Serve,
///     /// Bring the database's schema along
///     Migrate(Migrate),
/// }
///
/// #[tokio::main]
/// async fn main() -> Exit {
///     match Arguments::parse() {
///         Arguments::Serve => todo!(),
///         Arguments::Migrate(migrate) => {
///             let connect = async || {
///                 let db = any::connect("ws://localhost:8000").await?;
///                 db.use_ns("app").use_db("app").await?;
///                 Ok::<_, surrealdb::Error>(db)
///             };
///             migrate.run(&MIGRATIONS, connect).await
///         }
///     }
/// }
/// ```
///
/// The application then has `app migrate status`, `plan`, `up`, `down`, `redo`, `accept` and `adopt`,
/// with the feature `schema` also `drift`, and with `verify` also `verify`.
#[derive(Debug, Args)]
pub struct Migrate {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    #[command(flatten)]
    Database(DatabaseCommand<Nothing>),
    #[cfg(feature = "verify")]
    Verify(Verify),
}

// The application knows which database it is.
#[derive(Debug, Args)]
struct Nothing {}

impl Migrate {
    /// Does what the arguments say, prints what came of it, and returns how the process is to end.
    ///
    /// It connects only where a command needs that. While it works, Ctrl-C and SIGTERM end it between
    /// two requests, and no longer end the process by themselves.
    pub async fn run<C, E>(
        &self,
        migrations: &Migrations,
        connect: impl AsyncFnOnce() -> Result<Surreal<C>, E>,
    ) -> Exit
    where
        C: Connection,
        E: fmt::Display,
    {
        // Large as it is, it is not to become a part of the application's own futures.
        let answer = Box::pin(self.answer(migrations, connect)).await;
        output::print(answer, self.format())
    }

    async fn answer<C, E>(
        &self,
        migrations: &Migrations,
        connect: impl AsyncFnOnce() -> Result<Surreal<C>, E>,
    ) -> Result<Answer, Failure>
    where
        C: Connection,
        E: fmt::Display,
    {
        match &self.command {
            Command::Database(command) => {
                let connect = async |_: &Nothing, _| match connect().await {
                    Ok(db) => Ok(Opened {
                        db,
                        place: None,
                        timeout: None,
                    }),
                    Err(error) => Err(cannot_connect(&error)),
                };
                command.run(migrations, connect).await
            }
            #[cfg(feature = "verify")]
            Command::Verify(verify) => verify.run(migrations).await,
        }
    }

    const fn format(&self) -> Format {
        match &self.command {
            Command::Database(command) => command.format(),
            #[cfg(feature = "verify")]
            Command::Verify(verify) => verify.format.format,
        }
    }
}

fn cannot_connect(error: &impl fmt::Display) -> Failure {
    Failure::new(
        Exit::NotConnected,
        "unreachable",
        "cannot connect to the database",
    )
    .note(error)
}
