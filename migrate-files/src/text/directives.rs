//! The comment lines at the top of a file that say how it is to be treated.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;

use migrate_schema::Execution;
#[cfg(feature = "surrealql")]
use migrate_schema::StatementSpan;
use migrate_schema::lint::Lint;

#[cfg(feature = "surrealql")]
use super::comments::between;
use super::similar::similar;
use crate::place::Snippet;

/// What a line of the form `-- migrate: …` can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Directive {
    /// There is no down script.
    Irreversible,
    /// Each statement in a transaction of its own.
    PerStatement,
    /// The down script does not undo everything. It has a reason.
    Lossy,
    /// Something may be there that the migrations do not define.
    Assumes,
    /// What breaks a rule is meant. It has a reason.
    Allow,
    /// The script stands for all migrations up to its version.
    Baseline,
    /// One of the migrations that a baseline stands for.
    Replaces,
}

impl Directive {
    pub const ALL: [Self; 7] = [
        Self::Irreversible,
        Self::PerStatement,
        Self::Lossy,
        Self::Assumes,
        Self::Allow,
        Self::Baseline,
        Self::Replaces,
    ];

    pub const fn word(self) -> &'static str {
        match self {
            Self::Irreversible => "irreversible",
            Self::PerStatement => "per-statement",
            Self::Lossy => "lossy",
            Self::Assumes => "assumes",
            Self::Allow => "allow",
            Self::Baseline => "baseline",
            Self::Replaces => "replaces",
        }
    }

    /// What follows the word.
    const fn rest(self) -> &'static str {
        match self {
            Self::Irreversible | Self::PerStatement | Self::Baseline => "",
            Self::Lossy => ": REASON",
            Self::Assumes => " table NAME, …",
            Self::Allow => " NAME: REASON",
            Self::Replaces => " VERSION NAME CHECKSUM",
        }
    }

    /// The line that says it.
    pub fn line(self) -> String {
        format!("-- migrate: {}{}", self.word(), self.rest())
    }

    /// What a line says and what follows that, or what is wrong with it and what to do.
    fn parse(says: &str) -> Result<(Self, &str), (String, String)> {
        let is_word = |c: char| !c.is_whitespace() && c != ':';
        let (word, rest) = says.split_at(says.find(|c| !is_word(c)).unwrap_or(says.len()));
        let Some(directive) = Self::ALL.into_iter().find(|it| it.word() == word) else {
            let message = match says {
                "" => "this directive is empty".to_owned(),
                _ => format!("unknown directive `{says}`"),
            };
            return Err((message, all_directives()));
        };
        let (message, rest) = match (directive, rest.trim_start().strip_prefix(':')) {
            (Self::Irreversible | Self::PerStatement | Self::Baseline, _) => match rest {
                "" => (None, ""),
                _ => (Some("stands alone"), ""),
            },
            (Self::Replaces, _) if replaced(rest).is_some() => (None, rest.trim()),
            (Self::Replaces, _) => (Some("needs a migration's version, name and checksum"), ""),
            (Self::Lossy, Some(reason)) if !reason.trim().is_empty() => (None, reason.trim()),
            (Self::Lossy, _) => (Some("needs a reason"), ""),
            (Self::Assumes, None) if !rest.is_empty() => (None, rest.trim()),
            (Self::Assumes, _) => (Some("needs names"), ""),
            (Self::Allow, _) => match allowed(rest) {
                Some(("", _)) | None => (Some("needs the name of a rule, and a reason"), ""),
                Some((name, _)) if Lint::named(name).is_none() => {
                    return Err((format!("there is no rule `{name}`"), all_lints(name)));
                }
                Some((name, _)) => (None, name),
            },
        };
        match message {
            None => Ok((directive, rest)),
            Some(message) => Err((
                format!("the directive `{word}` {message}"),
                format!("write `{}`", directive.line()),
            )),
        }
    }
}

