//! From files to an ordered set: which halves belong together, and whether the numbers are right.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use super::directive::{self, Directive, Directives};
use super::directory::{Directory, File};
use super::file_name::{FileName, Half, MigrationName};
use super::problem::{Problem, Problems};
use super::text;
use crate::{Checksum, Execution, Migration, Script, Statement, Version};

/// Checks files and puts them together. What it returns does not depend on their order.
///
/// # Errors
/// Every problem, in file order.
pub fn read_files(directory: &Directory, files: &[File]) -> Result<Vec<Migration>, Problems> {
    let mut set = Set {
        directory,
        problems: Vec::new(),
    };
    let (sources, near_misses) = set.read_sources(files);
    let versions = Versions::of(&sources, &near_misses);
    set.check_numbering(&versions);
    let migrations = set.pair(sources);
    set.check_not_empty(files);
    set.problems.sort_by_cached_key(order);
    match Problems::new(set.problems) {
        None => Ok(migrations),
        Some(problems) => Err(problems),
    }
}

/// File order: by version, then by name, then by place.
fn order(problem: &Problem) -> (Version, String, Option<(usize, usize)>) {
    let name = problem.file.rsplit('/').next().unwrap_or_default();
    let digits = name.find(|c: char| !c.is_ascii_digit()).unwrap_or(0);
    let version = name[..digits].parse().unwrap_or(Version::MAX);
    let place = problem.snippet.as_ref().map(|snippet| snippet.place);
    let place = place.map(|place| (place.line, place.column));
    (version, problem.file.clone(), place)
}

/// A file whose name is a migration's, read and checked by itself.
struct Source {
    name: MigrationName,
    file_name: String,
    script: Script,
    directives: Directives,
}

impl Source {
    fn is_irreversible(&self) -> bool {
        self.directives.has(Directive::Irreversible)
    }
}

struct Set<'a> {
    directory: &'a Directory,
    problems: Vec<Problem>,
}

