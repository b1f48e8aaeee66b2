//! What the definition and the removal of a field do to the records that are there.

use std::iter::successors;

use super::name::Lint;
use super::script::{At, any, writes_field};
use super::types::{is_record, survive};
use super::warning::Warning;
use crate::effect::{Effect, Name};
use crate::model::{FieldClauses, FieldDefault, Mode, Object};
use crate::path::{is_inside, overlap, parent};

pub(super) fn defined<P: Clone>(
    here: &At<'_, '_, P>,
    table: &Name,
    path: &Name,
    mode: Mode,
    new: &FieldClauses,
) -> Vec<Warning> {
    let mut found: Vec<Warning> = wrong_default(new).into_iter().collect();
    found.extend(unset_required(path, new));
    if !here.may_hold_records(table) {
        return found;
    }
    let object = Object::Field(table.clone(), path.clone());
    let old = here.field(table, path);
    match (old, mode) {
        (Some(old), Mode::Overwrite) => found.extend(overwritten(here, table, path, &old, new)),
        (None, _) if here.is_new(&object) && is_in_each_record(here, table, path) => {
            found.extend(added(here, table, path, new));
        }
        _ => {}
    }
    found
}

/// The same of a field that is there.
pub(super) fn altered<P: Clone>(
    here: &At<'_, '_, P>,
    table: &Name,
    path: &Name,
    new: &FieldClauses,
) -> Vec<Warning> {
    let mut found: Vec<Warning> = wrong_default(new).into_iter().collect();
    found.extend(unset_required(path, new));
    let old = here.field(table, path);
    if let Some(old) = old.filter(|_| here.may_hold_records(table)) {
        found.extend(overwritten(here, table, path, &old, new));
    }
    found
}

fn wrong_default(new: &FieldClauses) -> Option<Warning> {
    let (kind, text) = new.default_value.as_ref()?;
    if new.has_value {
        return None;
    }
    if new.is_default_refused {
        return Some(Warning {
            lint: Lint::WrongDefault,
            message: format!(
                "each record that is created without this field fails: `ASSERT` refuses its default {text}"
            ),
            help: "write a default that it accepts, or none: the field is required as it is"
                .to_owned(),
        });
    }
    let kinds = new.kinds.as_ref()?;
    let is_text = |kind: &&Name| kind.starts_with('\'');
    let are_texts = kinds
        .iter()
        .all(|it| is_text(&it) || matches!(&**it, "none" | "null"));
    let is_accepted = match are_texts && kinds.iter().any(|it| is_text(&it)) && kind == "string" {
        true => kinds.contains(text),
        false => survive(kind, kinds),
    };
    if is_accepted {
        return None;
    }
    let kinds = kinds.join(" | ");
    Some(Warning {
        lint: Lint::WrongDefault,
        message: format!(
            "each record that is created without this field fails: its type is `{kinds}`, and its default {text}"
        ),
        help: "write a default of that type".to_owned(),
    })
}

fn unset_required(path: &Name, new: &FieldClauses) -> Option<Warning> {
    let kinds = new.kinds.as_ref()?;
    if !new.is_unset || !kinds.iter().all(|kind| is_record(kind)) {
        return None;
    }
    let kinds = kinds.join(" | ");
    Some(Warning {
        lint: Lint::UnsetRequired,
        message: format!(
            "a record that `{path}` points at cannot be deleted: `ON DELETE UNSET` makes it NONE, which its type does not accept"
        ),
        help: format!("write `TYPE option<{kinds}>`, or another `ON DELETE`"),
    })
}

/// Whether each record that was there before the script has what a field is in, and cannot have the
/// field: it is the record itself, or an object that no record lacks.
fn is_in_each_record<P: Clone>(here: &At<'_, '_, P>, table: &Name, path: &str) -> bool {
    let Some(parent) = parent(path) else {
        return true;
    };
    let object = Object::Field(table.clone(), parent.to_owned().into());
    let is_object = |it: FieldClauses| it.is_closed_object() && !it.is_redefined;
    let is_object = here.field(table, parent).is_some_and(is_object);
    is_object && !here.is_new(&object) && is_in_each_record(here, table, parent)
}

fn added<P: Clone>(
    here: &At<'_, '_, P>,
    table: &Name,
    path: &Name,
    new: &FieldClauses,
) -> Option<Warning> {
    // Records of another table may have it.
    let is_schemafull = here.table(table).is_some_and(|it| it.is_schemafull);
    let gets_a_value = new.is_computed || new.has_value || new.default == FieldDefault::Always;
    if !is_schemafull || gets_a_value {
        return None;
    }
    let is_updated_without = here.next_update(table).is_some_and(|fields| {
        !fields.is_empty() && !fields.iter().any(|field| overlap(field, path))
    });
    if is_updated_without && !new.accepts_none() {
        return Some(Warning {
            lint: Lint::RequiredField,
            message: format!(
                "the next `UPDATE {table}` of this script fails as soon as it meets a record: `{path}` is required, and that statement does not set it"
            ),
            help: format!("set all new fields of `{table}` in one `UPDATE`"),
        });
    }
    if here.may_be_filled(table, path) {
        return None;
    }
    if new.is_readonly && (new.default != FieldDefault::None || !new.accepts_none()) {
        return Some(Warning {
            lint: Lint::ReadonlyUnfilled,
            message: format!(
                "records of `{table}` that are there already never get a value for `{path}`: `DEFAULT` is for new records, and `READONLY` refuses to set it later"
            ),
            help: format!(
                "define it without `READONLY`, set it with `UPDATE {table} SET {path} = …`, and then write `ALTER FIELD {path} ON {table} READONLY`"
            ),
        });
    }
    if new.accepts_none() || here.is_written_later(table, path) {
        return None;
    }
    let default = match new.default {
        FieldDefault::None => "",
        _ => ", and `DEFAULT` is for new records",
    };
    Some(Warning {
        lint: Lint::RequiredField,
        message: format!(
            "from here on every update of a record of `{table}` that is there already fails: it has no `{path}`{default}"
        ),
        help: format!(
            "write `UPDATE {table} SET {path} = …` behind this statement, or make it an `option<…>`"
        ),
    })
}

