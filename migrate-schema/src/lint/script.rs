//! What the rules see of a script and of what is around it.

use crate::effect::{Effect, Name, includes};
use crate::execution::Execution;
use crate::model::{
    Change, Clauses, Definition, FieldClauses, Object, Schema, State, TableClauses,
};
use crate::path::{overlap, root};

/// A statement of the script.
#[derive(Debug, Clone, Copy)]
pub struct Step<'s> {
    /// Its text.
    pub text: &'s str,
    /// What it does to the schema.
    pub changes: &'s [Change],
    /// What it does to records and indexes.
    pub effects: &'s [Effect],
    /// The fields that its condition compares with NULL.
    pub compared_with_null: &'s [Object],
}

/// What there is around a script.
pub trait Surroundings {
    /// How it is sent.
    fn execution(&self) -> Execution;
    /// The text of its down script; none where that says that it undoes nothing, or not all.
    fn down(&self) -> Option<&str>;
    /// Whether a migration before this one does something that fits.
    fn any_earlier(&self, fits: &dyn Fn(&Effect) -> bool) -> bool;
    /// Whether a migration after this one does something that fits.
    fn any_later(&self, fits: &dyn Fn(&Effect) -> bool) -> bool;
    /// Whether a migration after this one defines something.
    fn is_defined_later(&self, object: &Object) -> bool;
    /// The name among some that one is likely to be meant as.
    fn similar<'n>(&self, name: &str, names: Vec<&'n str>) -> Option<&'n str>;
}

/// A statement of a script, with what is there before it.
pub(super) struct At<'c, 'b, P> {
    pub before_script: &'c Schema<'b, P>,
    pub before: &'c Schema<'c, P>,
    pub steps: &'c [Step<'c>],
    pub index: usize,
    pub around: &'c dyn Surroundings,
}

impl<'c, P: Clone> At<'c, '_, P> {
    pub fn step(&self) -> Step<'c> {
        self.steps[self.index]
    }

    /// The other statements of the script.
    pub fn others(&self) -> impl Iterator<Item = Step<'c>> {
        let itself = self.index;
        let steps = self.steps.iter().copied().enumerate();
        steps.filter_map(move |(index, step)| (index != itself).then_some(step))
    }

    pub fn earlier(&self) -> impl Iterator<Item = Step<'c>> {
        self.steps[..self.index].iter().copied()
    }

    pub fn later(&self) -> impl Iterator<Item = Step<'c>> {
        self.steps[self.index + 1..].iter().copied()
    }

    /// What there is by a name before this statement, and what it says, where the scripts tell.
    pub fn definition(&self, object: &Object) -> Option<(Definition, P)> {
        definition(self.before, object)
    }

    pub fn field(&self, table: &Name, path: &str) -> Option<FieldClauses> {
        let object = Object::Field(table.clone(), path.to_owned().into());
        match self.definition(&object)?.0.clauses() {
            Clauses::Field(field) => Some(field.clone()),
            _ => None,
        }
    }

    pub fn table(&self, table: &Name) -> Option<TableClauses> {
        match self.definition(&Object::Table(table.clone()))?.0.clauses() {
            Clauses::Table(table) => Some(table.clone()),
            _ => None,
        }
    }

    /// Whether a table may hold records that were written before the script: it was there, is not a
    /// view, and was neither emptied nor removed since.
    pub fn may_hold_records(&self, table: &Name) -> bool {
        let object = Object::Table(table.clone());
        let State::Present { definition, .. } = self.before_script.state(&object) else {
            return false;
        };
        let clauses = definition.as_ref().map(Definition::clauses);
        let is_view = matches!(clauses, Some(Clauses::Table(it)) if it.view.is_some());
        let is_emptied = |effect: &Effect| match effect {
            Effect::RemovesTable { table: it, .. } => it == table,
            Effect::Deletes { target } => target.table == *table,
            _ => false,
        };
        !is_view && !any(self.earlier(), is_emptied)
    }

    /// Whether a field was not there before the script, for certain.
    pub fn is_new(&self, field: &Object) -> bool {
        matches!(self.before_script.state(field), State::Absent(_))
    }

    /// Whether a later migration may give records of a table a value for a field, or take it from them.
    pub fn is_written_later(&self, table: &Name, field: &str) -> bool {
        let written = |effect: &Effect| writes_field(effect, table, field);
        self.around.any_later(&written)
    }

    /// Whether a later migration defines something.
    pub fn is_defined_later(&self, object: &Object) -> bool {
        self.around.is_defined_later(object)
    }

    /// Whether a later statement of the script defines something once more, alters or removes it.
    pub fn is_changed_again(&self, object: &Object) -> bool {
        let mut changes = self.later().flat_map(|step| step.changes);
        changes.any(|change| match change {
            Change::Defines { object: other, .. }
            | Change::Alters { object: other, .. }
            | Change::Removes { object: other, .. }
            | Change::MayChange(other) => {
                let table = other.table().is_none().then(|| other.name());
                other == object || table.is_some() && table == object.table().map(|it| &**it)
            }
            Change::MayChangeAnything | Change::Calls(_) => true,
            _ => false,
        })
    }

    /// The fields that the next update of a whole table writes, where nothing before it in the script
    /// may do so as well.
    pub fn next_update(&self, table: &Name) -> Option<&'c [Name]> {
        for step in self.later() {
            for effect in step.effects {
                match effect {
                    Effect::Updates { target, fields } if target.table == *table => {
                        return target.record.is_none().then_some(fields);
                    }
                    Effect::Either(_) => return None,
                    _ => {}
                }
            }
            if is_open(step) || writes_somewhere(step) {
                return None;
            }
        }
        None
    }

    /// Whether another statement of the script may give records of a table a value for a field.
    pub fn may_be_filled(&self, table: &Name, field: &str) -> bool {
        self.others().any(|step| {
            let writes = |effect: &Effect| writes_field(effect, table, field);
            let is_definition = step.changes.iter().any(|change| {
                matches!(
                    change,
                    Change::Defines { .. } | Change::Alters { .. } | Change::Removes { .. }
                )
            });
            let may_write =
                || is_open(step) || mentions(step.text, root(field)) || writes_somewhere(step);
            any([step], writes) || !is_definition && may_write()
        })
    }
}

