//! A script's statements, and which of them are wrong.

use std::ops::Range;

use migrate_schema::model::Object;
use migrate_schema::parse::{parse, parse_object};
use migrate_schema::{StatementSpan, rules};

use crate::place::Snippet;
use crate::problem::Problem;
use crate::script::Parts;
use crate::text::{Directives, MAX_IN_A_ROW, misplaced_directives, too_many};

/// Finds the statements of a script. What does not parse is added to the problems, what is not allowed
/// to those that are `refused`.
pub fn find_statements(
    shown: &str,
    text: &str,
    directives: &Directives,
    history: &str,
    problems: &mut Vec<Problem>,
    refused: &mut Vec<Problem>,
) -> Parts {
    let parsed = parse(text);
    let statements = parsed.statements.iter().map(|statement| statement.span);
    let statements: Vec<StatementSpan> = statements.collect();
    // Without all statements it is not known what is between them.
    if parsed.errors.is_empty() {
        problems.extend(misplaced(shown, text, &statements));
        problems.extend(long_comments(shown, text, &statements));
    }
    problems.extend(parsed.errors.into_iter().map(|error| {
        let snippet = Snippet::new(text, error.start, error.end, &error.label);
        Problem::new(shown, error.message).at(snippet)
    }));
    let refusals = rules::check(&parsed.statements, directives.execution(), history);
    refused.extend(refusals.into_iter().map(|refusal| {
        let (start, end) = (refusal.span.start as usize, refusal.span.end as usize);
        Problem::new(shown, refusal.message)
            .at(Snippet::new(text, start, end, ""))
            .help(refusal.help)
    }));
    parsed.statements.into()
}

/// Reads what a script assumes. What is wrong with it is added to the problems.
pub fn find_assumed(
    shown: &str,
    directives: &Directives,
    problems: &mut Vec<Problem>,
) -> Vec<Object> {
    let mut objects = Vec::new();
    for (text, snippet) in directives.assumed() {
        match parse_object(text) {
            Some(object) => objects.push(object),
            None => problems.push(
                Problem::new(shown, format!("`{text}` does not name a definition"))
                    .at(snippet.clone())
                    .help("write what it is before its name, and commas between them: `table t`, `field f ON t`, `function fn::f`, `param $p`"),
            ),
        }
    }
    objects
}

fn misplaced(shown: &str, text: &str, statements: &[StatementSpan]) -> Vec<Problem> {
    let directives = misplaced_directives(text, statements).into_iter();
    let problems = directives.map(|Range { start, end }| {
        Problem::new(shown, "a directive has no effect here")
            .at(Snippet::new(text, start, end, ""))
            .help("move it up: directives are read from the `--` comments at the top of the file, above anything else")
    });
    problems.collect()
}

/// An engine dies of these, with everything else that the process does.
fn long_comments(shown: &str, text: &str, statements: &[StatementSpan]) -> Vec<Problem> {
    let runs = too_many(text, statements).into_iter();
    let problems = runs.map(|Range { start, end }| {
        let message = format!("these are more than {MAX_IN_A_ROW} comments in a row, on which SurrealDB's parser can overflow its stack");
        Problem::new(shown, message)
            .at(Snippet::new(text, start, end, ""))
            .help("make them one comment, `/* … */`, or remove them")
    });
    problems.collect()
}
