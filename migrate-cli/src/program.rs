//! The command line of `migrate`.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use colorchoice_clap::Color;

use crate::arguments::DirectoryArguments;
use crate::commands::check::Check;
use crate::exit::Exit;
use crate::output;

/// Checks, applies, reverts and compares SurrealDB migrations
///
/// Works on a directory of numbered SurrealQL files, without compiling anything. An application that
/// embeds the same directory needs nothing of this at run time.
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
    2  the arguments cannot be understood
    3  refused: nothing was changed
    4  the database could not be reached or signed in to
    5  nothing to do, where `--exit-code` asks for it
  130  interrupted";

/// The commands, in the order that help lists them.
#[derive(Debug, Subcommand)]
enum Command {
    Check(Check),
}

impl Command {
    /// Does what it says, prints what came of it, and returns how the process ends.
    fn run(self, directory: &DirectoryArguments) -> Exit {
        match self {
            Self::Check(check) => {
                let (format, answer) = (check.printed(), check.run(directory));
                output::print(answer, format)
            }
        }
    }
}

/// Does what the arguments of this process say.
#[must_use]
pub fn main() -> ExitCode {
    let program = Program::parse();
    program.color.write_global();
    program.command.run(&program.directory).into()
}