/// The directives of a file, and the lines that look like one, but are not.
#[derive(Debug, Default)]
pub struct Directives {
    found: Vec<Found>,
    /// The rules that the file accepts to be broken.
    pub allowed: BTreeSet<Lint>,
    pub wrong: Vec<WrongDirective>,
}

#[derive(Debug)]
struct Found {
    directive: Directive,
    /// What follows its word.
    rest: String,
    snippet: Snippet,
}

impl Directives {
    /// Reads the directives of a text.
    pub fn of(text: &str) -> Self {
        let mut directives = Self::default();
        for line in lines(text) {
            let Range { start, end } = line.comment;
            directives.add(line.says, Snippet::new(text, start, end, ""));
        }
        directives
    }

    /// How the up script with these directives is sent. A baseline is always sent as one: it is not
    /// one migration, of which a part may be applied.
    pub fn execution(&self) -> Execution {
        match self.has(Directive::PerStatement) && !self.has(Directive::Baseline) {
            true => Execution::PerStatement,
            false => Execution::Transaction,
        }
    }

    /// The migrations that the up script with these directives stands for, if it is a baseline: those
    /// that it lists, each with its line.
    pub fn replaced(&self) -> impl Iterator<Item = (Listed<'_>, &Snippet)> {
        let found = self.found.iter();
        let found = found.filter(|found| found.directive == Directive::Replaces);
        found.filter_map(|found| Some((replaced(&found.rest)?, &found.snippet)))
    }

    pub fn has(&self, directive: Directive) -> bool {
        self.line_of(directive).is_some()
    }

    /// The line of a directive, to point at it.
    pub fn line_of(&self, directive: Directive) -> Option<&Snippet> {
        let mut found = self.found.iter();
        let found = found.find(|found| found.directive == directive);
        found.map(|found| &found.snippet)
    }

    /// Why the down script does not undo everything.
    #[cfg(feature = "surrealql")]
    pub fn lossy(&self) -> Option<&str> {
        let mut found = self.found.iter();
        let found = found.find(|found| found.directive == Directive::Lossy);
        found.map(|found| &*found.rest)
    }

    /// What may be there that the migrations do not define, each with its line.
    #[cfg(feature = "surrealql")]
    pub fn assumed(&self) -> impl Iterator<Item = (&str, &Snippet)> {
        let found = self.found.iter();
        let found = found.filter(|found| found.directive == Directive::Assumes);
        found.flat_map(|found| {
            let each = found.rest.split(',').map(str::trim);
            each.map(|each| (each, &found.snippet))
        })
    }

    fn add(&mut self, says: &str, snippet: Snippet) {
        match Directive::parse(says) {
            Ok((directive, rest)) => {
                if directive == Directive::Allow {
                    self.allowed.extend(Lint::named(rest));
                }
                self.found.push(Found {
                    directive,
                    rest: rest.to_owned(),
                    snippet,
                });
            }
            Err((message, help)) => self.wrong.push(WrongDirective {
                snippet,
                message,
                help,
            }),
        }
    }
}

/// A line of the form `-- migrate: …`.
struct Line<'a> {
    /// The bytes of the line, its line break included.
    whole: Range<usize>,
    /// The bytes of the comment, without the blanks around it.
    comment: Range<usize>,
    says: &'a str,
}

/// The lines among which directives are: the blank lines and the comments of one line that a text
/// begins with. Each with its first byte.
fn leading(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut offset = 0;
    let lines = text.split_inclusive('\n').map(move |line| {
        let start = offset;
        offset += line.len();
        (start, line)
    });
    lines.take_while(|(_, line)| line.trim().is_empty() || line.trim().starts_with("--"))
}

fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    leading(text).filter_map(|(start, line)| {
        let comment = line.trim();
        let says = says(comment)?;
        let indent = line.len() - line.trim_start().len();
        Some(Line {
            whole: start..start + line.len(),
            comment: start + indent..start + indent + comment.len(),
            says,
        })
    })
}

