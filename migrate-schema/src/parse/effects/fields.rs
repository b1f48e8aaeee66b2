//! Which fields a statement writes, as far as its text says.

use surrealdb_sql::data::Assignment;
use surrealdb_sql::literal::ObjectEntry;
use surrealdb_sql::{AssignOperator, Data, Expr, Literal};

use super::names::{field_path, path, push_element, push_field};
use crate::effect::Name;

/// The paths that are written; the empty one for the whole record.
pub fn written(data: &Data) -> Vec<Name> {
    match data {
        Data::SetExpression(assignments) | Data::UpdateExpression(assignments) => {
            assignments.iter().filter_map(assigned).collect()
        }
        Data::UnsetExpression(fields) => fields.iter().filter_map(path).collect(),
        Data::MergeExpression(Expr::Literal(Literal::Object(entries))) => {
            let mut paths = Vec::new();
            add_merged("", entries, &mut paths);
            paths
        }
        Data::PatchExpression(Expr::Literal(Literal::Array(operations))) => {
            operations.iter().flat_map(patched).collect()
        }
        Data::ContentExpression(Expr::Literal(Literal::Object(entries)))
        | Data::ReplaceExpression(Expr::Literal(Literal::Object(entries)))
            if !keeps_some(entries) =>
        {
            vec![Name::Borrowed("")]
        }
        _ => Vec::new(),
    }
}

/// What an assignment writes: nothing where it gives a field the value that it has.
fn assigned(assignment: &Assignment) -> Option<Name> {
    let field = path(&assignment.place)?;
    let is_same = field_path(&assignment.value).as_ref() == Some(&field);
    (assignment.operator != AssignOperator::Assign || !is_same).then_some(field)
}

/// The leaves of what is merged: the rest of an object stays as it is.
fn add_merged(parent: &str, entries: &[ObjectEntry], paths: &mut Vec<Name>) {
    for entry in entries {
        let mut path = parent.to_owned();
        push_field(&mut path, entry.key.as_str());
        match &entry.value {
            Expr::Literal(Literal::Object(inner)) => add_merged(&path, inner, paths),
            value if field_path(value).is_some_and(|same| same == *path) => {}
            _ => paths.push(path.into()),
        }
    }
}

/// The paths that an operation of a JSON Patch writes.
fn patched(operation: &Expr) -> Vec<Name> {
    let Expr::Literal(Literal::Object(entries)) = operation else {
        return Vec::new();
    };
    let text = |key: &str| {
        let mut entries = entries.iter();
        let entry = entries.find(|entry| entry.key.as_str() == key)?;
        match &entry.value {
            Expr::Literal(Literal::String(text)) => Some(text.as_str()),
            _ => None,
        }
    };
    let places = match text("op") {
        Some("add" | "remove" | "replace" | "change" | "copy") => [text("path"), None],
        Some("move") => [text("path"), text("from")],
        _ => [None, None],
    };
    places.into_iter().flatten().map(pointed_at).collect()
}

/// The path of a JSON Pointer.
fn pointed_at(pointer: &str) -> Name {
    let mut path = String::new();
    for part in pointer.split('/').filter(|part| !part.is_empty()) {
        let is_element = part == "-" || part.bytes().all(|byte| byte.is_ascii_digit());
        match is_element && !path.is_empty() {
            true => push_element(&mut path),
            false => push_field(&mut path, &part.replace("~1", "/").replace("~0", "~")),
        }
    }
    path.into()
}

/// Whether new content has a field that it takes from the old one.
fn keeps_some(entries: &[ObjectEntry]) -> bool {
    entries
        .iter()
        .any(|entry| matches!(entry.value, Expr::Idiom(_)))
}
