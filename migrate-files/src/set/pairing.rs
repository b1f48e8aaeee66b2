//! Which up and down scripts belong together.

use std::collections::BTreeMap;

use super::baseline::check_list;
use super::numbering::Free;
use super::scripts::{Paired, Scripts};
use super::source::Source;
use crate::listing::{Directory, Role, ScriptName, Style};
use crate::migration::Version;
use crate::problem::Problem;
use crate::text::Directive;

/// Puts the files of each version together. What is wrong is added to the problems.
pub fn pair(
    directory: &Directory,
    by_version: BTreeMap<Version, Vec<Source>>,
    free: &mut Free,
    problems: &mut Vec<Problem>,
) -> Vec<Paired> {
    let mut set = Vec::new();
    for (version, files) in by_version {
        let migrations = Scripts::split(files);
        for other in migrations.iter().skip(1) {
            problems.extend(used_twice(version, &migrations[0], other, free));
        }
        for migration in &migrations {
            let may_lack_down = directory.lacks_down() == Some(version);
            check_migration(migration, may_lack_down, problems);
            problems.extend(
                migration
                    .ups
                    .iter()
                    .filter_map(|up| check_list(up, version)),
            );
            for (role, [other, this]) in migration.duplicates() {
                problems.push(another_script(version, role, other, this, free));
            }
        }
        set.extend(migrations.into_iter().filter_map(|it| it.build(version)));
    }
    set
}

/// Whether a migration has an up script and, unless it is irreversible, a down script to it.
pub fn check_migration(migration: &Scripts, may_lack_down: bool, problems: &mut Vec<Problem>) {
    let Scripts { ups, downs } = migration;
    for up in ups {
        up.check_up(problems);
    }
    for down in downs {
        down.check_down(problems);
    }
    match (&**ups, &**downs) {
        ([], [down, ..]) => problems.push(down_without_up(down)),
        ([up, ..], []) if !may_lack_down && !up.may_lack_down() => {
            problems.push(up_without_down(up));
        }
        ([up], [down]) => {
            problems.extend(irreversible_with_down(up, down));
            problems.extend(differing_names(up, down));
        }
        ([up, ..], [down, ..]) => problems.extend(irreversible_with_down(up, down)),
        _ => {}
    }
}

/// Two migrations with one version, as two branches come by them.
fn used_twice(
    version: Version,
    first: &Scripts,
    second: &Scripts,
    free: &mut Free,
) -> Option<Problem> {
    let (first, file) = (first.files().next()?, second.files().next()?);
    let free = free.take();
    let renamed = second.files().map(|file| renumbered(file, free));
    Some(file.problem(
        format!(
            "version {version} is used twice: by this migration and by `{}`",
            first.file_name
        ),
        format!(
            "rename the newer one to {free}, the next free version; this one would be {}",
            renamed.collect::<Vec<_>>().join(" and ")
        ),
    ))
}

fn another_script(
    version: Version,
    role: Role,
    other: &Source,
    this: &Source,
    free: &mut Free,
) -> Problem {
    let (other, free) = (&other.file_name, renumbered(this, free.take()));
    this.problem(
        format!("version {version} has another {role} script: `{other}`"),
        format!(
            "remove one of them; if both are needed, this one would be {free}, with the next free version"
        ),
    )
}

/// The name of a file with another version, in quotes.
fn renumbered(file: &Source, version: Version) -> String {
    let width = file.name.digits.len();
    format!("`{}`", file.name.renumbered(&format!("{version:0width$}")))
}

fn down_without_up(down: &Source) -> Problem {
    let name = &down.name;
    let up_name = name.sibling(name.name_as_down(), name.style(), Role::Up);
    down.problem(
        "this down script has no up script",
        format!("write `{up_name}`, or remove this file"),
    )
}

fn up_without_down(up: &Source) -> Problem {
    let ScriptName { name, .. } = &up.name;
    if let (Style::Plain, Some(shorter)) = (up.name.style(), up.name.name_before_down()) {
        let as_down = up.name.sibling(shorter, Style::Suffixed, Role::Down);
        let its_up = up.name.sibling(shorter, Style::Plain, Role::Up);
        let [as_up, its_down] =
            [Role::Up, Role::Down].map(|role| up.name.sibling(name, Style::Suffixed, role));
        return up.problem(
            format!("this is either a down script that lacks its up script, `{its_up}`, or the up script of a migration named `{name}`"),
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
    if up_name != down.name.name_as_down() {
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
