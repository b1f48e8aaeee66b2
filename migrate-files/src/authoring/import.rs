//! Scripts that other runners use, as migrations of this one.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use migrate_schema::parse::parse;
use migrate_schema::{Kind, Statement};

use super::names::MigrationNames;
use crate::listing::{Date, File, Role, split_digits};
use crate::place::Snippet;
use crate::problem::{Problem, Problems};
use crate::text::{Directive, decode};

/// The extensions of the scripts that are looked at.
const SCRIPTS: [&str; 3] = ["surql", "surrealql", "sql"];

/// What was made of the scripts of another runner.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Import {
    /// The migrations, in order.
    pub migrations: Vec<ImportedMigration>,
    /// Files that were left alone, since their names have no number.
    pub ignored: Vec<String>,
}

/// A migration that was made of other scripts.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ImportedMigration {
    /// The names of its files. Without a down script there is no second one.
    pub names: MigrationNames,
    /// The up script, and the text of what it was made of.
    pub up: ImportedScript,
    /// The same of the down script, if there is one.
    pub down: Option<ImportedScript>,
}

/// A script that was made of another one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ImportedScript {
    /// The file that it was.
    pub from: String,
    /// Its text now.
    pub text: String,
    /// The statements that were taken out of it.
    pub taken_out: Vec<String>,
}

impl Import {
    /// The files to write, with their texts.
    #[must_use]
    pub fn files(&self) -> Vec<(&str, &str)> {
        let mut files = Vec::new();
        for ImportedMigration { names, up, down } in &self.migrations {
            files.push((&*names.up, &*up.text));
            files.extend(down.iter().map(|down| (&*names.down, &*down.text)));
        }
        files
    }
}

/// Reads the files of a folder, and of those in it, that may be scripts of another runner.
///
/// # Errors
/// The folder, or one in it, cannot be listed.
pub fn list_scripts(folder: &Path) -> io::Result<Vec<File>> {
    let mut files = Vec::new();
    collect(folder, "", 0, &mut files)?;
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(files)
}

fn collect(folder: &Path, shown: &str, depth: usize, files: &mut Vec<File>) -> io::Result<()> {
    const MAX_DEPTH: usize = 4;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{shown}{}", entry.file_name().to_string_lossy());
        let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
        if fs::metadata(entry.path()).is_ok_and(|data| data.is_dir()) {
            if depth < MAX_DEPTH && !is_hidden {
                collect(&entry.path(), &format!("{name}/"), depth + 1, files)?;
            }
        } else if !matches!(Named::parse(&name), Named::Other) {
            files.push(File::read(&entry.path()).named(name));
        }
    }
    Ok(())
}

/// Makes migrations of the scripts of another runner, as far as their names tell: dates or numbers, with
/// the down scripts in a folder `down`, or marked as such, or none. `names` gives the next migration its
/// names.
///
/// # Errors
/// What cannot be read, or cannot be a migration.
pub fn import(
    files: &[File],
    mut names: impl FnMut(&str) -> Result<MigrationNames, Problem>,
) -> Result<Import, Problems> {
    let mut problems = Vec::new();
    let mut found: BTreeMap<Key, Pair<'_>> = BTreeMap::new();
    let mut import = Import::default();
    for file in files {
        match Named::parse(&file.name) {
            Named::Script(key, role) => {
                found.entry(key).or_default().add(role, file, &mut problems);
            }
            Named::Unnumbered => import.ignored.push(file.name.clone()),
            Named::Other => {}
        }
    }
    join_plain_downs(&mut found);
    problems.extend(mixed(&found));
    for (key, Pair { up, down }) in found {
        let Some(up) = up else {
            problems.extend(down.map(|down| {
                Problem::new(&*down.name, "this down script has no up script")
                    .help("move it somewhere else, or rename it like its up script")
            }));
            continue;
        };
        let up = script(up, down.is_none(), &mut problems);
        let down = down.map(|down| script(down, false, &mut problems));
        match names(&key.name()) {
            Ok(names) => import
                .migrations
                .push(ImportedMigration { names, up, down }),
            Err(problem) => problems.push(problem),
        }
    }
    match Problems::new(problems) {
        None => Ok(import),
        Some(problems) => Err(problems),
    }
}

/// What a script is told by: its number or date, and the rest of its name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    number: Number,
    rest: String,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Number {
    Date(Date),
    Plain(u64),
}

impl Key {
    /// The rest as the name of a migration.
    fn name(&self) -> String {
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        let parts = self
            .rest
            .split(|c| !allowed(c))
            .filter(|part| !part.is_empty());
        let joined = parts.collect::<Vec<_>>().join("_");
        match joined.trim_matches(['_', '-']) {
            "" => "imported".to_owned(),
            name => name.to_owned(),
        }
    }
}

/// What a file's name says.
enum Named {
    Script(Key, Role),
    Unnumbered,
    Other,
}

impl Named {
    fn parse(path: &str) -> Self {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let Some((stem, extension)) = name.rsplit_once('.') else {
            return Self::Other;
        };
        if name.starts_with('.') || !SCRIPTS.contains(&extension) {
            return Self::Other;
        }
        let folder = folder.rsplit('/').next().unwrap_or_default();
        let (stem, role) = match (stem.strip_suffix(".up"), stem.strip_suffix(".down")) {
            (Some(stem), _) => (stem, Role::Up),
            (_, Some(stem)) => (stem, Role::Down),
            (None, None) if folder.eq_ignore_ascii_case("down") => (stem, Role::Down),
            (None, None) => (stem, Role::Up),
        };
        let (number, rest) = if let Some((date, _, rest)) = Date::split_from(stem) {
            (Number::Date(date), rest)
        } else {
            let (digits, rest) = split_digits(stem);
            match digits.parse() {
                Ok(number) => (Number::Plain(number), rest),
                Err(_) => return Self::Unnumbered,
            }
        };
        let rest = rest.trim_start_matches(['_', '-', '.', ' ']).to_owned();
        Self::Script(Key { number, rest }, role)
    }
}

