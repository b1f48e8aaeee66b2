//! The comment lines at the top of a file that say how it is to be treated.

use migrate_schema::Execution;

use crate::place::Snippet;

/// What a line of the form `-- migrate: WORD` can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Directive {
    /// There is no down script.
    Irreversible,
    /// Each statement in a transaction of its own.
    PerStatement,
}

impl Directive {
    const ALL: [Self; 2] = [Self::Irreversible, Self::PerStatement];

    pub const fn word(self) -> &'static str {
        match self {
            Self::Irreversible => "irreversible",
            Self::PerStatement => "per-statement",
        }
    }
}

/// The directives of a file, and the lines that look like one, but are not.
#[derive(Debug, Default)]
pub struct Directives {
    found: Vec<(Directive, Snippet)>,
    pub wrong: Vec<WrongDirective>,
}

impl Directives {
    /// Reads the directives from the comments and blank lines that a text begins with.
    pub fn of(text: &str) -> Self {
        let mut directives = Self::default();
        let mut offset = 0;
        for line in text.split_inclusive('\n') {
            let start = offset + (line.len() - line.trim_start().len());
            let trimmed = line.trim();
            offset += line.len();
            let Some(comment) = trimmed.strip_prefix("--") else {
                if trimmed.is_empty() {
                    continue;
                }
                break;
            };
            if let Some(word) = comment.trim_start().strip_prefix("migrate:") {
                let snippet = Snippet::new(text, start, start + trimmed.len(), "");
                directives.add(word.trim(), snippet);
            }
        }
        directives
    }

    /// How the up script with these directives is sent.
    pub fn execution(&self) -> Execution {
        match self.has(Directive::PerStatement) {
            true => Execution::PerStatement,
            false => Execution::Transaction,
        }
    }

    pub fn has(&self, directive: Directive) -> bool {
        self.line_of(directive).is_some()
    }

    /// The line of a directive, to point at it.
    pub fn line_of(&self, directive: Directive) -> Option<&Snippet> {
        let mut found = self.found.iter();
        found
            .find(|(other, _)| *other == directive)
            .map(|(_, snippet)| snippet)
    }

    fn add(&mut self, word: &str, snippet: Snippet) {
        match Directive::ALL.iter().find(|it| it.word() == word) {
            Some(directive) => self.found.push((*directive, snippet)),
            None => self.wrong.push(WrongDirective {
                snippet,
                message: match word {
                    "" => "this directive is empty".to_owned(),
                    word => format!("unknown directive `{word}`"),
                },
                help: all_directives(),
            }),
        }
    }
}

/// A line that is meant as a directive, but is not one.
#[derive(Debug)]
pub struct WrongDirective {
    pub snippet: Snippet,
    pub message: String,
    pub help: String,
}

fn all_directives() -> String {
    let words = Directive::ALL.map(|directive| format!("`-- migrate: {}`", directive.word()));
    format!("the directives are {}, one per line", words.join(" and "))
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
