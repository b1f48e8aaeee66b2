//! The names of tables, records and fields in a text.

use surrealdb_sql::{Expr, Function, Idiom, Literal, Mock, Part, RecordIdKeyLit};

use crate::effect::{Name, Target};
use crate::model::quoted;

/// A name that the parser has as one.
pub fn owned(name: &str) -> Name {
    name.to_owned().into()
}

/// A name where a definition wants one.
pub fn name(expr: &Expr) -> Option<Name> {
    let name = match expr {
        Expr::Table(name) => name.as_str(),
        Expr::Literal(Literal::String(name)) => name.as_str(),
        Expr::Idiom(idiom) => match &*idiom.0 {
            [Part::Field(name)] => name.as_str(),
            _ => return None,
        },
        _ => return None,
    };
    Some(owned(name))
}

/// A table as a whole, where a statement wants records.
pub fn whole_table(expr: &Expr) -> Option<Name> {
    match expr {
        Expr::Table(_) | Expr::Idiom(_) => name(expr),
        Expr::FunctionCall(call) => match (&call.receiver, &*call.arguments) {
            (Function::Normal(function), [argument]) if function == "type::table" => name(argument),
            _ => None,
        },
        _ => None,
    }
}

/// A table or records of it, where a statement wants records.
pub fn target(expr: &Expr) -> Option<Target> {
    if let Some(table) = whole_table(expr) {
        return Some(Target {
            table,
            record: None,
        });
    }
    match expr {
        Expr::Mock(Mock::Count(table, _) | Mock::Range(table, _)) => Some(Target {
            table: table.as_str().to_owned().into(),
            record: None,
        }),
        Expr::Literal(Literal::RecordId(id)) => Some(Target {
            table: id.table.as_str().to_owned().into(),
            record: key(&id.key),
        }),
        Expr::FunctionCall(call) => match (&call.receiver, &*call.arguments) {
            (Function::Normal(function), arguments) if function == "type::record" => {
                let table = arguments.first().and_then(name)?;
                let table = table.split(':').next().unwrap_or_default();
                Some(Target {
                    table: table.to_owned().into(),
                    record: None,
                })
            }
            _ => None,
        },
        _ => None,
    }
}

/// A record's key, where it is one that is written out.
fn key(key: &RecordIdKeyLit) -> Option<Name> {
    match key {
        RecordIdKeyLit::Number(number) => Some(number.to_string().into()),
        RecordIdKeyLit::String(text) => Some(format!("'{}'", text.as_str()).into()),
        RecordIdKeyLit::Uuid(uuid) => Some(uuid.to_string().into()),
        RecordIdKeyLit::Array(_)
        | RecordIdKeyLit::Object(_)
        | RecordIdKeyLit::Generate(_)
        | RecordIdKeyLit::Range(_) => None,
    }
}

/// A record's key, where it is the value of a field.
pub fn key_value(value: &Expr) -> Option<Name> {
    match value {
        Expr::Literal(Literal::Integer(number)) => Some(number.to_string().into()),
        Expr::Literal(Literal::String(text)) => Some(format!("'{}'", text.as_str()).into()),
        Expr::Literal(Literal::RecordId(id)) => key(&id.key),
        _ => None,
    }
}

/// The path of a field, if it is one of the record itself.
pub fn field_path(expr: &Expr) -> Option<Name> {
    match expr {
        Expr::Idiom(idiom) => path(idiom),
        _ => None,
    }
}

/// The path of a field, if it is one of the record itself.
pub fn path(idiom: &Idiom) -> Option<Name> {
    let mut path = String::new();
    for part in &idiom.0 {
        match part {
            Part::Field(name) => push_field(&mut path, name.as_str()),
            Part::All
            | Part::First
            | Part::Last
            | Part::Where(_)
            | Part::Value(Expr::Literal(Literal::Integer(_))) => push_element(&mut path),
            Part::Flatten | Part::Optional => {}
            _ => return None,
        }
    }
    (!path.is_empty()).then(|| path.into())
}

/// Adds a field's name to a path, quoted where it is not a plain one.
pub fn push_field(path: &mut String, name: &str) {
    if !path.is_empty() {
        path.push('.');
    }
    path.push_str(&quoted(name));
}

/// Adds an array's elements to a path.
pub fn push_element(path: &mut String) {
    if !path.is_empty() {
        path.push('.');
    }
    path.push('*');
}
