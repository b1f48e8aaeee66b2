//! Which up and down scripts belong together.

use std::collections::BTreeMap;

use super::roles::Roles;
use super::source::Source;
use crate::listing::{MigrationName, Role, Style};
use crate::migration::{Migration, Version};
use crate::problem::Problem;
use crate::text::Directive;

/// Puts the files of each version together. What is wrong is added to the problems.
pub fn pair(sources: Vec<Source>, problems: &mut Vec<Problem>) -> Vec<Migration> {
    let mut by_version: BTreeMap<Version, Vec<Source>> = BTreeMap::new();
    for source in sources {
        let files = by_version.entry(source.name.version).or_default();
        files.push(source);
    }
    let versions = by_version.into_values();
    versions
        .filter_map(|files| pair_version(files, problems))
        .collect()
}

/// Puts the files of one version together; `None` where that was a problem.
fn pair_version(files: Vec<Source>, problems: &mut Vec<Problem>) -> Option<Migration> {
    let Roles { ups, downs } = Roles::of(files);
    // Both are looked at before either ends this.
    let up = only_one(ups, Role::Up, problems);
    let down = only_one(downs, Role::Down, problems);
    match (up.ok()?, down.ok()?) {
        (None, None) => None,
        (None, Some(down)) => {
            problems.push(down_without_up(&down));
            None
        }
        (Some(up), None) => {
            up.check_up(problems);
            if !up.directives.has(Directive::Irreversible) {
                problems.push(up_without_down(&up));
                return None;
            }
            Some(migration(up, None))
        }
        (Some(up), Some(down)) => {
            up.check_up(problems);
            down.check_down(problems);
            problems.extend(irreversible_with_down(&up, &down));
            problems.extend(differing_names(&up, &down));
            Some(migration(up, Some(down)))
        }
    }
}

fn migration(up: Source, down: Option<Source>) -> Migration {
    let MigrationName { version, name, .. } = up.name;
    Migration::new(version, name, up.script, down.map(|down| down.script))
}

/// More files than one for the same script.
struct Several;

fn only_one(
    mut sources: Vec<Source>,
    role: Role,
    problems: &mut Vec<Problem>,
) -> Result<Option<Source>, Several> {
    if sources.len() < 2 {
        return Ok(sources.pop());
    }
    problems.extend(sources.windows(2).map(|pair| {
        let (version, other) = (pair[0].name.version, &pair[0].file_name);
        pair[1].problem(
            format!("version {version} has another {role} script: `{other}`"),
            "give one of them the next free number, or remove it",
        )
    }));
    Err(Several)
}

fn down_without_up(down: &Source) -> Problem {
    let name = &down.name;
    let up_name = name.sibling(own_name(down), name.style(), Role::Up);
    down.problem(
        "this down script has no up script",
        format!("write `{up_name}`, or remove this file"),
    )
}

fn up_without_down(up: &Source) -> Problem {
    let MigrationName { name, .. } = &up.name;
    if let (Style::Plain, Some(shorter)) = (up.name.style(), up.name.name_before_down()) {
        let as_down = up.name.sibling(shorter, Style::Suffixed, Role::Down);
        let its_up = up.name.sibling(shorter, Style::Plain, Role::Up);
        let [as_up, its_down] =
            [Role::Up, Role::Down].map(|role| up.name.sibling(name, Style::Suffixed, role));
        return up.problem(
            format!("this is either the down script of `{its_up}`, which does not exist, or the up script of a migration named `{name}`"),
            format!("if it is the down script, rename it to `{as_down}`; if it is the up script, rename it to `{as_up}` and write `{its_down}`"),
        );
    }
    let down_name = up.name.sibling(name, up.name.style(), Role::Down);
    up.problem(
        "this up script has no down script",
        format!("write `{down_name}`, or begin this file with the line `-- migrate: irreversible`"),
    )
}

fn irreversible_with_down(up: &Source, down: &Source) -> Option<Problem> {
    let line = up.directives.line_of(Directive::Irreversible)?;
    let problem = up.problem(
        format!(
            "this migration is marked as irreversible, but has a down script: `{}`",
            down.file_name
        ),
        "remove this line, or the down script",
    );
    Some(problem.at(line.clone()))
}

fn differing_names(up: &Source, down: &Source) -> Option<Problem> {
    let (up_file, up_name) = (&up.file_name, &*up.name.name);
    let (up_style, down_style) = (up.name.style(), down.name.style());
    if up_name != own_name(down) {
        let renamed = down.name.sibling(up_name, down_style, Role::Down);
        return Some(down.problem(
            format!("the name differs from that of the up script, `{up_file}`"),
            format!("rename this file to `{renamed}`, or the up script to match"),
        ));
    }
    (up_style != down_style).then(|| {
        let renamed = down.name.sibling(up_name, up_style, Role::Down);
        down.problem(
            format!("the naming style differs from that of the up script, `{up_file}`"),
            format!("rename this file to `{renamed}`"),
        )
    })
}

/// The name of a down script's migration.
fn own_name(down: &Source) -> &str {
    let shorter = match down.name.style() {
        Style::Plain => down.name.name_before_down(),
        Style::Suffixed => None,
    };
    shorter.unwrap_or(&down.name.name)
}