/// What a comment says, if it is a directive.
fn says(comment: &str) -> Option<&str> {
    let comment = comment.strip_prefix("--")?.trim_start();
    comment.strip_prefix("migrate:").map(str::trim)
}

/// The directives that have no effect, since they are further below.
#[cfg(feature = "surrealql")]
pub fn misplaced_directives(text: &str, statements: &[StatementSpan]) -> Vec<Range<usize>> {
    let (last, line) = leading(text).last().unwrap_or_default();
    let comments = between(text, statements).into_iter();
    let below = comments.filter(|comment| comment.start >= last + line.len());
    below
        .filter(|comment| says(&text[comment.clone()]).is_some())
        .collect()
}

/// A text without its directive lines, each with its line break.
pub fn without_directives(text: &str) -> String {
    let mut rest = String::with_capacity(text.len());
    let mut from = 0;
    for line in lines(text) {
        rest.push_str(&text[from..line.whole.start]);
        from = line.whole.end;
    }
    rest.push_str(&text[from..]);
    rest
}

/// A line that is meant as a directive, but is not one.
#[derive(Debug)]
pub struct WrongDirective {
    pub snippet: Snippet,
    pub message: String,
    pub help: String,
}

/// The name of a rule, and the reason for which it may be broken.
fn allowed(rest: &str) -> Option<(&str, &str)> {
    let (name, reason) = rest.split_once(':')?;
    let (name, reason) = (name.trim(), reason.trim());
    (!reason.is_empty()).then_some((name, reason))
}

/// A migration as a baseline lists it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listed<'a> {
    pub version: u32,
    /// Empty where it has none.
    pub name: &'a str,
    /// 64 hexadecimal digits.
    pub checksum: &'a str,
}

/// The line by which a baseline lists a migration.
pub fn replaces_line(version: u32, name: &str, checksum: impl fmt::Display) -> String {
    let name = match name {
        "" => String::new(),
        name => format!("{name} "),
    };
    let word = Directive::Replaces.word();
    format!("-- migrate: {word} {version} {name}{checksum}")
}

fn replaced(rest: &str) -> Option<Listed<'_>> {
    let words: Vec<&str> = rest.split_whitespace().collect();
    let (version, name, checksum) = match *words {
        [version, checksum] => (version, "", checksum),
        [version, name, checksum] => (version, name, checksum),
        _ => return None,
    };
    let version = version.parse().ok().filter(|version| *version > 0)?;
    let is_checksum = checksum.len() == 64 && checksum.bytes().all(|it| it.is_ascii_hexdigit());
    is_checksum.then_some(Listed {
        version,
        name,
        checksum,
    })
}

/// What to do about a name that is none of a rule.
fn all_lints(name: &str) -> String {
    let names: Vec<&str> = Lint::ALL.iter().map(|lint| lint.name()).collect();
    match similar(name, names.iter().copied()) {
        Some(similar) => format!("did you mean `{similar}`?"),
        None => format!("the rules are {}", names.join(", ")),
    }
}

fn all_directives() -> String {
    let [others @ .., last] = Directive::ALL.map(|directive| format!("`{}`", directive.line()));
    format!(
        "the directives are {} and {last}, one per line",
        others.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_are_read_from_the_leading_comments() {
        let text = "-- Why.\n\n--migrate:  per-statement \n-- migrate: irreversible\nCREATE a;\n-- migrate: nonsense\n";
        let directives = Directives::of(text);
        assert!(directives.has(Directive::PerStatement));
        assert_eq!(
            directives
                .line_of(Directive::Irreversible)
                .unwrap()
                .place
                .line,
            4
        );
        assert!(directives.wrong.is_empty());
    }

    #[test]
    fn an_unknown_directive_is_reported_with_its_place() {
        let wrong = &Directives::of("\n  -- migrate: Irreversible\n").wrong[0];
        assert_eq!(
            (wrong.snippet.place.line, wrong.snippet.place.column),
            (2, 3)
        );
        assert_eq!(wrong.message, "unknown directive `Irreversible`");
    }
}
