//! What a definition needs whenever it is used.

use std::fmt::Display;

use super::name::Lint;
use super::script::Surroundings;
use super::warning::Warning;
use crate::model::{Change, Object, Schema, State};

/// A definition that stands after all migrations, with what it needs whenever it is used.
pub struct Body<'b, P> {
    /// What its statement does.
    pub changes: &'b [Change],
    /// What it names.
    pub named: &'b [Object],
    /// Whether a place is that of its statement.
    pub is_here: &'b dyn Fn(&P) -> bool,
    /// Whether a place is behind its statement.
    pub is_later: &'b dyn Fn(&P) -> bool,
}

/// What a definition names, and is not there `after` all migrations: with the place where it was
/// removed, if that was behind the definition.
pub fn check_body<P: Clone + Display>(
    after: &Schema<'_, P>,
    body: &Body<'_, P>,
    around: &dyn Surroundings,
) -> Vec<(Option<P>, Warning)> {
    let Some((user, at)) = body.standing(after) else {
        return Vec::new();
    };
    let missing = body.named.iter().filter(|object| match object {
        Object::Field(..) => after.has_no_field(object),
        _ => matches!(after.state(object), State::Absent(_)),
    });
    let found = missing.filter_map(|object| match after.state(object) {
        State::Absent(Some(removed)) if (body.is_later)(&removed) => {
            Some((Some(removed), removal(object, user, &at)))
        }
        _ => Some((None, warning(after, object, around)?)),
    });
    found.collect()
}

impl<P: Clone> Body<'_, P> {
    /// What it defines, if it still stands, and where.
    fn standing(&self, after: &Schema<'_, P>) -> Option<(&Object, P)> {
        self.changes.iter().find_map(|change| {
            let Change::Defines { object, .. } = change else {
                return None;
            };
            match after.state(object) {
                State::Present {
                    at,
                    definition: Some(_),
                    ..
                } if (self.is_here)(&at) => Some((object, at)),
                _ => None,
            }
        })
    }
}

/// What is removed, although something that stands needs it.
fn removal(object: &Object, user: &Object, at: &impl Display) -> Warning {
    let harm = match object {
        Object::Param(_) => "gets NONE without it",
        Object::Field(..) => "reads NONE without it, and fails if it writes it",
        _ => "fails without it",
    };
    Warning {
        lint: Lint::MissingName,
        message: format!("{object} is still in use: {user} needs it, {at}, and {harm}"),
        help: format!("change or remove {user} as well"),
    }
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
