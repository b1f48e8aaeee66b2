//! Asking before something is done that cannot be undone.

use std::io::{self, IsTerminal as _};

use dialoguer::{Confirm, console::Term};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::tell;

/// Whether somebody can answer.
fn is_interactive() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks whether to go on. What it is about has been printed by then.
pub fn confirm(question: &str) -> Result<(), Failure> {
    if !is_interactive() {
        return Err(Failure::refused(
            "not_confirmed",
            "this needs to be confirmed, and there is no terminal to ask on",
        )
        .note("nothing was done")
        .help("pass `--yes` if it is meant"));
    }
    let answer = Confirm::new()
        .with_prompt(question)
        .default(false)
        .wait_for_newline(true)
        .interact_opt();
    // It is hidden while the question stands, and stays so where that ends with an error.
    let _ = Term::stderr().show_cursor();
    match answer {
        Ok(Some(true)) => Ok(()),
        Ok(_) => Err(Failure::refused("declined", "declined: nothing was done")),
        Err(_) => {
            // Behind the question, which the cursor is still in.
            tell("");
            Err(Failure::new(
                Exit::Interrupted,
                "interrupted",
                "interrupted: nothing was done",
            ))
        }
    }
}
