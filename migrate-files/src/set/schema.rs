//! Statements that certainly fail on the schema that the scripts before them made, and down scripts
//! that do not undo their up scripts.

use migrate_schema::StatementSpan;
use migrate_schema::model::{
    Change, Difference, DifferenceKind, Failure, Known, Mode, Object, Reason, Schema, State,
};
use migrate_schema::rules::history_tables;

use super::at::At;
#[cfg(feature = "surrealql")]
use super::at::Texts;
use super::lints::{lint, lint_names};
use super::scripts::Paired;
use super::source::Assumed;
use super::tables::{Table, tables};
use crate::lints::Level;
use crate::listing::Directory;
use crate::place::Snippet;
use crate::problem::Problem;
use crate::script::{Script, Step};
use crate::text::{Directive, similar};

/// Runs the scripts of a whole set on a model of the schema: each up script on what those before it
/// made, each down script on what its up script made. The first one starts on nothing but what is
/// assumed, and the runner's own tables. Returns the warnings about what is likely to hurt, and the
/// tables that are there in the end.
pub fn check_schema(
    directory: &Directory,
    assumed: Option<&Assumed>,
    set: &[Paired],
    problems: &mut Vec<Problem>,
) -> (Vec<Problem>, Vec<Table>) {
    let (mut schema, failed) = at_start(directory, assumed);
    problems.extend(failed.into_iter().map(Problem::from));
    let mut found = Vec::new();
    for (index, paired) in set.iter().enumerate() {
        assume(&mut schema, paired);
        check_migration(&schema, paired, problems);
        found.extend(lint(&schema, set, index, directory.lints()));
        // What fails has been told.
        apply(&mut schema, &paired.migration.up, &paired.up);
    }
    found.extend(lint_names(&schema, set, directory.lints()));
    let (denied, warnings): (Vec<_>, Vec<_>) = found
        .into_iter()
        .partition(|(level, _)| *level == Level::Deny);
    problems.extend(denied.into_iter().map(|(_, problem)| problem));
    let warnings = warnings.into_iter().map(|(_, problem)| problem);
    (warnings.collect(), tables(&schema))
}

/// The schema that migrations make.
pub fn made_by<'s>(
    directory: &Directory,
    assumed: Option<&'s Assumed>,
    set: &'s [Paired],
) -> Schema<'s, At<'s>> {
    let (mut schema, _) = at_start(directory, assumed);
    for paired in set {
        assume(&mut schema, paired);
        apply(&mut schema, &paired.migration.up, &paired.up);
    }
    schema
}

/// The schema before the first migration, and what fails in the definitions that make it.
fn at_start<'s>(
    directory: &Directory,
    assumed: Option<&'s Assumed>,
) -> (Schema<'s, At<'s>>, Vec<Failed<'s>>) {
    let mut schema = Schema::empty();
    for table in history_tables(directory.table()) {
        schema.assume(&Object::Table(table));
    }
    let failed = assumed.map(|it| apply(&mut schema, &it.script, &it.steps));
    (schema, failed.unwrap_or_default())
}

/// Leaves open what a migration assumes.
fn assume(schema: &mut Schema<'_, At<'_>>, paired: &Paired) {
    paired.assumed.iter().for_each(|it| schema.assume(it));
}

fn check_migration(before: &Schema<'_, At<'_>>, paired: &Paired, problems: &mut Vec<Problem>) {
    let up = &paired.migration.up;
    let mut after_up = before.branch();
    let known = problems.len();
    let failed = apply(&mut after_up, up, &paired.up);
    problems.extend(failed.into_iter().map(Problem::from));
    let Some(down) = &paired.migration.down else {
        return;
    };
    let mut after_down = after_up.branch();
    let failed = apply(&mut after_down, down, &paired.down);
    problems.extend(failed.into_iter().map(Problem::from));
    if problems.len() > known {
        return;
    }
    if !paired.is_lossy
        && let Some(problem) = does_not_undo(down, &after_down, &after_up, before)
    {
        problems.push(problem);
        return;
    }
    let failed = apply(&mut after_down.branch(), up, &paired.up);
    problems.extend(cannot_run_again(down, &failed));
}

/// A statement that certainly fails.
struct Failed<'s> {
    at: At<'s>,
    span: StatementSpan,
    message: String,
    help: String,
}

