//! A baseline for the first migrations of a set.

use std::iter;

use migrate_schema::effect::{Effect, with_branches};
use migrate_schema::model::{Object, Schema, State};
use migrate_schema::parse::parse;

use super::down::down_script;
use super::files::renamed;
use super::layout::{comment_lines, lay_out};
use super::model::{assume, is_own, schema_at};
use super::names::MigrationNames;
use super::unrestored::is_open;
use crate::listing::{BEFORE_BASELINE, Directory, File, FileName, below_baselines};
use crate::migration::{Migration, Version};
use crate::problem::Problems;
use crate::set::{At, Set, Texts, read_files};
use crate::text::{Directive, Directives, replaces_line};

/// What a directory becomes where a baseline stands for its first migrations.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Squash {
    /// The text of the baseline's up script.
    pub up: String,
    /// That of its down script; `None` if one of the migrations is irreversible.
    pub down: Option<String>,
    /// The files that move, in order: from where, to where.
    pub moves: Vec<(String, String)>,
    /// The statements that wrote records, each with its place. The baseline holds none of them.
    pub writes: Vec<String>,
    /// What is defined and not in the baseline, since the scripts do not tell what it says.
    pub left_out: Vec<String>,
    /// What is wrong with the directory after that: nothing, unless something is left out.
    pub problems: Option<Problems>,
}

/// Writes a baseline for the migrations up to a version of a set, which was read from these files.
#[must_use]
pub fn squash(
    directory: &Directory,
    files: &[File],
    set: &Set,
    version: Version,
    names: &MigrationNames,
) -> Squash {
    let replaced = set.migrations.iter();
    let replaced: Vec<&Migration> = replaced.take_while(|it| it.version <= version).collect();
    let after = schema_at(set, version);
    let (statements, left_out) = definitions(directory, set, &replaced, &after);
    let writes: Vec<String> = replaced.iter().flat_map(|it| writes(it, &after)).collect();
    let mut up = directives(&replaced);
    if !left_out.is_empty() {
        up.push('\n');
        up.push_str(&comment_lines(
            "To be added, since the scripts do not tell what it says:",
        ));
        up.extend(left_out.iter().map(|it| comment_lines(&format!("- {it}"))));
    }
    up.push('\n');
    up.push_str(match &*statements {
        "" => "-- There is nothing to define.\n",
        statements => statements,
    });
    let moves = moves(files, version);
    let mut all = renamed(files, &moves);
    all.push(File::new(&*names.up, &*up));
    let is_reversible = replaced.iter().all(|it| it.down.is_some());
    let down = is_reversible.then(|| {
        let set = read_files(directory, &all).ok()?;
        Some(down_script(&set, version)?.text)
    });
    let down = down.flatten();
    all.extend(down.iter().map(|down| File::new(&*names.down, &**down)));
    Squash {
        problems: read_files(directory, &all).err(),
        up,
        down,
        moves,
        writes,
        left_out,
    }
}

/// The lines that a baseline begins with.
fn directives(replaced: &[&Migration]) -> String {
    // A baseline without a list has no list to hand on, either.
    let list = replaced.iter().flat_map(|migration| {
        migration.versions().map(|version| {
            let (name, checksum) = migration.recorded_as(version);
            Some(replaces_line(version, name, checksum?) + "\n")
        })
    });
    let list: Option<String> = list.collect();
    let mut lines = Directive::Baseline.line() + "\n" + &list.unwrap_or_default();
    let scripts = replaced.iter();
    let scripts = scripts.flat_map(|it| iter::once(&it.up).chain(&it.down));
    let mut assumed = Vec::new();
    for script in scripts {
        for (what, _) in Directives::of(&script.text).assumed() {
            if !assumed.iter().any(|it| it == what) {
                assumed.push(what.to_owned());
            }
        }
    }
    let word = Directive::Assumes.word();
    lines.extend(
        assumed
            .iter()
            .map(|it| format!("-- migrate: {word} {it}\n")),
    );
    lines
}

/// The statements that define what there is in the end, and what is left out of them.
fn definitions(
    directory: &Directory,
    set: &Set,
    replaced: &[&Migration],
    after: &Schema<'_, At<'_>>,
) -> (String, Vec<String>) {
    let Some(first) = replaced.first() else {
        return (String::new(), Vec::new());
    };
    let mut before = schema_at(set, 0);
    for migration in replaced {
        assume(&mut before, migration);
    }
    let here = At {
        script: &first.up,
        start: 0,
    };
    let mut transition = before.become_other(after, &Texts, &here);
    for step in &mut transition.steps {
        // The tables are new: there is nothing to build beside the work of others.
        step.statement = step.definition();
    }
    let is_own = is_own(directory.table());
    let is_assumed = |object: &Object| matches!(before.state(object), State::Unclear);
    let open = transition.open.iter();
    let open = open.filter(|it| !is_own(it) && !is_assumed(it));
    (
        lay_out(&transition.steps),
        open.map(ToString::to_string).collect(),
    )
}

/// The statements of a migration that wrote records of tables that are still there.
fn writes(migration: &Migration, after: &Schema<'_, At<'_>>) -> Vec<String> {
    let up = &migration.up;
    let is_there = |table: &_| {
        let table = Object::Table(Clone::clone(table));
        !matches!(after.state(&table), State::Absent(_))
    };
    let statements = parse(&up.text).statements.into_iter();
    let writing = statements.filter(|statement| {
        let effects = with_branches(&statement.effects);
        let mut targets = effects.into_iter().filter_map(|effect| match effect {
            Effect::Creates { target, .. }
            | Effect::Updates { target, .. }
            | Effect::Deletes { target } => Some(&target.table),
            _ => None,
        });
        match targets.next() {
            Some(first) => is_there(first) || targets.any(is_there),
            None => is_open(up, statement),
        }
    });
    let described = writing.map(|statement| {
        let line = up.place(statement.span.start as usize).line;
        let text = up.statement_text(statement.span);
        let first = text.lines().next().unwrap_or_default();
        format!("{}:{line}: {first}", up.file)
    });
    described.collect()
}

/// Which files move out of the way: those of the migrations that are replaced, and what an earlier
/// baseline among them stands for. What makes room comes first.
fn moves(files: &[File], version: Version) -> Vec<(String, String)> {
    let mut moves: Vec<(usize, String, String)> = Vec::new();
    for file in files {
        let (depth, own) = below_baselines(&file.name);
        if let FileName::Migration(its, _) = FileName::parse(own)
            && (depth > 0 || its <= version)
        {
            let to = format!("{BEFORE_BASELINE}/{}", file.name);
            moves.push((depth, file.name.clone(), to));
        }
    }
    moves.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    moves.into_iter().map(|(_, from, to)| (from, to)).collect()
}
