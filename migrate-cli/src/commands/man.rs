//! `migrate man`: the manual page.

use std::path::PathBuf;

use clap::{Args, Command};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Answer;

/// Print the manual page, or write a page for each command
///
/// To read it: `migrate man > migrate.1 && man ./migrate.1`. To install all of them, have them written
/// to a folder of manual pages, such as `/usr/local/share/man/man1`.
#[derive(Debug, Args)]
pub struct Man {
    /// Write the pages of all commands into this folder
    #[arg(long, value_name = "FOLDER")]
    to: Option<PathBuf>,
}

impl Man {
    /// The pages of a whole command line.
    pub fn run(&self, program: Command) -> Result<Answer, Failure> {
        if let Some(folder) = &self.to {
            let written = clap_mangen::generate_to(program, folder);
            written.map_err(|error| cannot_write(&folder.display().to_string(), &error))?;
            let text = format!("written to {}", folder.display());
            return Ok(Answer::new(&*text, &text));
        }
        let mut page = Vec::new();
        let rendered = clap_mangen::Man::new(program).render(&mut page);
        rendered.map_err(|error| cannot_write("the manual page", &error))?;
        let page = String::from_utf8_lossy(&page);
        Ok(Answer::new(page.trim_end(), &page))
    }
}

fn cannot_write(what: &str, error: &std::io::Error) -> Failure {
    let message = format_args!("{what} cannot be written: {error}").to_string();
    Failure::new(Exit::Failed, "not_written", message)
}