/// Applies a script, and returns what of it certainly fails.
fn apply<'s>(
    schema: &mut Schema<'_, At<'s>>,
    script: &'s Script,
    steps: &[Step],
) -> Vec<Failed<'s>> {
    let mut failed = Vec::new();
    for (&span, step) in script.statements.iter().zip(steps) {
        let at = At {
            script,
            start: span.start,
        };
        failed.extend(step.changes.iter().filter_map(|change| {
            let failure = schema.apply(change, &at).err()?;
            Some(Failed {
                at,
                span,
                message: failure_message(change, &failure),
                help: help(schema, change, &failure),
            })
        }));
    }
    failed
}

impl From<Failed<'_>> for Problem {
    fn from(failed: Failed<'_>) -> Self {
        let (script, span) = (failed.at.script, failed.span);
        let snippet = Snippet::new(&script.text, span.start as usize, span.end as usize, "");
        let problem = Self::new(&*script.file, failed.message);
        problem.at(snippet).help(failed.help)
    }
}

/// That a down script does not restore the schema, with what would.
fn does_not_undo<'s>(
    down: &'s Script,
    after_down: &Schema<'_, At<'s>>,
    after_up: &Schema<'_, At<'s>>,
    before: &Schema<'_, At<'s>>,
) -> Option<Problem> {
    let differences = after_down.differences(after_up, before);
    if differences.is_empty() {
        return None;
    }
    let here = At {
        script: down,
        start: 0,
    };
    let statements = remedies(&differences, after_down, after_up, before, &here);
    let problem = Problem::new(&*down.file, "this down script does not undo its up script");
    Some(problem.notes(differences.iter().map(note)).help(format!(
        "add\n{}or, if this is meant, begin this file with the line `{}`",
        indented(statements.into_iter()),
        Directive::Lossy.line()
    )))
}

/// Statements as a message shows them.
pub fn indented(statements: impl Iterator<Item = String>) -> String {
    let statements = statements.map(|statement| {
        let lines = statement.lines().map(|line| format!("  {line}"));
        lines.collect::<Vec<_>>().join("\n") + ";\n"
    });
    statements.collect()
}

/// The statements that undo some differences, in an order that the engine accepts. One ends in `…` where
/// the scripts do not tell what the definition said.
#[cfg(feature = "surrealql")]
fn remedies<'s>(
    differences: &[Difference<At<'s>>],
    after_down: &Schema<'_, At<'s>>,
    after_up: &Schema<'_, At<'s>>,
    before: &Schema<'_, At<'s>>,
    here: &At<'s>,
) -> Vec<String> {
    let transition = after_down.undo_differences(differences, after_up, before, &Texts, here);
    let open = differences.iter();
    let open = open.filter(|difference| transition.open.contains(&difference.object));
    let statements = transition.steps.iter().map(|step| step.statement.clone());
    statements.chain(open.map(Difference::remedy)).collect()
}

/// Without the parser there are no differences.
#[cfg(not(feature = "surrealql"))]
fn remedies<'s>(
    differences: &[Difference<At<'s>>],
    _: &Schema<'_, At<'s>>,
    _: &Schema<'_, At<'s>>,
    _: &Schema<'_, At<'s>>,
    _: &At<'s>,
) -> Vec<String> {
    differences.iter().map(Difference::remedy).collect()
}

/// That an up script does not work after its down script.
fn cannot_run_again(down: &Script, failed: &[Failed<'_>]) -> Option<Problem> {
    if failed.is_empty() {
        return None;
    }
    let problem = Problem::new(
        &*down.file,
        "after this down script its up script cannot run again",
    );
    let notes = failed.iter();
    let notes = notes.map(|it| format!("{}: {}", it.at, it.message));
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
            format!("changed: {object}, {}, redefined in {changed}", origin(was))
        }
        DifferenceKind::Lost { removed, was } => {
            let was = was.as_ref().map(|was| format!(", {}", origin(was)));
            let removed = removed.map(|at| format!(", removed in {at}"));
            let [was, removed] = [was, removed].map(Option::unwrap_or_default);
            format!("lost: {object}{was}{removed}")
        }
        _ => object.to_string(),
    }
}

fn origin(Known { at, is_implied, .. }: &Known<At<'_>>) -> String {
    match is_implied {
        false => format!("defined in {at}"),
        true => format!("made by {at}"),
    }
}

