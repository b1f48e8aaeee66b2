//! What a definition needs whenever it is used.

use super::name::Lint;
use super::script::Surroundings;
use super::warning::Warning;
use crate::model::{Change, Object, Schema, State};

/// What a statement of `changes` defines with the help of what is `named`, and is not there `after` all
/// migrations. `is_here` says of a place whether it is this statement's.
pub fn check_bodies<P: Clone>(
    after: &Schema<'_, P>,
    changes: &[Change],
    named: &[Object],
    is_here: impl Fn(&P) -> bool,
    around: &dyn Surroundings,
) -> Vec<Warning> {
    let stands = changes.iter().any(|change| match change {
        Change::Defines { object, .. } => match after.state(object) {
            State::Present {
                at,
                definition: Some(_),
                ..
            } => is_here(&at),
            _ => false,
        },
        _ => false,
    });
    if !stands {
        return Vec::new();
    }
    let named = named.iter();
    let missing = named.filter(|object| match object {
        Object::Field(..) => after.has_no_field(object),
        _ => matches!(after.state(object), State::Absent(_)),
    });
    missing
        .filter_map(|object| warning(after, object, around))
        .collect()
}

fn warning<P: Clone>(
    after: &Schema<'_, P>,
    object: &Object,
    around: &dyn Surroundings,
) -> Option<Warning> {
    let present = after.present();
    let is_alike = |other: &&&Object| {
        std::mem::discriminant(**other) == std::mem::discriminant(object)
            && other.table() == object.table()
    };
    let names = present.iter().filter(is_alike).map(|it| it.name());
    let similar = around.similar(object.name(), names.collect());
    let (message, sign) = match object {
        Object::Function(name) => (
            format!("this fails when it is used: there is no function `fn::{name}`"),
            "fn::",
        ),
        Object::Param(name) => (
            format!("`${name}` is NONE when this is used: nothing sets it"),
            "$",
        ),
        // The program may make it by a write.
        Object::Table(name) if similar.is_some() => (
            format!("this fails when it is used: no migration defines a table `{name}`"),
            "",
        ),
        // It may be meant for records from before.
        Object::Field(table, field) if similar.is_some() => (
            format!(
                "`{table}` is `SCHEMAFULL`, and has no field `{field}`: to read it gives NONE, and to write it fails"
            ),
            "",
        ),
        _ => return None,
    };
    let kind = match object {
        Object::Function(_) => "function",
        _ => "param",
    };
    let help = similar.map_or_else(
        || format!(
            "define it; if it does not come from migrations, begin the file with `-- migrate: assumes {kind} {sign}{}`",
            object.name()
        ),
        |similar| format!("did you mean `{sign}{similar}`?"),
    );
    Some(Warning {
        lint: Lint::MissingName,
        message,
        help,
    })
}
