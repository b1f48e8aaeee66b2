//! Statements that certainly fail on the schema that the scripts before them made, and down scripts
//! that do not undo their up scripts.

use std::fmt;

use migrate_schema::StatementSpan;
use migrate_schema::model::{
    Change, Difference, DifferenceKind, Failure, Mode, Object, Reason, Schema,
};

use super::scripts::Paired;
use crate::place::{Place, Snippet};
use crate::problem::Problem;
use crate::script::{Changes, Script};
use crate::text::Directive;

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
    for paired in set {
        check_migration(&schema, paired, problems);
        // What fails has been told.
        apply(&mut schema, &paired.migration.up, &paired.up);
    }
}

fn check_migration(before: &Schema<'_, At<'_>>, paired: &Paired, problems: &mut Vec<Problem>) {
    let up = &paired.migration.up;
    let mut after_up = before.branch();
    let failed = apply(&mut after_up, up, &paired.up);
    problems.extend(failed.iter().map(|it| it.problem(&after_up)));
    let Some(down) = &paired.migration.down else {
        return;
    };
    let mut after_down = after_up.branch();
    let down_failed = apply(&mut after_down, down, &paired.down);
    problems.extend(down_failed.iter().map(|it| it.problem(&after_down)));
    if !(failed.is_empty() && down_failed.is_empty()) {
        return;
    }
    if !paired.is_lossy {
        let differences = after_down.differences(&after_up, before);
        problems.extend(does_not_undo(down, &differences));
        return;
    }
    let failed = apply(&mut after_down.branch(), up, &paired.up);
    problems.extend(cannot_run_again(down, &failed));
}

/// A statement that certainly fails.
struct Failed<'s, 'c> {
    at: At<'s>,
    span: StatementSpan,
    change: &'c Change,
    failure: Failure<At<'s>>,
}

/// Applies a script, and returns what of it certainly fails.
fn apply<'s, 'c>(
    schema: &mut Schema<'_, At<'s>>,
    script: &'s Script,
    changes: &'c Changes,
) -> Vec<Failed<'s, 'c>> {
    let mut failed = Vec::new();
    for (&span, changes) in script.statements.iter().zip(changes) {
        let at = At {
            script,
            start: span.start,
        };
        let mut failures = changes.iter().filter_map(|change| {
            let failure = schema.apply(change, &at).err()?;
            Some(Failed {
                at,
                span,
                change,
                failure,
            })
        });
        failed.extend(failures.next());
    }
    failed
}

impl Failed<'_, '_> {
    fn problem(&self, schema: &Schema<'_, At<'_>>) -> Problem {
        let (script, span) = (self.at.script, self.span);
        let snippet = Snippet::new(&script.text, span.start as usize, span.end as usize, "");
        let problem = Problem::new(&*script.file, message(&self.failure));
        problem
            .at(snippet)
            .help(help(schema, self.change, &self.failure))
    }
}

/// That a down script does not restore the schema, with what would.
fn does_not_undo(down: &Script, differences: &[Difference<At<'_>>]) -> Option<Problem> {
    if differences.is_empty() {
        return None;
    }
    let problem = Problem::new(&*down.file, "this down script does not undo its up script");
    let statements = differences.iter();
    let statements = statements.map(|difference| format!("  {};\n", difference.remedy()));
    Some(problem.notes(differences.iter().map(note)).help(format!(
        "add\n{}or, if this is meant, begin this file with the line `{}`",
        statements.collect::<String>(),
        Directive::Lossy.line()
    )))
}

/// That an up script does not work after its down script.
fn cannot_run_again(down: &Script, failed: &[Failed<'_, '_>]) -> Option<Problem> {
    if failed.is_empty() {
        return None;
    }
    let problem = Problem::new(
        &*down.file,
        "after this down script its up script cannot run again",
    );
    let notes = failed.iter();
    let notes = notes.map(|Failed { at, failure, .. }| format!("{at}: {}", message(failure)));
    Some(
        problem
            .notes(notes)
            .help("undo that much; `lossy` accepts only what does not prevent it"),
    )
}

fn note(Difference { object, kind }: &Difference<At<'_>>) -> String {
    match kind {
        DifferenceKind::Left(at) => format!("left behind: {object}, defined in {at}"),
        DifferenceKind::Changed { changed, was } => {
            format!(
                "changed: {object}, defined in {}, redefined in {changed}",
                was.1
            )
        }
        DifferenceKind::Lost { removed, was } => {
            let removed = removed.map(|at| format!(", removed in {at}"));
            let was = was.as_ref().map(|(_, at)| format!(", defined in {at}"));
            let [was, removed] = [was, removed].map(Option::unwrap_or_default);
            format!("lost: {object}{was}{removed}")
        }
        _ => object.to_string(),
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
        Change::Defines { .. } => {
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
