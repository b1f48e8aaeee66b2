//! The schema that migrations make, as text and as data.

use migrate_schema::model::Schema;
use migrate_schema::outline::Outline;

use super::layout::{comment_lines, lay_out};
use super::model::{is_own, schema_at};
use crate::migration::Version;
use crate::set::{At, Set, Texts};

/// What a schema file begins with.
const HEADER: &str =
    "The schema that the migrations make, as `migrate schema` writes it. Change it by a migration.";

/// The schema that the migrations of a set make up to a version, in SurrealQL that an empty database
/// takes as it is. `table` is the history table of the set.
///
/// Definitions that hold a password or a key are left out, and so are those of which the scripts do not
/// tell what they say; comments at the end name them.
#[must_use]
pub fn schema_text(set: &Set, table: &str, version: Version) -> String {
    let schema = schema_at(set, version);
    let Some(first) = set.migrations.first() else {
        return comment_lines(HEADER);
    };
    let here = At {
        script: &first.up,
        start: 0,
    };
    let mut transition = Schema::empty().become_other(&schema, &Texts, &here);
    let is_own = is_own(table);
    let open = transition.open.iter().filter(|it| !is_own(it));
    let open = open.map(|it| format!("{it}: the scripts do not tell what they make of it"));
    let mut left_out: Vec<String> = open.collect();
    transition.steps.retain(|step| match &step.object {
        Some(object) if step.holds_secret() => {
            left_out.push(format!("{object}: its definition holds a secret"));
            false
        }
        _ => true,
    });
    for step in &mut transition.steps {
        step.statement = step.definition();
    }
    let mut text = comment_lines(HEADER);
    text.push('\n');
    text.push_str(&lay_out(&transition.steps));
    if !left_out.is_empty() {
        text.push('\n');
        text.push_str(&comment_lines("Left out:"));
        for what in left_out {
            text.push_str(&comment_lines(&format!("- {what}")));
        }
    }
    text
}

/// The same as plain data.
#[must_use]
pub fn schema_outline(set: &Set, table: &str, version: Version) -> Outline {
    let is_own = is_own(table);
    Outline::of(&schema_at(set, version), is_own)
}
