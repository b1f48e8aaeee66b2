//! A file for each command: its own arguments, and what it does.

#[cfg(feature = "program")]
pub mod check;
mod plan;
mod status;
mod up;

use clap::{Args, Subcommand};
use migrate_runtime::{Migrations, Runner, Stop};
use surrealdb::{Connection, Surreal};

use crate::arguments::IfMissing;
use crate::failure::Failure;
use crate::output::{Answer, Format};

use plan::Plan;
use status::Status;
use up::Up;

/// What a command works on.
pub struct Session<'a, C: Connection> {
    /// The migrations.
    pub set: &'a Migrations,
    /// The database.
    pub db: &'a Surreal<C>,
    /// What ends a call early.
    pub stop: &'a Stop,
}

impl<'a, C: Connection> Session<'a, C> {
    /// A runner that ends early where the user wants it to.
    fn runner(&self) -> Runner<'a, C> {
        self.set.runner(self.db).stop(self.stop)
    }
}

/// The commands that take a database, in the order that help lists them. Which one it is, the
/// arguments `D` say, if that is for the arguments to say.
#[derive(Debug, Subcommand)]
pub enum DatabaseCommand<D: Args> {
    Status(On<D, Status>),
    Plan(On<D, Plan>),
    Up(On<D, Up>),
}

/// A command with the arguments that say on which database.
#[derive(Debug, Args)]
pub struct On<D: Args, A: Args> {
    #[command(flatten)]
    command: A,
    #[command(flatten)]
    database: D,
}

impl<D: Args> DatabaseCommand<D> {
    /// For whom its answer is printed.
    pub const fn format(&self) -> Format {
        match self {
            Self::Status(on) => on.command.format.format,
            Self::Plan(on) => on.command.format.format,
            Self::Up(on) => on.command.format.format,
        }
    }

    /// Connects, and does what the command says.
    pub async fn run<C: Connection>(
        self,
        set: &Migrations,
        stop: &Stop,
        connect: impl AsyncFnOnce(&D, IfMissing) -> Result<Surreal<C>, Failure>,
    ) -> Result<Answer, Failure> {
        let (database, if_missing) = match &self {
            Self::Status(on) => (&on.database, IfMissing::Fail),
            Self::Plan(on) => (&on.database, IfMissing::Fail),
            Self::Up(on) => (&on.database, IfMissing::Create),
        };
        let db = &connect(database, if_missing).await?;
        let session = Session { set, db, stop };
        match &self {
            Self::Status(on) => on.command.run(&session).await,
            Self::Plan(on) => on.command.run(&session).await,
            Self::Up(on) => on.command.run(&session).await,
        }
    }
}