fn definition<P: Clone>(schema: &Schema<'_, P>, object: &Object) -> Option<(Definition, P)> {
    match schema.state(object) {
        State::Present {
            at,
            definition: Some(definition),
            ..
        } => Some((definition, at)),
        _ => None,
    }
}

/// Whether one of some statements has an effect that fits, in a branch or not.
pub(super) fn any<'s>(
    steps: impl IntoIterator<Item = Step<'s>>,
    fits: impl Fn(&Effect) -> bool,
) -> bool {
    let mut steps = steps.into_iter();
    steps.any(|step| includes(step.effects, &fits))
}

/// Whether an effect is a write of a field, or one of which the text does not tell the fields.
pub(super) fn writes_field(effect: &Effect, table: &Name, field: &str) -> bool {
    match effect {
        Effect::Updates { target, fields } => {
            let is_it = |path: &Name| overlap(path, field);
            target.table == *table && (fields.is_empty() || fields.iter().any(is_it))
        }
        _ => false,
    }
}

/// Whether a statement may do more than its text tells.
fn is_open(step: Step<'_>) -> bool {
    step.changes.iter().any(|change| {
        matches!(
            change,
            Change::Calls(_)
                | Change::MayChangeAnything
                | Change::MayWrite(None)
                | Change::MayChange(_)
        )
    })
}

/// Whether a statement changes records, and its text does not tell which.
fn writes_somewhere(step: Step<'_>) -> bool {
    let is_write = |effect: &Effect| {
        matches!(
            effect,
            Effect::Updates { .. } | Effect::Creates { .. } | Effect::Deletes { .. }
        )
    };
    let words = ["UPDATE", "UPSERT", "INSERT"];
    words.iter().any(|word| mentions(step.text, word)) && !any([step], is_write)
}

/// Whether a text has a word in it, in whatever case.
pub(super) fn mentions(text: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let mut words = text.split(|c| !is_part(c));
    words.any(|it| it.eq_ignore_ascii_case(word))
}
