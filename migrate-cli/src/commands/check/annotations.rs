//! GitHub's workflow commands: a line for each finding, which the pull request then shows on the line
//! that it is about.

use std::env;
use std::path::Path;

use migrate_files::Lint;

use super::findings::{Finding, Findings, Level};

/// A command for each finding, and the last line as it is.
pub fn print(found: &Findings) -> String {
    let folder = folder_in_repository();
    let commands = found.iter().map(|finding| command(finding, &folder));
    let lines: Vec<String> = commands.chain([found.message()]).collect();
    lines.join("\n")
}

fn command(Finding { level, problem }: &Finding, folder: &str) -> String {
    let name = match level {
        Level::Error => "error",
        Level::Warning => "warning",
    };
    let file = property(&format!("{folder}{}", problem.file));
    let place = problem.snippet.as_ref().map(|snippet| {
        let (line, column) = (snippet.place.line, snippet.place.column);
        let end = column + snippet.width;
        format!(",line={line},endLine={line},col={column},endColumn={end}")
    });
    let place = place.unwrap_or_default();
    let title = problem.lint.map_or("migrations", Lint::name);
    let lines = [&problem.message]
        .into_iter()
        .chain(&problem.notes)
        .cloned();
    let help = problem.help.iter().map(|help| format!("help: {help}"));
    let message: Vec<String> = lines.chain(help).collect();
    let message = data(&message.join("\n"));
    format!("::{name} file={file}{place},title={title}::{message}")
}

/// Where this process runs below the root of the repository, by which annotations name files: empty,
/// or with a `/` at the end.
fn folder_in_repository() -> String {
    let root = env::var_os("GITHUB_WORKSPACE");
    let here = env::current_dir().ok();
    let below = root.zip(here).and_then(|(root, here)| {
        let below = here.strip_prefix(Path::new(&root)).ok()?;
        Some(
            below
                .to_string_lossy()
                .replace(std::path::MAIN_SEPARATOR, "/"),
        )
    });
    match below {
        Some(below) if !below.is_empty() => below + "/",
        _ => String::new(),
    }
}

/// The message of a command: one line.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