impl Set<'_> {
    fn problem(&mut self, file_name: &str, message: impl Into<String>, help: impl Into<String>) {
        let file = self.directory.shown_file(file_name);
        self.problems.push(Problem::new(file, message).help(help));
    }

    /// The files that are migrations, and the versions of those that only look like one.
    fn read_sources(&mut self, files: &[File]) -> (Vec<Source>, BTreeSet<Version>) {
        let mut sources = Vec::new();
        let mut near_misses = BTreeSet::new();
        for file in files {
            match FileName::parse(&file.name) {
                FileName::Migration(name) => sources.push(self.read_source(name, file)),
                FileName::NearMiss(miss) => {
                    near_misses.extend(miss.version);
                    self.problem(&file.name, miss.message, miss.help);
                }
                FileName::Other => {}
            }
        }
        sources.sort_by(|a, b| a.file_name.cmp(&b.file_name));
        (sources, near_misses)
    }

    fn read_source(&mut self, name: MigrationName, file: &File) -> Source {
        let shown = self.directory.shown_file(&file.name);
        let text = match &file.bytes {
            Err(error) => {
                let problem = Problem::new(&shown, format!("the file cannot be read: {error}"));
                self.problems.push(problem);
                None
            }
            Ok(bytes) => match text::normalise(bytes) {
                Ok(text) => Some(text),
                Err(fault) => {
                    let problem = Problem::new(&shown, "the file is not UTF-8 from here on")
                        .at(fault.snippet)
                        .help(fault.help);
                    self.problems.push(problem);
                    None
                }
            },
        };
        let directives = directive::read(text.as_deref().unwrap_or_default());
        for wrong in &directives.wrong {
            let problem = Problem::new(&shown, &wrong.message)
                .at(wrong.snippet.clone())
                .help(&wrong.help);
            self.problems.push(problem);
        }
        let statements = match &text {
            Some(text) => self.check_script(&shown, text, &directives),
            None => Vec::new(),
        };
        Source {
            name,
            file_name: file.name.clone(),
            script: Script {
                file: Cow::Owned(shown),
                text: Cow::Owned(text.unwrap_or_default()),
                statements: Cow::Owned(statements),
            },
            directives,
        }
    }

    #[cfg(feature = "surrealql")]
    fn check_script(&mut self, shown: &str, text: &str, directives: &Directives) -> Vec<Statement> {
        use super::{statement_rules, surrealql};
        use crate::Snippet;

        let parsed = surrealql::parse(text);
        for error in parsed.errors {
            let snippet = Snippet::new(text, error.start, error.end, &error.label);
            self.problems
                .push(Problem::new(shown, error.message).at(snippet));
        }
        for refusal in statement_rules::check(&parsed.statements, directives) {
            let (start, end) = (refusal.place.start as usize, refusal.place.end as usize);
            let problem = Problem::new(shown, refusal.message)
                .at(Snippet::new(text, start, end, ""))
                .help(refusal.help);
            self.problems.push(problem);
        }
        let places = parsed.statements.iter().map(|statement| statement.place);
        places.collect()
    }

    #[cfg(not(feature = "surrealql"))]
    #[expect(clippy::unused_self, reason = "the parser's half of this needs it")]
    const fn check_script(&mut self, _: &str, _: &str, _: &Directives) -> Vec<Statement> {
        Vec::new()
    }

    fn check_numbering(&mut self, versions: &Versions) {
        let mut before: Option<(Version, &str)> = None;
        for (version, file) in &versions.0 {
            let expected = before.map_or(1, |(version, _)| version + 1);
            if expected < *version {
                let (message, help) = match before {
                    None => (
                        format!("the first migration is {version}, but versions start at 1"),
                        format!(
                            "add what is missing from 1 on, or renumber this one to {expected}"
                        ),
                    ),
                    Some((previous, previous_file)) => (
                        format!(
                            "{} missing between {previous} (`{previous_file}`) and {version} (`{file}`)",
                            missing(expected, version - 1)
                        ),
                        format!(
                            "add what is missing, or renumber from here on: {version} would be {expected}"
                        ),
                    ),
                };
                self.problem(file, message, help);
            }
            before = Some((*version, file));
        }
    }

    fn check_not_empty(&mut self, files: &[File]) {
        let is_migration = |file: &File| FileName::parse(&file.name) != FileName::Other;
        if !files.iter().any(is_migration) {
            let shown = self.directory.shown();
            let problem =
                Problem::new(shown, "there are no migrations in this directory").help(format!(
                    "begin with `{0}` and `{1}`",
                    self.directory.shown_file("001_initial.up.surql"),
                    self.directory.shown_file("001_initial.down.surql")
                ));
            self.problems.push(problem);
        }
    }

    fn pair(&mut self, sources: Vec<Source>) -> Vec<Migration> {
        let mut by_version: BTreeMap<Version, Vec<Source>> = BTreeMap::new();
        for source in sources {
            by_version
                .entry(source.name.version)
                .or_default()
                .push(source);
        }
        let versions = by_version.into_values();
        versions
            .filter_map(|files| self.pair_version(files))
            .collect()
    }

    /// Puts the files of one version together; `None` where that was a problem.
    fn pair_version(&mut self, files: Vec<Source>) -> Option<Migration> {
        let Halves { ups, downs } = Halves::of(files);
        // Both are looked at before either ends this.
        let (up, down) = (self.only_one(ups, "up"), self.only_one(downs, "down"));
        match (up.ok()?, down.ok()?) {
            (None, None) => None,
            (None, Some(down)) => {
                self.down_without_up(&down);
                None
            }
            (Some(up), None) => {
                self.check_up(&up);
                if !up.is_irreversible() {
                    self.up_without_down(&up);
                    return None;
                }
                Some(migration(up, None))
            }
            (Some(up), Some(down)) => {
                self.check_up(&up);
                self.check_down(&down);
                self.check_pair(&up, &down);
                Some(migration(up, Some(down)))
            }
        }
    }

    fn only_one(&mut self, mut halves: Vec<Source>, half: &str) -> Result<Option<Source>, Several> {
        if halves.len() < 2 {
            return Ok(halves.pop());
        }
        for pair in halves.windows(2) {
            let (version, other) = (pair[0].name.version, &pair[0].file_name);
            self.problem(
                &pair[1].file_name,
                format!("version {version} has another {half} half: `{other}`"),
                "give one of them the next free number, or remove it",
            );
        }
        Err(Several)
    }

    fn down_without_up(&mut self, down: &Source) {
        let up_name = file_name(&down.name, own_name(down), down.name.half, "up");
        self.problem(
            &down.file_name,
            "there is no up half to this down half",
            format!("write `{up_name}`, or remove this file"),
        );
    }

    fn up_without_down(&mut self, up: &Source) {
        let MigrationName { half, name, .. } = &up.name;
        if let (Half::Plain, Some(shorter)) = (half, up.name.name_before_down()) {
            let as_up = [Half::Up, Half::Down].map(|half| suffixed(&up.name, name, half));
            let as_down = suffixed(&up.name, shorter, Half::Down);
            let its_up = file_name(&up.name, shorter, Half::Plain, "up");
            self.problem(
                &up.file_name,
                format!("this is the down half of `{its_up}`, which is not there, or the up half of a migration called `{name}`"),
                format!("rename it to `{as_down}` for the one, or to `{}` beside `{}` for the other", as_up[0], as_up[1]),
            );
            return;
        }
        let down_name = file_name(&up.name, name, *half, "down");
        self.problem(
            &up.file_name,
            "there is no down half to this up half",
            format!("write `{down_name}`, or begin this file with `-- migrate: irreversible`"),
        );
    }

    fn check_up(&mut self, up: &Source) {
        self.check_parser(up);
        if cfg!(feature = "surrealql") && up.script.statements.is_empty() && self.is_sound(up) {
            self.problem(
                &up.file_name,
                "there is no statement in this up half",
                "write what the migration does, or remove its files",
            );
        }
    }

    /// Without the parser nobody knows where a statement ends.
    fn check_parser(&mut self, up: &Source) {
        if cfg!(feature = "surrealql") {
            return;
        }
        if let Some(line) = up.directives.line_of(Directive::PerStatement) {
            let problem = Problem::new(
                &*up.script.file,
                "`per-statement` needs the parser, and this is built without it",
            );
            let help =
                "turn on the feature `surrealql` of `migrate-runtime`, which is on by default";
            self.problems.push(problem.at(line.clone()).help(help));
        }
    }

    fn check_down(&mut self, down: &Source) {
        // Without a statement there are only comments, semicolons and blanks.
        let mut rest = down.script.text.chars();
        let says_nothing = rest.all(|c| c.is_whitespace() || c == ';');
        if cfg!(feature = "surrealql") && says_nothing && self.is_sound(down) {
            self.problem(
                &down.file_name,
                "there is no statement in this down half",
                "write what takes the migration back, or a comment that says why there is nothing to do",
            );
        }
        for directive in [Directive::Irreversible, Directive::PerStatement] {
            if let Some(line) = down.directives.line_of(directive) {
                let problem = Problem::new(
                    &*down.script.file,
                    format!("`{}` belongs into an up half", directive.word()),
                );
                self.problems
                    .push(problem.at(line.clone()).help("remove this line"));
            }
        }
    }

    fn check_pair(&mut self, up: &Source, down: &Source) {
        if let Some(line) = up.directives.line_of(Directive::Irreversible) {
            let problem = Problem::new(
                &*up.script.file,
                format!(
                    "this migration is irreversible, but has a down half: `{}`",
                    down.file_name
                ),
            );
            let help = "remove this line, or the down half";
            self.problems.push(problem.at(line.clone()).help(help));
        }
        let (up_name, down_name) = (&up.name.name, own_name(down));
        let is_suffixed = |source: &Source| source.name.half != Half::Plain;
        if up_name != down_name {
            let quoted = |name: &str| match name {
                "" => "none".to_owned(),
                name => format!("`{name}`"),
            };
            let renamed = file_name(&down.name, up_name, down.name.half, "down");
            self.problem(
                &down.file_name,
                format!(
                    "the halves of version {} differ in their names: {} up, {} down",
                    up.name.version,
                    quoted(up_name),
                    quoted(down_name)
                ),
                format!("rename this one to `{renamed}`, or the other to match"),
            );
        } else if is_suffixed(up) != is_suffixed(down) {
            let renamed = file_name(&down.name, up_name, up.name.half, "down");
            self.problem(
                &down.file_name,
                format!(
                    "the halves of version {} are named in two styles; the other is `{}`",
                    up.name.version, up.file_name
                ),
                format!("rename this one to `{renamed}`"),
            );
        }
    }

    /// Whether nothing was found wrong in a file itself, so that what it lacks is worth telling.
    fn is_sound(&self, source: &Source) -> bool {
        let mut problems = self.problems.iter();
        !problems.any(|problem| problem.file == *source.script.file)
    }
}

