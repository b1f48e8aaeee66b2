//! What is likely to hurt in a migration, as far as nobody says that it is meant.

use migrate_schema::effect::{Effect, includes};
use migrate_schema::lint::{self, Lint, Surroundings, Warning};
use migrate_schema::model::{Change, Object, Schema};
use migrate_schema::{Execution, StatementSpan};

use super::at::At;
use super::scripts::Paired;
use crate::lints::{Level, Lints};
use crate::place::Snippet;
use crate::problem::Problem;
use crate::script::Script;
use crate::text::{Directive, similar};

/// What the rules find in a migration's up script, which runs on the schema `before`.
pub fn lint<'s>(
    before: &Schema<'_, At<'s>>,
    set: &'s [Paired],
    index: usize,
    lints: &Lints,
) -> Vec<(Level, Problem)> {
    let paired = &set[index];
    let script = &paired.migration.up;
    if !lints.apply_to(paired.migration.version) {
        return Vec::new();
    }
    let spans = &script.statements;
    let steps = spans.iter().zip(&paired.up).map(|(span, step)| lint::Step {
        text: script.statement_text(*span),
        changes: &step.changes,
        effects: &step.effects,
        compared_with_null: &step.compared_with_null,
    });
    let at = |step: usize| At {
        script,
        start: spans[step].start,
    };
    let around = Around { set, index };
    let warnings = lint::check(before, &steps.collect::<Vec<_>>(), at, &around);
    let found = warnings.into_iter().filter_map(|(step, warning)| {
        let level = level(lints, paired, warning.lint)?;
        Some((level, problem(script, spans[step], warning)))
    });
    found.collect()
}

/// What the definitions name that stand at the end, and is nowhere: told where such a name is defined
/// or, if it was there by then, where it was removed.
pub fn lint_names<'s>(
    after: &Schema<'_, At<'s>>,
    set: &'s [Paired],
    lints: &Lints,
) -> Vec<(Level, Problem)> {
    let mut found = Vec::new();
    for (index, paired) in set.iter().enumerate() {
        let script = &paired.migration.up;
        let around = Around { set, index };
        for (&span, step) in script.statements.iter().zip(&paired.up) {
            let here = (index, span.start);
            let body = lint::Body {
                changes: &step.changes,
                named: &step.named_later,
                is_here: &|at: &At| std::ptr::eq(at.script, script) && at.start == span.start,
                is_later: &|at: &At| position(set, at) > Some(here),
            };
            for (removed, warning) in lint::check_body(after, &body, &around) {
                let (index, start) = removed.and_then(|at| position(set, &at)).unwrap_or(here);
                found.extend(name_problem(&set[index], start, warning, lints));
            }
        }
    }
    found
}

/// Where a statement of an up script is in a set: its migration, and its first byte.
fn position(set: &[Paired], at: &At<'_>) -> Option<(usize, u32)> {
    let mut ups = set.iter().map(|paired| &paired.migration.up);
    let index = ups.position(|up| std::ptr::eq(up, at.script))?;
    Some((index, at.start))
}

fn name_problem(
    paired: &Paired,
    start: u32,
    warning: Warning,
    lints: &Lints,
) -> Option<(Level, Problem)> {
    let script = &paired.migration.up;
    let level = level(lints, paired, Lint::MissingName)?;
    let span = script.statements.iter().find(|it| it.start == start)?;
    let is_meant = lints.apply_to(paired.migration.version);
    is_meant.then(|| (level, problem(script, *span, warning)))
}

fn level(lints: &Lints, paired: &Paired, lint: Lint) -> Option<Level> {
    let level = lints.level(lint);
    level.filter(|_| !paired.allowed.contains(&lint))
}

fn problem(script: &Script, span: StatementSpan, warning: Warning) -> Problem {
    let snippet = Snippet::new(&script.text, span.start as usize, span.end as usize, "");
    let accept = Directive::Allow.line().replace("NAME", warning.lint.name());
    let joint = match warning.help.ends_with('?') {
        true => " If",
        false => "; if",
    };
    let help = format!(
        "{}{joint} this is meant, begin the file with `{accept}`",
        warning.help
    );
    Problem::new(&*script.file, warning.message)
        .by(warning.lint)
        .at(snippet)
        .help(help)
}

/// The other migrations of a set.
struct Around<'s> {
    set: &'s [Paired],
    index: usize,
}

impl Surroundings for Around<'_> {
    fn execution(&self) -> Execution {
        self.set[self.index].migration.execution
    }

    fn down(&self) -> Option<&str> {
        let paired = &self.set[self.index];
        let has_statements = !paired.down.is_empty() && !paired.is_lossy;
        let down = paired.migration.down.as_ref();
        down.filter(|_| has_statements).map(|down| &*down.text)
    }

    fn any_earlier(&self, fits: &dyn Fn(&Effect) -> bool) -> bool {
        any(&self.set[..self.index], fits)
    }

    fn any_later(&self, fits: &dyn Fn(&Effect) -> bool) -> bool {
        any(&self.set[self.index + 1..], fits)
    }

    fn is_defined_later(&self, object: &Object) -> bool {
        let steps = self.set[self.index + 1..].iter().flat_map(|it| &it.up);
        let mut changes = steps.flat_map(|step| &step.changes);
        changes.any(|change| matches!(change, Change::Defines { object: it, .. } if it == object))
    }

    fn similar<'n>(&self, name: &str, names: Vec<&'n str>) -> Option<&'n str> {
        similar(name, names.into_iter())
    }
}

fn any(migrations: &[Paired], fits: &dyn Fn(&Effect) -> bool) -> bool {
    let mut steps = migrations.iter().flat_map(|it| &it.up);
    steps.any(|step| includes(&step.effects, fits))
}
