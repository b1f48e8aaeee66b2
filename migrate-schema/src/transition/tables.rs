//! A table and what is on it.

use super::builder::{Builder, Need};
use super::step::{Comment, Part};
use crate::effect::Name;
use crate::model::{Clauses, Mode, Object, State};
use crate::parse::alter_schema;

impl<P: Clone> Builder<'_, '_, P> {
    /// Makes of a table what it should be, unless it should not be there.
    pub fn change_table(&mut self, table: &Name) {
        let object = Object::Table(table.clone());
        let part = Part::Table(table.clone());
        // What is on it goes with it, unless this is about some of that alone.
        if self.is_unwanted(&object) && self.is_meant(&object) {
            return;
        }
        if self.is_beyond_repair(&object) {
            self.leave_open(&object);
            return;
        }
        match self.need(&object) {
            Need::Nothing | Need::Remove { .. } => {}
            Need::Define {
                mode, statement, ..
            } => {
                let altered = match mode {
                    Mode::Overwrite => self.altered(&object),
                    Mode::Plain | Mode::IfNotExists => None,
                };
                self.add(part.clone(), altered.unwrap_or(statement), None);
            }
            Need::Open => self.leave_open(&object),
        }
        let removed = self.removed_fields(table);
        self.with_schema(table, Self::has_new_flexible_field, true, |it| {
            it.change_fields(table);
        });
        self.unset(table, &removed);
        self.with_schema(table, Self::has_new_index_without_field, false, |it| {
            it.settle_all(
                &part,
                |object| matches!(object, Object::Index(of, _) if of == table),
            );
        });
        self.settle_all(
            &part,
            |object| matches!(object, Object::Event(of, _) if of == table),
        );
    }

    fn settle_all(&mut self, part: &Part, is_meant: impl Fn(&Object) -> bool) {
        for object in self.objects(is_meant) {
            self.settle(part, &object);
        }
    }

    /// Does something with a table, and makes it SCHEMAFULL or SCHEMALESS meanwhile where that is needed
    /// and it is not.
    fn with_schema(
        &mut self,
        table: &Name,
        is_needed: impl Fn(&Self, &Name) -> bool,
        schemafull: bool,
        change: impl FnOnce(&mut Self),
    ) {
        let is_schemafull = self.table(table).map(|it| it.is_schemafull);
        let is_apart = is_schemafull == Some(!schemafull) && is_needed(self, table);
        let part = Part::Table(table.clone());
        if is_apart {
            let statement = alter_schema(table, schemafull);
            self.add(part.clone(), statement, Some(Comment::SchemaApart));
        }
        change(self);
        if is_apart {
            self.add(part, alter_schema(table, !schemafull), None);
        }
    }

    /// A FLEXIBLE field is defined on a SCHEMAFULL table only.
    fn has_new_flexible_field(&self, table: &Name) -> bool {
        self.fields(table).into_iter().any(|field| {
            let Need::Define { wanted, .. } = self.need(&field) else {
                return false;
            };
            matches!(wanted.definition.clauses(), Clauses::Field(field) if field.is_flexible)
        })
    }

    /// An index of a field that is not defined is defined on a SCHEMALESS table only.
    fn has_new_index_without_field(&self, table: &Name) -> bool {
        let is_index = |it: &Object| matches!(it, Object::Index(of, _) if of == table);
        self.objects(is_index).into_iter().any(|index| {
            let Need::Define { wanted, .. } = self.need(&index) else {
                return false;
            };
            let Clauses::Index(index) = wanted.definition.clauses() else {
                return false;
            };
            index.fields.iter().any(|field| {
                let field = Object::Field(table.clone(), field.clone());
                matches!(self.now.state(&field), State::Absent(_))
            })
        })
    }
}
