//! Statements that certainly fail on the schema that the scripts before them made.

use std::fmt;

use migrate_schema::model::{Change, Failure, Mode, Object, Reason, Schema};

use super::scripts::Paired;
use crate::place::{Place, Snippet};
use crate::problem::Problem;
use crate::script::{Changes, Script};

/// How similar names have to be for one to be taken for the other, of 1.
const MIN_SIMILARITY: f64 = 0.75;

/// Where a statement is.
#[derive(Clone, Copy)]
struct At<'s> {
    script: &'s Script,
    start: u32,
}

/// Its file and line.
impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Place { line, .. } = self.script.place(self.start as usize);
        write!(f, "{}:{line}", self.script.file)
    }
}

/// Runs the scripts of a whole set on a model of the schema: each up script on what those before it
/// made, each down script on what its up script made. Nothing is known of the database that the
/// first one starts on.
pub fn check_schema(set: &[Paired], problems: &mut Vec<Problem>) {
    let mut schema = Schema::default();
    for Paired {
        migration,
        up,
        down,
    } in set
    {
        apply(&mut schema, &migration.up, up, problems);
        if let Some(script) = &migration.down {
            apply(&mut schema.branch(), script, down, problems);
        }
    }
}

fn apply<'s>(
    schema: &mut Schema<'_, At<'s>>,
    script: &'s Script,
    changes: &Changes,
    problems: &mut Vec<Problem>,
) {
    for (span, changes) in script.statements.iter().zip(changes) {
        let at = At {
            script,
            start: span.start,
        };
        for change in changes {
            if let Err(failure) = schema.apply(change, &at) {
                let snippet =
                    Snippet::new(&script.text, span.start as usize, span.end as usize, "");
                let problem = Problem::new(&*script.file, message(&failure));
                problems.push(problem.at(snippet).help(help(schema, change, &failure)));
                break;
            }
        }
    }
}

fn message(failure: &Failure<At<'_>>) -> String {
    let Failure { object, reason, .. } = failure;
    match reason {
        Reason::AlreadyDefined(at) => format!("{object} is defined already: {at}"),
        Reason::NotDefined(None) => format!("there is no {object}"),
        Reason::NotDefined(Some(at)) => format!("there is no {object} any more: removed in {at}"),
    }
}

fn help(schema: &Schema<'_, At<'_>>, change: &Change, failure: &Failure<At<'_>>) -> String {
    let object = &failure.object;
    let verb = match change {
        Change::Defines(..) => {
            return format!(
                "remove this statement; to change the definition, write `ALTER {} …`, or `DEFINE {} …`, which drops every clause that it does not repeat",
                object.words(""),
                object.words(Mode::Overwrite.words()),
            );
        }
        Change::Alters { .. } => "ALTER",
        _ => "REMOVE",
    };
    match similar(schema, object) {
        Some(similar) => format!("did you mean `{}`?", similar.name()),
        None => format!(
            "remove this statement, or write `{verb} {}`",
            object.words("IF EXISTS")
        ),
    }
}

/// What is there of the same kind, on the same table, by a similar name.
fn similar<'s>(schema: &'s Schema<'_, At<'_>>, object: &Object) -> Option<&'s Object> {
    let is_alike = |other: &&Object| {
        std::mem::discriminant(*other) == std::mem::discriminant(object)
            && other.table() == object.table()
    };
    let similarity = |other: &Object| strsim::jaro_winkler(other.name(), object.name());
    let others = schema.present().into_iter().filter(is_alike);
    let others = others.map(|other| (similarity(other), other));
    let most = others.max_by(|(a, _), (b, _)| a.total_cmp(b))?;
    (most.0 >= MIN_SIMILARITY).then_some(most.1)
}
