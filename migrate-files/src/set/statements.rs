//! A script's statements, and which of them are wrong.

use std::ops::Range;

use migrate_schema::{StatementSpan, parse::parse, rules};

use crate::place::Snippet;
use crate::problem::Problem;
use crate::script::Parts;
use crate::text::{Directives, misplaced_directives};

/// Finds the statements of a script. What is wrong with them is added to the problems.
pub fn find_statements(
    shown: &str,
    text: &str,
    directives: &Directives,
    history: &str,
    problems: &mut Vec<Problem>,
) -> Parts {
    let parsed = parse(text);
    let statements = parsed.statements.iter().map(|statement| statement.span);
    let statements: Vec<StatementSpan> = statements.collect();
    // Without all statements it is not known what is between them.
    if parsed.errors.is_empty() {
        problems.extend(misplaced(shown, text, &statements));
    }
    problems.extend(parsed.errors.into_iter().map(|error| {
        let snippet = Snippet::new(text, error.start, error.end, &error.label);
        Problem::new(shown, error.message).at(snippet)
    }));
    let refusals = rules::check(&parsed.statements, directives.execution(), history);
    problems.extend(refusals.into_iter().map(|refusal| {
        let (start, end) = (refusal.span.start as usize, refusal.span.end as usize);
        Problem::new(shown, refusal.message)
            .at(Snippet::new(text, start, end, ""))
            .help(refusal.help)
    }));
    parsed.statements.into()
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