fn overwritten<P: Clone>(
    here: &At<'_, '_, P>,
    table: &Name,
    path: &Name,
    old: &FieldClauses,
    new: &FieldClauses,
) -> Vec<Warning> {
    let mut found = Vec::new();
    if new.is_computed && !old.is_computed {
        found.push(Warning {
            lint: Lint::MadeComputed,
            message: format!(
                "the next update of each record of `{table}` deletes the value that it has for `{path}`"
            ),
            help: "give the computed field a name of its own".to_owned(),
        });
        return found;
    }
    let is_written = |effect: &Effect| writes_field(effect, table, path);
    let is_written = any(here.others(), is_written) || here.is_written_later(table, path);
    if new.is_reference && !old.is_reference && !is_written {
        found.push(Warning {
            lint: Lint::ReferenceUnfilled,
            message: format!(
                "the values that records of `{table}` have for `{path}` do not become references: `<~{table}` does not find them, and `ON DELETE` does nothing"
            ),
            help: format!(
                "write each value again behind this statement: keep it in another field, set `{path}` to NONE, and set it back"
            ),
        });
    }
    found.extend(narrowed(here, table, path, old, new));
    found
}

fn narrowed<P: Clone>(
    here: &At<'_, '_, P>,
    table: &Name,
    path: &Name,
    old: &FieldClauses,
    new: &FieldClauses,
) -> Option<Warning> {
    let lost: Vec<&Name> = old.kinds.iter().flatten().collect();
    let kept = new.kinds.as_ref()?;
    let lost: Vec<&Name> = lost.into_iter().filter(|it| !survive(it, kept)).collect();
    let written = |effect: &Effect| writes_field(effect, table, path);
    // Each update makes a value of it.
    let is_made_anew = new.has_value || lost == ["none"] && new.default == FieldDefault::Always;
    if lost.is_empty()
        || is_made_anew
        || here.may_be_filled(table, path)
        || here.around.any_earlier(&written)
        || here.is_written_later(table, path)
    {
        return None;
    }
    let values = match &*lost {
        [none] if *none == "none" => "without a value for it".to_owned(),
        kinds => {
            let kinds: Vec<String> = kinds.iter().map(|kind| format!("`{kind}`")).collect();
            format!("with a value of type {}", kinds.join(" or "))
        }
    };
    Some(Warning {
        lint: Lint::NarrowedType,
        message: format!(
            "from here on every update of a record of `{table}` fails that is there already {values}: `{path}` does not accept it"
        ),
        help: format!(
            "write `UPDATE {table} SET {path} = …` behind this statement, with a value of the new type"
        ),
    })
}

pub(super) fn removed<P: Clone>(
    here: &At<'_, '_, P>,
    table: &Name,
    path: &Name,
) -> Option<Warning> {
    let is_schemafull = here.table(table).is_some_and(|it| it.is_schemafull);
    let is_stored = here.field(table, path).is_some_and(|it| !it.is_computed);
    let is_closed = |parent| {
        let parent = here.field(table, parent);
        parent.is_some_and(|it| it.is_closed_object())
    };
    let is_refused = is_schemafull && parent(path).is_none_or(is_closed);
    if !is_refused || !is_stored || !here.may_hold_records(table) {
        return None;
    }
    let object = Object::Field(table.clone(), path.clone());
    let clears = |effect: &Effect| {
        writes_field(effect, table, path)
            || matches!(effect, Effect::Deletes { target } if target.table == *table)
    };
    // The engine accepts what has a definition inside.
    let is_inside = |it: &Object| matches!(it, Object::Field(_, inner) if is_inside(inner, path));
    let has_inside = here.before.present_on(table).iter().any(is_inside);
    let is_replaced = |path: &str| {
        let object = Object::Field(table.clone(), path.to_owned().into());
        here.is_changed_again(&object)
    };
    if has_inside
        || successors(Some(&**path), |path| parent(path)).any(is_replaced)
        || here.is_defined_later(&object)
        || any(here.others(), clears)
        || here.is_written_later(table, path)
    {
        return None;
    }
    Some(Warning {
        lint: Lint::ValuesLeft,
        message: format!(
            "records of `{table}` keep their values of `{path}`, and from here on every update of such a record fails: the table is `SCHEMAFULL`"
        ),
        help: format!("write `UPDATE {table} UNSET {path};` behind this statement"),
    })
}
