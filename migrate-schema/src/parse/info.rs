//! What `INFO FOR DB` and `INFO FOR TABLE` list.

use super::statements::parse;
use crate::effect::Name;
use crate::model::{Change, Clauses, Definition, Object};

/// A definition from the list in which `INFO FOR DB`, or `INFO FOR TABLE` of this table, has it, with
/// its name and its text there; `None` for what is no definition, such as a live query.
#[must_use]
pub fn listed(
    list: &str,
    table: Option<&str>,
    name: &str,
    text: &str,
) -> Option<(Object, Definition)> {
    let definition = match list {
        "configs" => definition(&format!("DEFINE CONFIG {text}")),
        _ => definition(text),
    };
    Some((object(list, table, name)?, definition))
}

fn object(list: &str, table: Option<&str>, name: &str) -> Option<Object> {
    let owned = |name: &str| Name::from(name.to_owned());
    let without = |prefix| owned(name.strip_prefix(prefix).unwrap_or(name));
    let name = owned(name);
    Some(match (list, table.map(owned)) {
        ("accesses", None) => Object::Access(name),
        ("analyzers", None) => Object::Analyzer(name),
        ("apis", None) => Object::Api(name),
        ("buckets", None) => Object::Bucket(name),
        ("configs", None) => Object::Config(name.to_ascii_uppercase().into()),
        ("functions", None) => Object::Function(name),
        ("models", None) => Object::Model(without("ml::")),
        ("modules", None) => Object::Module(without("mod::")),
        ("params", None) => Object::Param(name),
        ("sequences", None) => Object::Sequence(name),
        ("tables", None) => Object::Table(name),
        ("users", None) => Object::User(name),
        ("events", Some(table)) => Object::Event(table, name),
        ("fields", Some(table)) => Object::Field(table, name),
        ("indexes", Some(table)) => Object::Index(table, name),
        _ => return None,
    })
}

/// What the engine's own text of a definition says. One that is not modelled has just that text.
fn definition(text: &str) -> Definition {
    let statements = parse(text).statements.into_iter();
    let mut changes = statements.flat_map(|statement| statement.changes);
    let known = changes.find_map(|change| match change {
        Change::Defines { definition, .. } => definition,
        _ => None,
    });
    known.unwrap_or_else(|| Definition::new(text, Clauses::Other, Vec::new()))
}