/// More files than one for the same half.
struct Several;

/// The files of one version by what they are.
struct Halves {
    ups: Vec<Source>,
    downs: Vec<Source>,
}

impl Halves {
    /// A plain name that ends in `_down` is a down half where the up half that it would belong to
    /// is there, and otherwise an up half with such a name. Where there is another up half and no
    /// down half it counts as a down half as well: of the two mistakes that this could be, a name
    /// that differs is the likelier one.
    fn of(mut files: Vec<Source>) -> Self {
        // Shorter names first, so that the up half of a `_down` has been told by then.
        files.sort_by_key(|file| (file.name.name_before_down().is_some(), file.name.name.len()));
        let mut halves = Self {
            ups: Vec::new(),
            downs: Vec::new(),
        };
        let (suffixed, plain): (Vec<_>, Vec<_>) = files
            .into_iter()
            .partition(|file| file.name.half != Half::Plain);
        for file in suffixed {
            match file.name.half {
                Half::Down => halves.downs.push(file),
                Half::Up | Half::Plain => halves.ups.push(file),
            }
        }
        for file in plain {
            match halves.has_up_for(&file) || halves.lacks_only(&file) {
                true => halves.downs.push(file),
                false => halves.ups.push(file),
            }
        }
        halves.ups.sort_by(|a, b| a.file_name.cmp(&b.file_name));
        halves.downs.sort_by(|a, b| a.file_name.cmp(&b.file_name));
        halves
    }

