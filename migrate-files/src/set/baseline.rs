//! A baseline, and the migrations that it stands for.

use migrate_schema::model::{Difference, DifferenceKind, Mode};

use super::at::At;
use super::schema::{indented, made_by};
use super::scripts::Paired;
use super::source::{Assumed, Source};
use crate::listing::Directory;
use crate::migration::{MAX_REPLACED, Migration, Replaced, Version};
use crate::place::Snippet;
use crate::problem::Problem;
use crate::text::{Directive, Listed, replaces_line};

/// Whether a baseline lists all that it stands for, or nothing.
pub fn check_list(up: &Source, version: Version) -> Option<Problem> {
    let listed: Vec<(Listed<'_>, &Snippet)> = up.directives.replaced().collect();
    let baseline = up.directives.line_of(Directive::Baseline)?;
    if version > MAX_REPLACED {
        let message = format!("a baseline stands for at most {MAX_REPLACED} migrations");
        let problem = up.problem(message, "remove this line, or renumber this migration");
        return Some(problem.at(baseline.clone()));
    }
    if listed.is_empty() {
        return None;
    }
    let mut lines = listed.iter();
    for expected in 1..=version {
        let problem = match lines.next() {
            Some((replaced, _)) if replaced.version == expected => continue,
            Some((replaced, line)) => {
                let message = format!(
                    "this is version {}, where version {expected} is expected",
                    replaced.version
                );
                up.problem(message, list_help(version)).at((*line).clone())
            }
            None => {
                let message =
                    format!("version {expected} is missing from what this baseline lists");
                up.problem(message, list_help(version)).at(baseline.clone())
            }
        };
        return Some(problem);
    }
    let (_, line) = lines.next()?;
    let message = format!("this baseline stands for nothing above version {version}");
    Some(up.problem(message, list_help(version)).at((*line).clone()))
}

fn list_help(version: Version) -> String {
    format!(
        "list versions 1 to {version} in order, each by a line `{}`, as `migrate squash` writes them",
        Directive::Replaces.line()
    )
}

/// Compares a baseline with the migrations that it stands for, which are still there, and takes from
/// them what it does not list.
pub fn check_baseline(
    directory: &Directory,
    assumed: Option<&Assumed>,
    before: &[Paired],
    baseline: &mut Paired,
    problems: &mut Vec<Problem>,
) {
    let Some(last) = before.last() else {
        return;
    };
    let (version, last) = (baseline.migration.version, last.migration.version);
    if last != version {
        problems.push(other_version(directory, &baseline.migration, last));
        return;
    }
    let replaced: Vec<Replaced> = before.iter().flat_map(replaced_by).collect();
    let is_listed = |replaced: &Replaced| replaced.checksum.is_some();
    match baseline.migration.replaces.iter().any(is_listed) {
        true => problems.extend(wrong_list(baseline, &replaced)),
        false => baseline.migration.replaces = replaced.into(),
    }
    problems.extend(other_schema(directory, assumed, before, baseline));
}

/// What a baseline says of a migration that it stands for, which may be a baseline itself.
fn replaced_by(paired: &Paired) -> Vec<Replaced> {
    let migration = &paired.migration;
    let versions = migration.versions().map(|version| {
        let (name, checksum) = migration.recorded_as(version);
        Replaced::new(version, name.to_owned(), checksum.copied())
    });
    versions.collect()
}

fn other_version(directory: &Directory, baseline: &Migration, last: Version) -> Problem {
    let shown = directory.before_baseline().shown().to_owned();
    let (file, version) = (&baseline.up.file, baseline.version);
    let message = format!(
        "the last version here is {last}, but `{file}` stands for the versions up to {version}"
    );
    let help = match last < version {
        true => format!("add what is missing up to {version}, or renumber the baseline to {last}"),
        false => {
            format!("move what is above {version} back up, or renumber the baseline to {last}")
        }
    };
    Problem::new(shown, message).help(help)
}

/// What is listed and is not what is there.
fn wrong_list(baseline: &Paired, replaced: &[Replaced]) -> Vec<Problem> {
    let up = &baseline.migration.up;
    let listed = baseline.migration.replaces.iter().zip(replaced);
    let wrong = listed.filter(|(listed, is)| listed != is);
    let problems = wrong.filter_map(|(listed, is)| {
        let line = baseline.listed.get(listed.version as usize - 1)?;
        let Replaced {
            version,
            name,
            checksum,
        } = is;
        let checksum = checksum.as_ref()?;
        let problem = Problem::new(
            &*up.file,
            format!("this is not what migration {version} is in `before`"),
        );
        let should = replaces_line(*version, name, checksum);
        Some(problem.at(line.clone()).help(format!(
            "write `{should}`, or restore the migration as it was"
        )))
    });
    problems.collect()
}

/// That the baseline makes another schema.
fn other_schema(
    directory: &Directory,
    assumed: Option<&Assumed>,
    before: &[Paired],
    baseline: &Paired,
) -> Option<Problem> {
    let was = made_by(directory, assumed, before);
    let is = made_by(directory, assumed, std::slice::from_ref(baseline));
    let differences = is.differences_from(&was);
    if differences.is_empty() {
        return None;
    }
    let Migration { version, up, .. } = &baseline.migration;
    let message = match version {
        1 => "this baseline does not make the schema that migration 1 makes".to_owned(),
        _ => format!("this baseline does not make the schema that migrations 1 to {version} make"),
    };
    let statements = indented(differences.iter().filter_map(expected));
    let help = match &*statements {
        "" => "remove what is too much".to_owned(),
        _ => {
            format!("what it should say:\n{statements}`migrate squash {version}` writes all of it")
        }
    };
    let notes = differences.iter().map(note);
    Some(Problem::new(&*up.file, message).notes(notes).help(help))
}

fn note(Difference { object, kind }: &Difference<At<'_>>) -> String {
    match kind {
        DifferenceKind::Left(at) => format!("only in the baseline: {object}, {at}"),
        DifferenceKind::Lost { was, .. } => match was {
            Some(was) => format!("missing: {object}, {}", was.at),
            None => format!("missing: {object}"),
        },
        DifferenceKind::Changed { changed, was } => {
            format!("different: {object}, {changed}, and not as in {}", was.at)
        }
        _ => object.to_string(),
    }
}

/// The statement that the baseline should hold, where the scripts tell.
fn expected(Difference { object, kind }: &Difference<At<'_>>) -> Option<String> {
    match kind {
        DifferenceKind::Lost { was, .. } => Some(match was {
            Some(was) => was.definition.statement(Mode::Plain),
            None => format!("DEFINE {} …", object.words("")),
        }),
        DifferenceKind::Changed { was, .. } => Some(was.definition.statement(Mode::Plain)),
        _ => None,
    }
}
