//! A file for each command: its own arguments, and what it does.

mod accept;
mod adopt;
#[cfg(feature = "program")]
pub mod check;
#[cfg(feature = "program")]
pub mod completions;
#[cfg(feature = "program")]
pub mod diff;
mod down;
#[cfg(feature = "schema")]
mod drift;
#[cfg(feature = "program")]
pub mod import;
#[cfg(feature = "program")]
pub mod man;
#[cfg(feature = "program")]
pub mod new;
mod plan;
mod redo;
#[cfg(feature = "program")]
pub mod renumber;
#[cfg(feature = "program")]
pub mod schema;
mod session;
#[cfg(feature = "program")]
pub mod squash;
mod status;
mod tenants;
mod up;
#[cfg(feature = "verify")]
pub mod verify;
#[cfg(feature = "program")]
mod workspace;

use std::time::Duration;

use clap::{Args, Subcommand};
use migrate_runtime::Migrations;
use surrealdb::{Connection, Surreal};

use crate::arguments::{IfMissing, Selects};
use crate::failure::Failure;
use crate::interaction::{Interrupt, Progress};
use crate::output::{Answer, Format};

use accept::Accept;
use adopt::Adopt;
use down::Down;
#[cfg(feature = "schema")]
use drift::Drift;
use plan::Plan;
use redo::Redo;
use session::Session;
use status::Status;
use up::Up;

/// The commands on a database, in the order that help lists them. Which database it is, the arguments
/// `D` say, if that is for arguments to say.
#[derive(Debug, Subcommand)]
pub enum DatabaseCommand<D: Args> {
    Status(On<D, Status>),
    Plan(On<D, Plan>),
    Up(On<D, Up>),
    Down(On<D, Down>),
    Redo(On<D, Redo>),
    Accept(On<D, Accept>),
    Adopt(On<D, Adopt>),
    #[cfg(feature = "schema")]
    Drift(On<D, Drift>),
}

// A command with the arguments that say on which database. Here, and at those arguments, a comment of
// documentation would be what help says of each command, rather than the command's own.
#[derive(Debug, Args)]
pub struct On<D: Args, A: Args> {
    #[command(flatten)]
    command: A,
    #[command(flatten)]
    database: D,
}

const EXISTING: Selects = Selects::Database(IfMissing::Fail);

/// An open database.
pub struct Opened<C: Connection> {
    pub db: Surreal<C>,
    /// Where it is, for questions about it.
    pub place: Option<String>,
    /// How long an answer may take, if not as long as by default.
    pub timeout: Option<Duration>,
}

impl<D: Args> DatabaseCommand<D> {
    /// For whom its answer is printed.
    pub const fn format(&self) -> Format {
        match self {
            Self::Status(on) => on.command.format.format,
            Self::Plan(on) => on.command.format.format,
            Self::Up(on) => on.command.format.format,
            Self::Down(on) => on.command.format.format,
            Self::Redo(on) => on.command.format.format,
            Self::Accept(on) => on.command.format.format,
            Self::Adopt(on) => on.command.format.format,
            #[cfg(feature = "schema")]
            Self::Drift(on) => on.command.format.format,
        }
    }

    /// Which database it is on, and what has to be selected there.
    const fn database(&self) -> (&D, Selects) {
        match self {
            Self::Status(on) if on.command.tenants.is_given() => {
                (&on.database, Selects::Namespace(IfMissing::Fail))
            }
            Self::Up(on) if on.command.tenants.is_given() => {
                let if_missing = on.command.tenants.if_missing();
                (&on.database, Selects::Namespace(if_missing))
            }
            Self::Status(on) => (&on.database, EXISTING),
            Self::Plan(on) => (&on.database, EXISTING),
            Self::Up(on) => (&on.database, Selects::Database(IfMissing::Create)),
            Self::Down(on) => (&on.database, EXISTING),
            Self::Redo(on) => (&on.database, EXISTING),
            Self::Accept(on) => (&on.database, EXISTING),
            Self::Adopt(on) => (&on.database, EXISTING),
            #[cfg(feature = "schema")]
            Self::Drift(on) => (&on.database, EXISTING),
        }
    }

    /// Connects, and does what the command says, unless a signal ends it.
    pub async fn run<C: Connection>(
        &self,
        set: &Migrations,
        connect: impl AsyncFnOnce(&D, Selects) -> Result<Opened<C>, Failure>,
    ) -> Result<Answer, Failure> {
        let (interrupt, progress) = (&Interrupt::default(), &Progress::new());
        let command = async {
            let (database, selects) = self.database();
            let opened = connect(database, selects).await?;
            let session = Session {
                set,
                db: &opened.db,
                place: opened.place.as_deref(),
                timeout: opened.timeout,
                interrupt,
                progress,
            };
            self.run_on(&session).await
        };
        interrupt.guard(progress, command).await
    }

    async fn run_on<C: Connection>(&self, session: &Session<'_, C>) -> Result<Answer, Failure> {
        match self {
            Self::Status(on) if on.command.tenants.is_given() => {
                tenants::status(&on.command, session).await
            }
            Self::Up(on) if on.command.tenants.is_given() => {
                tenants::up(&on.command, session).await
            }
            Self::Status(on) => on.command.run(session).await,
            Self::Plan(on) => on.command.run(session).await,
            Self::Up(on) => on.command.run(session).await,
            Self::Down(on) => on.command.run(session).await,
            Self::Redo(on) => on.command.run(session).await,
            Self::Accept(on) => on.command.run(session).await,
            Self::Adopt(on) => on.command.run(session).await,
            #[cfg(feature = "schema")]
            Self::Drift(on) => on.command.run(session).await,
        }
    }
}
