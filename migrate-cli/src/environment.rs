//! The file `.env`: variables of a project, for whoever works in its folder.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::exit::Exit;
use crate::failure::Failure;

const FILE: &str = ".env";

/// Takes what the file here, or in the next folder above that has one, says for the environment, as far
/// as that says nothing.
pub fn read() -> Result<(), Failure> {
    let Some(path) = find() else {
        return Ok(());
    };
    dotenvy::from_path(&path).map_err(|error| match error {
        dotenvy::Error::LineParse(part, _) => not_understood(&path, &part),
        error => {
            let message = format!("{}: the file cannot be read: {error}", path.display());
            Failure::new(Exit::Usage, "environment_file", message)
        }
    })
}

fn find() -> Option<PathBuf> {
    let here = env::current_dir().ok()?;
    let files = here.ancestors().map(|folder| folder.join(FILE));
    files.into_iter().find(|file| file.is_file())
}

/// What stands there may be a secret, and is not shown.
fn not_understood(path: &Path, part_of_line: &str) -> Failure {
    let text = fs::read_to_string(path).unwrap_or_default();
    let mut lines = text.lines();
    let number = lines.position(|line| line.trim().ends_with(part_of_line.trim()));
    let place = number.map_or_else(String::new, |number| format!(":{}", number + 1));
    let message = format!("{}{place}: this line cannot be understood", path.display());
    Failure::new(Exit::Usage, "environment_file", message)
        .help("write `NAME=value`, and a value with spaces, `#` or `$` in single quotes")
}
