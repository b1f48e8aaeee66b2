//! Migrations that are named by date, as other tools do it: which versions they get.

use std::collections::BTreeMap;

use super::numbering::Free;
use super::pairing::check_migration;
use super::scripts::Scripts;
use super::source::Source;
use crate::listing::{Date, Directory, Role};
use crate::problem::Problem;

/// How many renames are listed.
const MAX_RENAMES: usize = 20;

/// The fewest digits that a new version is written with.
const MIN_WIDTH: usize = 3;

/// Checks the files as if they had the versions that follow the others', and reports once how to
/// rename all of them.
pub fn check_dated(
    directory: &Directory,
    by_date: BTreeMap<Date, Vec<Source>>,
    free: &mut Free,
    problems: &mut Vec<Problem>,
) {
    let by_date: Vec<Vec<Scripts>> = by_date.into_values().map(Scripts::split).collect();
    let count = by_date.iter().flatten().count();
    let width = count.to_string().len().max(MIN_WIDTH);
    let mut renames = Vec::new();
    for mut migrations in by_date {
        for migration in &mut migrations {
            let version = free.take();
            let digits = format!("{version:0width$}");
            for file in migration.ups.first().iter().chain(&migration.downs.first()) {
                renames.push((file.file_name.clone(), file.name.renumbered(&digits)));
            }
            for file in migration.files_mut() {
                file.name.digits.clone_from(&digits);
            }
            check_migration(migration, false, problems);
            problems.extend(migration.duplicates().map(same_name));
        }
        problems.extend(migrations.windows(2).filter_map(same_date));
    }
    problems.extend(named_by_date(directory, &renames));
}

/// Two files of one date and name, one of which is not in the list of renames.
fn same_name((role, [other, this]): (Role, [&Source; 2])) -> Problem {
    let message = format!(
        "this migration has another {role} script: `{}`",
        other.file_name
    );
    this.problem(message, "remove one of them")
}

/// Two migrations of one date: in which order they were meant is for the user to say.
fn same_date(pair: &[Scripts]) -> Option<Problem> {
    let [first, second] = pair else {
        return None;
    };
    let (first, second) = (first.files().next()?, second.files().next()?);
    Some(second.problem(
        format!(
            "the date is that of `{}` as well, and does not say which of them comes first",
            first.file_name
        ),
        "in the list of renames this one comes second: exchange the two if that is wrong",
    ))
}

fn named_by_date(directory: &Directory, renames: &[(String, String)]) -> Option<Problem> {
    let (_, last) = renames.last()?;
    let files = match renames.len() {
        1 => "1 file is".to_owned(),
        count => format!("{count} files are"),
    };
    let shown = renames.iter().take(MAX_RENAMES);
    let mut help: Vec<String> = shown
        .map(|(from, to)| format!("`{from}` to `{to}`"))
        .collect();
    if let Some(more @ 1..) = renames.len().checked_sub(MAX_RENAMES) {
        help.push(format!("and {more} more in this order, up to `{last}`"));
    }
    let message =
        format!("{files} named by date, but versions are numbers without gaps: 1, 2, 3, …");
    let problem = Problem::new(directory.shown(), message);
    Some(problem.help(format!("rename\n{}", help.join("\n"))))
}