#[derive(Debug, Default)]
struct Pair<'f> {
    up: Option<&'f File>,
    down: Option<&'f File>,
}

impl<'f> Pair<'f> {
    fn add(&mut self, role: Role, file: &'f File, problems: &mut Vec<Problem>) {
        let place = match role {
            Role::Up => &mut self.up,
            Role::Down => &mut self.down,
        };
        match place {
            Some(other) => problems.push(
                Problem::new(
                    &*file.name,
                    format!("this is the same {role} script as `{}`", other.name),
                )
                .help("remove one of them"),
            ),
            None => *place = Some(file),
        }
    }
}

/// What ends in `_down` is the down script of what is else named alike.
fn join_plain_downs(found: &mut BTreeMap<Key, Pair<'_>>) {
    let keys: Vec<Key> = found.keys().cloned().collect();
    for key in keys {
        let shorter = key
            .rest
            .strip_suffix("_down")
            .or_else(|| key.rest.strip_suffix("-down"));
        let Some(shorter) = shorter else { continue };
        let up_key = Key {
            rest: shorter.to_owned(),
            ..key.clone()
        };
        let lacks_down = found
            .get(&up_key)
            .is_some_and(|pair| pair.up.is_some() && pair.down.is_none());
        let is_alone = found.get(&key).is_some_and(|pair| pair.down.is_none());
        if lacks_down && is_alone {
            let down = found.remove(&key).and_then(|pair| pair.up);
            if let Some(pair) = found.get_mut(&up_key) {
                pair.down = down;
            }
        }
    }
}

/// Dates and numbers say nothing of each other.
fn mixed(found: &BTreeMap<Key, Pair<'_>>) -> Option<Problem> {
    let file = |(_, pair): (&Key, &Pair<'_>)| pair.up.or(pair.down).map(|file| file.name.clone());
    let is_date = |(key, _): &(&Key, &Pair<'_>)| matches!(key.number, Number::Date(_));
    let date = found.iter().find(is_date).and_then(file)?;
    let number = found.iter().find(|it| !is_date(it)).and_then(file)?;
    let message = format!("this is named by number, and `{date}` by date: which comes first?");
    Some(
        Problem::new(number, message)
            .help("import them from folders of their own, one after the other"),
    )
}

/// A script without what a migration may not hold. What is wrong with it is added to the problems.
fn script(file: &File, is_irreversible: bool, problems: &mut Vec<Problem>) -> ImportedScript {
    let mut imported = ImportedScript {
        from: file.name.clone(),
        text: String::new(),
        taken_out: Vec::new(),
    };
    let text = match &file.bytes {
        Ok(bytes) => decode(bytes).map_err(|fault| {
            Problem::new(&*file.name, "this is not valid UTF-8")
                .at(fault.snippet)
                .help(fault.help)
        }),
        Err(error) => Err(Problem::new(
            &*file.name,
            format!("the file cannot be read: {error}"),
        )),
    };
    let text = match text {
        Ok(text) => text,
        Err(problem) => {
            problems.push(problem);
            return imported;
        }
    };
    let parsed = parse(&text);
    problems.extend(parsed.errors.iter().map(|error| {
        let snippet = Snippet::new(&text, error.start, error.end, &error.label);
        Problem::new(&*file.name, &*error.message).at(snippet)
    }));
    if is_irreversible {
        imported.text.push_str(&Directive::Irreversible.line());
        imported.text.push('\n');
    }
    if text.trim().is_empty() {
        imported
            .text
            .push_str("-- This script was empty when it was imported.\n");
    }
    let mut from = 0;
    for statement in &parsed.statements {
        problems.extend(cancelled(file, &text, statement));
        if is_taken_out(statement.kind) {
            let (start, end) = (statement.span.start as usize, statement.span.end as usize);
            imported.text.push_str(&text[from..start]);
            imported.text.push_str(&taken_out(&text[start..end]));
            let is_last_on_line = text[end..]
                .lines()
                .next()
                .is_none_or(|rest| rest.trim().is_empty());
            if !is_last_on_line {
                imported.text.push('\n');
            }
            imported.taken_out.push(text[start..end].to_owned());
            from = end;
        }
    }
    imported.text.push_str(&text[from..]);
    imported
}

/// Whether a runner does what a statement says by itself, or a migration cannot.
const fn is_taken_out(kind: Kind) -> bool {
    matches!(kind, Kind::Use | Kind::Begin | Kind::Commit | Kind::Option)
}

/// A statement as a comment.
fn taken_out(statement: &str) -> String {
    let lines = statement
        .lines()
        .map(|line| format!("-- taken out on import: {line}"));
    lines.collect::<Vec<_>>().join("\n")
}

/// What was never applied is no migration.
fn cancelled(file: &File, text: &str, statement: &Statement) -> Option<Problem> {
    let (start, end) = (statement.span.start as usize, statement.span.end as usize);
    (statement.kind == Kind::Cancel).then(|| {
        Problem::new(&*file.name, "this undoes what the script did before")
            .at(Snippet::new(text, start, end, ""))
            .help("remove the file, or this statement and what it undoes")
    })
}
