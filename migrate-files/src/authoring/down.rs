//! The down script of an up script.

use migrate_schema::model::Object;
use migrate_schema::transition::{Step, Transition};

use super::created::created;
use super::layout::{comment_lines, lay_out};
use super::model::{apply, assume, assumed_by, schema_at};
use super::unrestored::unrestored;
use crate::migration::{Migration, Version};
use crate::set::{At, Set, Texts};
use crate::text::{Directive, Directives};

/// A down script that was written from its up script.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DownScript {
    /// The text of the file.
    pub text: String,
    /// What of the up script it does not undo, each in words: records, and what the text does not tell.
    /// Its first line says so as well.
    pub not_restored: Vec<String>,
}

/// Writes what undoes the up script of a version; `None` where the set has no such version. The set may be one that was read before there was a down script:
/// [`Directory::before_down_script`](crate::Directory::before_down_script).
#[must_use]
pub fn down_script(set: &Set, version: Version) -> Option<DownScript> {
    let migration = set.migrations.iter().find(|it| it.version == version)?;
    let mut before = schema_at(set, version - 1);
    assume(&mut before, migration);
    let up = &migration.up;
    let mut after = before.branch();
    apply(&mut after, up);
    let here = At {
        script: up,
        start: 0,
    };
    let mut transition = after.branch().undo(&after, &before, &Texts, &here);
    // Such a table was there before, and stays.
    let assumed: Vec<Object> = set.migrations.iter().flat_map(assumed_by).collect();
    let is_assumed = |it: &Object| matches!(it, Object::Table(_)) && assumed.contains(it);
    transition.open.retain(|object| !is_assumed(object));
    let created = created(up, &before, &after);
    let not_restored = unrestored(up, &before, &after, &transition, &created);
    let deletes = created
        .into_iter()
        .map(|(_, statement)| Step::of_records(statement));
    transition.steps.splice(0..0, deletes);
    Some(DownScript {
        text: text(&transition, &not_restored),
        not_restored,
    })
}

/// Whether the up script of a migration says that there is no down script.
#[must_use]
pub fn is_irreversible(migration: &Migration) -> bool {
    Directives::of(&migration.up.text).has(Directive::Irreversible)
}

fn text(transition: &Transition, not_restored: &[String]) -> String {
    let mut text = String::new();
    if !not_restored.is_empty() {
        let line = Directive::Lossy.line();
        let reason = format!("not brought back: {}", not_restored.join("; "));
        text.push_str(&line.replace("REASON", &reason));
        text.push_str("\n\n");
    }
    match &*transition.steps {
        [] if not_restored.is_empty() => {
            text.push_str(&comment_lines(
                "The up script changes no definition and no record: there is nothing to undo.",
            ));
        }
        [] => text.push_str(&comment_lines("There is no definition to bring back.")),
        steps => text.push_str(&lay_out(steps)),
    }
    text
}
