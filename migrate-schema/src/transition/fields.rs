//! The fields of a table.

use super::builder::{Builder, Need, Wanted};
use super::step::{Comment, Part};
use crate::effect::Name;
use crate::model::{Clauses, Mode, Object, State};
use crate::parse::{goes_with, type_apart};
use crate::path::is_inside;

impl<P: Clone> Builder<'_, '_, P> {
    /// Makes of a table's fields what they should be.
    pub fn change_fields(&mut self, table: &Name) {
        self.remove_fields(table);
        let mut types = Vec::new();
        for field in self.fields(table) {
            types.extend(self.define_field(table, &field));
        }
        let part = Part::Table(table.clone());
        for statement in types {
            self.add(part.clone(), statement, None);
        }
        // Those that came back with another one.
        self.remove_fields(table);
    }

    /// Each behind those that it is inside of; those that the engine has added meanwhile as well.
    pub fn fields(&self, table: &Name) -> Vec<Object> {
        let is_field = |it: &Object| matches!(it, Object::Field(of, _) if of == table);
        let mut fields = self.objects(is_field);
        fields.extend(self.now.present_on(table).into_iter().filter(|it| {
            let is_implied = matches!(
                self.now.state(it),
                State::Present {
                    is_implied: true,
                    ..
                }
            );
            is_field(it) && is_implied
        }));
        fields.sort();
        fields.dedup();
        fields
    }

    fn remove_fields(&mut self, table: &Name) {
        for field in self.fields(table).iter().rev() {
            if let Need::Remove { if_exists } = self.need(field) {
                self.remove(Part::Table(table.clone()), field, if_exists, None);
            }
        }
    }

    /// Defines a field as it should be, and returns the statement that adds its type, where that has to
    /// come after what is defined inside of it.
    fn define_field(&mut self, table: &Name, field: &Object) -> Option<String> {
        let part = Part::Table(table.clone());
        let Some(wanted) = self.wanted_definition(field) else {
            self.settle(&part, field);
            return None;
        };
        if let Some(alter) = self.retyped_end(field, &wanted) {
            self.add(part, alter, None);
            return None;
        }
        let apart = self.type_comes_last(table, field, &wanted)
            || is_altered_reference(field, &wanted) && self.is_changed(field);
        let Some((without_type, alter)) = apart.then(|| type_apart(&wanted.definition)).flatten()
        else {
            self.settle(&part, field);
            return None;
        };
        let mode = match self.need(field) {
            Need::Define { mode, .. } => mode,
            _ => Mode::Overwrite,
        };
        self.add(part, without_type.statement(mode), Some(Comment::TypeApart));
        Some(alter)
    }

    /// The statement that gives an end of a relation its type, if that is all that it lacks: to define
    /// the field anew would change what the table says of its ends.
    fn retyped_end(&self, field: &Object, wanted: &Wanted) -> Option<String> {
        if !matches!(field.name(), "in" | "out") || !self.is_changed(field) {
            return None;
        }
        let (_, alter) = type_apart(&wanted.definition)?;
        let is_all = match self.after(&alter).state(field) {
            State::Present {
                definition: Some(definition),
                ..
            } => !definition.differs_in_text(&wanted.definition),
            _ => false,
        };
        is_all.then_some(alter)
    }

    /// Whether something is to be defined inside of a field that does not go with its type.
    fn type_comes_last(&self, table: &Name, field: &Object, wanted: &Wanted) -> bool {
        let is_changed = self.is_changed(field);
        self.inside(table, field).into_iter().any(|inner| {
            let Some(definition) = self.wanted_definition(&inner) else {
                return false;
            };
            (is_changed || self.is_changed(&inner))
                && !goes_with(&wanted.definition, &definition.definition)
        })
    }

    fn is_changed(&self, field: &Object) -> bool {
        matches!(self.need(field), Need::Define { .. })
    }

    /// The fields inside of a field.
    fn inside(&self, table: &Name, field: &Object) -> Vec<Object> {
        let present = self.now.present_on(table).into_iter();
        let all = self.fields(table).into_iter().chain(present);
        let is_inside =
            |it: &Object| matches!(it, Object::Field(..)) && is_inside(it.name(), field.name());
        all.filter(is_inside).collect()
    }
}

/// Whether a reference is one that `ALTER` makes and `DEFINE` refuses: nested, or of no record.
fn is_altered_reference(field: &Object, wanted: &Wanted) -> bool {
    let Clauses::Field(clauses) = wanted.definition.clauses() else {
        return false;
    };
    let is_record = |kind: &Name| kind.contains("record") || **kind == *"none";
    let kinds = clauses.kinds.as_ref();
    let is_of_records = kinds.is_some_and(|kinds| kinds.iter().all(is_record));
    clauses.is_reference && (field.name().contains('.') || !is_of_records)
}
