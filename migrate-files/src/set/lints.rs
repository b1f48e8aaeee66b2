//! What is likely to hurt in a migration, as far as nobody says that it is meant.

use migrate_schema::effect::{Effect, with_branches};
use migrate_schema::lint::{self, Surroundings, Warning};
use migrate_schema::model::Schema;
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
    });
    let at = |step: usize| At {
        script,
        start: spans[step].start,
    };
    let around = Around { set, index };
    let warnings = lint::check(before, &steps.collect::<Vec<_>>(), at, &around);
    let mut found = warnings.into_iter();
    let found = found.by_ref().filter_map(|warning| {
        let level = lints.level(warning.lint)?;
        let is_meant = paired.allowed.contains(&warning.lint);
        (!is_meant).then(|| (level, problem(script, spans[warning.step], warning)))
    });
    found.collect()
}

fn problem(script: &Script, span: StatementSpan, warning: Warning) -> Problem {
    let snippet = Snippet::new(&script.text, span.start as usize, span.end as usize, "");
    let accept = Directive::Allow.line().replace("NAME", warning.lint.name());
    let help = format!(
        "{}; if this is meant, begin the file with `{accept}`",
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

    fn similar<'n>(&self, name: &str, names: Vec<&'n str>) -> Option<&'n str> {
        similar(name, names.into_iter())
    }
}

fn any(migrations: &[Paired], fits: &dyn Fn(&Effect) -> bool) -> bool {
    let mut effects = migrations
        .iter()
        .flat_map(|it| with_branches(&it.migration.up.effects));
    effects.any(fits)
}
