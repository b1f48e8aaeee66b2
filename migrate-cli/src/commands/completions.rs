//! `migrate completions`: what a shell needs to complete the command's arguments.

use clap::{Args, Command};
use clap_complete::{Shell, generate};

use crate::output::Answer;

/// Print completions for a shell
///
/// For bash, `source <(migrate completions bash)` in `~/.bashrc`; for zsh, the same in `~/.zshrc`; for
/// fish, `migrate completions fish | source` in `~/.config/fish/config.fish`.
#[derive(Debug, Args)]
pub struct Completions {
    /// Which shell
    shell: Shell,
}

impl Completions {
    /// Those of a whole command line.
    pub fn run(&self, mut program: Command) -> Answer {
        let name = program.get_name().to_owned();
        let mut script = Vec::new();
        generate(self.shell, &mut program, name, &mut script);
        let script = String::from_utf8_lossy(&script);
        Answer::new(script.trim_end(), &script)
    }
}
