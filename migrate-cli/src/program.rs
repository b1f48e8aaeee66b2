//! The command line of `migrate`.

use std::io;
use std::process::ExitCode;
use std::time::Duration;

use clap::{CommandFactory as _, Parser, Subcommand};
use colorchoice_clap::Color;
use surrealdb::engine::any::Any;
use tokio::runtime::{Builder, Runtime};

use crate::arguments::{ConnectionArguments, DirectoryArguments, Selects};
use crate::commands::check::Check;
use crate::commands::completions::Completions;
use crate::commands::diff::Diff;
use crate::commands::import::Import;
use crate::commands::man::Man;
use crate::commands::new::New;
use crate::commands::renumber::Renumber;
use crate::commands::schema::Schema;
use crate::commands::squash::Squash;
use crate::commands::verify::Verify;
use crate::commands::{DatabaseCommand, Opened};
use crate::environment;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{self, Answer, Format};

/// As much as the server gives its threads: the engine is built for that.
const STACK_SIZE: usize = 10 * 1024 * 1024;

/// How long what is still in progress at the end may take.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(5);

/// Checks, applies, reverts and compares SurrealDB migrations
///
/// Works on a directory of numbered SurrealQL files, without compiling
/// anything. An application that embeds the same directory needs nothing of
/// this at run time.
#[derive(Debug, Parser)]
#[command(name = "migrate", version, max_term_width = 80, after_help = EXIT_STATUSES)]
struct Program {
    #[command(flatten)]
    color: Color,
    #[command(flatten)]
    directory: DirectoryArguments,
    #[command(subcommand)]
    command: Command,
}

const EXIT_STATUSES: &str = "Exit status:
    0  done
    1  failed, or what was looked at is not as it should be
    2  an argument is missing, or cannot be understood
    3  refused: nothing was changed
    4  the database could not be reached or signed in to
    5  nothing to do, where `--exit-code` asks for it
  130  interrupted";

/// The commands, in the order that help lists them.
#[derive(Debug, Subcommand)]
enum Command {
    New(New),
    Check(Check),
    Verify(Verify),
    Schema(Schema),
    Diff(Diff),
    #[command(flatten)]
    Database(DatabaseCommand<ConnectionArguments>),
    Renumber(Renumber),
    Squash(Squash),
    Import(Import),
    Completions(Completions),
    Man(Man),
}

impl Command {
    /// For whom its answer is printed.
    const fn format(&self) -> Format {
        match self {
            Self::Check(check) => check.printed(),
            Self::Verify(verify) => verify.format.format,
            Self::New(new) => new.format.format,
            Self::Schema(schema) => schema.printed(),
            Self::Diff(diff) => diff.format.format,
            Self::Renumber(renumber) => renumber.format.format,
            Self::Squash(squash) => squash.format.format,
            Self::Import(import) => import.format.format,
            Self::Database(command) => command.format(),
            Self::Completions(_) | Self::Man(_) => Format::Text,
        }
    }

    /// Does what it says. What is wrong with the file `.env` matters to those that connect.
    fn run(
        &self,
        directory: &DirectoryArguments,
        environment: Result<(), Failure>,
    ) -> Result<Answer, Failure> {
        match self {
            Self::Check(check) => Ok(check.run(directory)),
            Self::Verify(verify) => block_on(verify.run(&directory.migrations()?)),
            Self::Database(command) => {
                environment?;
                block_on(command.run(&directory.migrations()?, connect))
            }
            Self::New(new) => new.run(directory),
            Self::Schema(schema) => schema.run(directory),
            Self::Diff(diff) => diff.run(directory),
            Self::Squash(squash) => squash.run(directory),
            Self::Renumber(renumber) => {
                if renumber.connects() {
                    environment?;
                }
                block_on(renumber.run(directory))
            }
            Self::Import(import) => {
                if import.connects() {
                    environment?;
                }
                block_on(import.run(directory))
            }
            Self::Completions(completions) => Ok(completions.run(Program::command())),
            Self::Man(man) => man.run(Program::command()),
        }
    }
}

async fn connect(
    arguments: &ConnectionArguments,
    selects: Selects,
) -> Result<Opened<Any>, Failure> {
    Ok(Opened {
        db: arguments.connect(selects).await?,
        place: arguments.place(),
        timeout: Some(arguments.timeout()),
    })
}

fn block_on(command: impl Future<Output = Result<Answer, Failure>>) -> Result<Answer, Failure> {
    let runtime = runtime().map_err(|error| {
        let message = format!("cannot start: {error}");
        Failure::new(Exit::Failed, "runtime", message)
    })?;
    let answer = runtime.block_on(command);
    runtime.shutdown_timeout(SHUTDOWN_TIMEOUT);
    answer
}

fn runtime() -> io::Result<Runtime> {
    let mut builder = Builder::new_multi_thread();
    builder.thread_stack_size(STACK_SIZE).enable_all().build()
}

/// Does what the arguments of this process say.
#[must_use]
pub fn main() -> ExitCode {
    // For `wss` and `https`. Where a build has several of these, the library does not choose.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let environment = environment::read();
    let program = Program::parse();
    program.color.write_global();
    let answer = program.command.run(&program.directory, environment);
    output::print(answer, program.command.format()).into()
}