/// Why a change of a schema fails, in words.
pub fn failure_message(change: &Change, Failure { object, reason }: &Failure<At<'_>>) -> String {
    match (change, reason) {
        (Change::Reads { variable, .. }, Reason::NotDefined(Some(at))) => {
            format!("`${variable}` would be NONE: the parameter is removed in {at}")
        }
        (Change::Reads { variable, .. }, _) => {
            format!("`${variable}` would be NONE: nothing sets it")
        }
        (_, Reason::AlreadyDefined { at, is_implied }) => match is_implied {
            false => format!("{object} is defined already: {at}"),
            true => format!("{object} is there already, made by {at}"),
        },
        (_, Reason::InUse { by, at }) => format!("{object} is in use: {by} needs it, {at}"),
        (Change::RequiresIfSchemafull(_) | Change::WritesField(_), Reason::NotDefined(None)) => {
            format!("there is no {object}, which is SCHEMAFULL")
        }
        (_, Reason::NotSchemafull(at)) => {
            format!("`FLEXIBLE` needs a SCHEMAFULL table, and {object} is not one: {at}")
        }
        (_, Reason::NotDefined(None)) => format!("there is no {object}"),
        (_, Reason::NotDefined(Some(at))) => {
            format!("there is no {object} any more: removed in {at}")
        }
    }
}

fn help(schema: &Schema<'_, At<'_>>, change: &Change, failure: &Failure<At<'_>>) -> String {
    let Failure { object, reason } = failure;
    let removed = match reason {
        Reason::NotDefined(removed) => removed,
        Reason::NotSchemafull(_) => {
            return "remove `FLEXIBLE`: without a schema, objects accept any field".to_owned();
        }
        Reason::InUse { by, .. } => {
            return format!("write `REMOVE {};` before this statement", by.words(""));
        }
        Reason::AlreadyDefined {
            is_implied: true, ..
        } if matches!(object, Object::Table(_)) => {
            return format!(
                "write `DEFINE {} …`, or define it before the statement that makes it",
                object.words(Mode::Overwrite.words()),
            );
        }
        Reason::AlreadyDefined { .. } => {
            return format!(
                "remove this statement; to change the definition, write `ALTER {} …`, or `DEFINE {} …`, which drops every clause that it does not repeat",
                object.words(""),
                object.words(Mode::Overwrite.words()),
            );
        }
    };
    if let Some(similar) = similar_object(schema, change, object) {
        return format!("did you mean `{similar}`?");
    }
    let or_without = match change {
        Change::Alters { .. } => Some("ALTER"),
        Change::Removes { .. } => Some("REMOVE"),
        _ => None,
    };
    let or_without = or_without.map(|verb| format!("`{verb} {}`", object.words("IF EXISTS")));
    let help = match or_without {
        Some(statement) => format!("remove this statement, or write {statement}"),
        None if matches!(change, Change::Reads { .. }) => {
            "set it with `LET` before this statement".to_owned()
        }
        None => "define it in an earlier migration, or before this statement".to_owned(),
    };
    match removed {
        Some(_) => help,
        None => format!(
            "{help}; if it does not come from migrations, begin this file with `{}`",
            assumes(schema, object)
        ),
    }
}

/// The directive that declares something from outside of the migrations.
fn assumes(schema: &Schema<'_, At<'_>>, object: &Object) -> String {
    let table = object.table().cloned().map(Object::Table);
    let missing = table.filter(|table| matches!(schema.state(table), State::Absent(_)));
    let words = missing.as_ref().unwrap_or(object).words("");
    let (kind, name) = words.split_once(' ').unwrap_or_default();
    let word = Directive::Assumes.word();
    format!("-- migrate: {word} {} {name}", kind.to_lowercase())
}

/// The name of what is there of the same kind, on the same table, by a similar name.
fn similar_object(schema: &Schema<'_, At<'_>>, change: &Change, object: &Object) -> Option<String> {
    let is_alike = |other: &&Object| {
        std::mem::discriminant(*other) == std::mem::discriminant(object)
            && other.table() == object.table()
    };
    let present = schema.present();
    let others = present.iter().copied().filter(is_alike);
    let set = match change {
        Change::Reads { set, .. } => &**set,
        _ => &[],
    };
    let names = others
        .map(Object::name)
        .chain(set.iter().map(|name| &**name));
    let name = similar(object.name(), names)?;
    Some(match object {
        Object::Param(_) => format!("${name}"),
        _ => name.to_owned(),
    })
}
