//! The command line of `migrate`.

use std::io;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};
use colorchoice_clap::Color;
use migrate_runtime::Stop;
use tokio::runtime::{Builder, Runtime};

use crate::arguments::{ConnectionArguments, DirectoryArguments};
use crate::commands::DatabaseCommand;
use crate::commands::check::Check;
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
pub struct Program {
    #[command(flatten)]
    directory: DirectoryArguments,
    #[command(flatten)]
    color: Color,
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
    Check(Check),
    #[command(flatten)]
    Database(DatabaseCommand<ConnectionArguments>),
}

impl Command {
    /// For whom its answer is printed.
    const fn format(&self) -> Format {
        match self {
            Self::Check(check) => check.printed(),
            Self::Database(command) => command.format(),
        }
    }
}

/// Reads the migrations before anything else: a set that is not valid goes nowhere.
fn on_database(
    command: DatabaseCommand<ConnectionArguments>,
    directory: &DirectoryArguments,
) -> Result<Answer, Failure> {
    let set = directory.migrations()?;
    let runtime = runtime().map_err(|error| {
        Failure::new(
            Exit::Failed,
            "runtime",
            format_args!("cannot start: {error}"),
        )
    })?;
    let stop = Stop::new();
    let answer = runtime.block_on(command.run(&set, &stop, ConnectionArguments::connect));
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
    let environment = read_environment();
    let Program {
        directory,
        color,
        command,
    } = Program::parse();
    color.write_global();
    let format = command.format();
    let answer = match command {
        Command::Check(check) => check.run(&directory),
        Command::Database(command) => environment.and_then(|()| on_database(command, &directory)),
    };
    output::print(answer, format).into()
}

/// Takes what a file `.env` here or above says for the environment, as far as that says nothing.
fn read_environment() -> Result<(), Failure> {
    match dotenvy::dotenv() {
        Ok(_) => Ok(()),
        Err(error) if error.not_found() => Ok(()),
        Err(dotenvy::Error::LineParse(_, at)) => Err(Failure::new(
            Exit::Usage,
            "environment_file",
            "a line of the file `.env` here or above cannot be understood",
        )
        .note(format_args!(
            "at its character {at}; the line is not shown, since it may be a secret"
        ))
        .help("each line is `NAME=value`; put a value with spaces, `#` or `$` into single quotes")),
        Err(error) => Err(Failure::new(
            Exit::Usage,
            "environment_file",
            format_args!("the file `.env` cannot be read: {error}"),
        )),
    }
}
