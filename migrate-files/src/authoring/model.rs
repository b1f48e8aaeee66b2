//! The schema that the migrations of a set make.

use migrate_schema::model::{Object, Schema};
use migrate_schema::parse::{parse, parse_object};
use migrate_schema::rules::history_tables;

use crate::migration::{Migration, Version};
use crate::script::Script;
use crate::set::{At, Set};
use crate::text::Directives;

/// The schema after the migrations up to a version, without the runner's own tables.
pub fn schema_at(set: &Set, version: Version) -> Schema<'_, At<'_>> {
    let mut schema = Schema::empty();
    if let Some(assumed) = &set.assumed {
        apply(&mut schema, assumed);
    }
    let migrations = set.migrations.iter();
    for migration in migrations.take_while(|it| it.version <= version) {
        assume(&mut schema, migration);
        apply(&mut schema, &migration.up);
    }
    schema
}

/// Leaves open what a migration assumes.
pub fn assume(schema: &mut Schema<'_, At<'_>>, migration: &Migration) {
    for object in assumed_by(migration) {
        schema.assume(&object);
    }
}

/// What a migration says that may be there, although none defines it.
pub fn assumed_by(migration: &Migration) -> Vec<Object> {
    let scripts = [Some(&migration.up), migration.down.as_ref()];
    let scripts = scripts.into_iter().flatten();
    let objects = scripts.flat_map(|script| {
        let directives = Directives::of(&script.text);
        let assumed = directives.assumed();
        let objects = assumed.filter_map(|(text, _)| parse_object(text));
        objects.collect::<Vec<_>>()
    });
    objects.collect()
}

/// What is one of the runner's own tables, where this is the history table.
pub fn is_own(table: &str) -> impl Fn(&Object) -> bool {
    let own = history_tables(table);
    move |object| matches!(object, Object::Table(name) if own.contains(name))
}

/// Applies a script of a set that was checked.
pub fn apply<'s>(schema: &mut Schema<'_, At<'s>>, script: &'s Script) {
    for statement in parse(&script.text).statements {
        let start = statement.span.start;
        for change in &statement.changes {
            let _ = schema.apply(change, &At { script, start });
        }
    }
}