    fn has_up_for(&self, plain: &Source) -> bool {
        let shorter = plain.name.name_before_down();
        shorter.is_some_and(|name| self.ups.iter().any(|up| up.name.name == name))
    }

    /// Whether a down half is all that is missing, and this could be one but for its name.
    fn lacks_only(&self, plain: &Source) -> bool {
        plain.name.name_before_down().is_some() && !self.ups.is_empty() && self.downs.is_empty()
    }
}

/// What a down half's migration is called.
fn own_name(down: &Source) -> &str {
    match down.name.half {
        Half::Plain => down.name.name_before_down().unwrap_or(&down.name.name),
        Half::Up | Half::Down => &down.name.name,
    }
}

/// A file name like `like`'s, in the style of `half`.
fn file_name(like: &MigrationName, name: &str, half: Half, up_or_down: &str) -> String {
    let stem = match name {
        "" => like.digits.clone(),
        name => format!("{}_{name}", like.digits),
    };
    let marked = match (half, up_or_down) {
        (Half::Plain, "up") => stem,
        (Half::Plain, _) => format!("{stem}_down"),
        (Half::Up | Half::Down, suffix) => format!("{stem}.{suffix}"),
    };
    format!("{marked}.{}", like.extension)
}

fn suffixed(like: &MigrationName, name: &str, half: Half) -> String {
    let suffix = match half {
        Half::Down => "down",
        Half::Up | Half::Plain => "up",
    };
    file_name(like, name, Half::Up, suffix)
}

fn migration(up: Source, down: Option<Source>) -> Migration {
    let execution = match up.directives.has(Directive::PerStatement) {
        true => Execution::PerStatement,
        false => Execution::Transaction,
    };
    Migration {
        version: up.name.version,
        checksum: Checksum(Sha256::digest(up.script.text.as_bytes()).into()),
        name: Cow::Owned(up.name.name),
        up: up.script,
        down: down.map(|down| down.script),
        execution,
    }
}

/// Each version that is there, with the first file that has it, an up half before a down half. Near misses count, so that a
/// misspelt file is not reported as a gap as well.
struct Versions(BTreeMap<Version, String>);

impl Versions {
    fn of(sources: &[Source], near_misses: &BTreeSet<Version>) -> Self {
        let mut versions = BTreeMap::new();
        let is_down = |source: &&Source| source.name.half == Half::Down;
        let ups = sources.iter().filter(|source| !is_down(source));
        for source in ups.chain(sources.iter().filter(is_down)) {
            let entry = versions.entry(source.name.version);
            entry.or_insert_with(|| source.file_name.clone());
        }
        for version in near_misses {
            let entry = versions.entry(*version);
            entry.or_insert_with(|| version.to_string());
        }
        versions.remove(&0);
        Self(versions)
    }
}

fn missing(first: Version, last: Version) -> String {
    match last - first {
        0 => format!("version {first} is"),
        1 => format!("versions {first} and {last} are"),
        2 => format!("versions {first}, {} and {last} are", first + 1),
        _ => format!("versions {first} to {last} are"),
    }
}
