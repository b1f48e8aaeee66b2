//! What becomes of records: values of fields that are not there any longer, and the records of tables
//! that go.

use super::builder::{Builder, Need};
use super::step::{Comment, Part};
use crate::effect::Name;
use crate::model::{Clauses, FieldClauses, Object, State};
use crate::path::{is_inside, parent};

impl<P: Clone> Builder<'_, '_, P> {
    /// The paths of the fields that are about to be removed, and whose values a SCHEMAFULL table would
    /// not accept then.
    pub fn removed_fields(&self, table: &Name) -> Vec<Name> {
        if !self.is_and_stays_schemafull(table) {
            return Vec::new();
        }
        let fields = self.fields(table).into_iter();
        let removed = fields.filter(|it| matches!(self.need(it), Need::Remove { .. }));
        let removed: Vec<Object> = removed.collect();
        let is_own = |field: &&Object| {
            let path = field.name();
            let is_inner = removed.iter().any(|other| is_inside(path, other.name()));
            !is_inner && !matches!(path, "id" | "in" | "out") && self.holds_values(table, field)
        };
        let own = removed.iter().filter(is_own);
        own.map(|field| field.name().to_owned().into()).collect()
    }

    fn is_and_stays_schemafull(&self, table: &Name) -> bool {
        let wanted = self.wanted_definition(&Object::Table(table.clone()));
        let is = self.table(table).is_some_and(|it| it.is_schemafull);
        is && wanted.is_some_and(|it| it.table().is_some_and(|it| it.is_schemafull))
    }

    /// Whether a field has values of its own, which nothing would accept without it.
    fn holds_values(&self, table: &Name, field: &Object) -> bool {
        let is_computed = self.field(field).is_some_and(|it| it.is_computed);
        let in_closed_object = match parent(field.name()) {
            None => true,
            // What an array holds is the array's.
            Some(_) if field.name().ends_with(".*") => false,
            Some(outer) => {
                let outer = Object::Field(table.clone(), outer.to_owned().into());
                let wanted = self.wanted_definition(&outer);
                wanted.is_some_and(|it| match it.definition.clauses() {
                    Clauses::Field(outer) => outer.is_closed_object(),
                    _ => false,
                })
            }
        };
        !is_computed && in_closed_object
    }

    fn field(&self, field: &Object) -> Option<FieldClauses> {
        match self.now.state(field) {
            State::Present {
                definition: Some(definition),
                ..
            } => match definition.clauses() {
                Clauses::Field(field) => Some(field.clone()),
                _ => None,
            },
            _ => None,
        }
    }

    /// Takes values from records, without running an event for each.
    pub fn unset(&mut self, table: &Name, fields: &[Name]) {
        if fields.is_empty() {
            return;
        }
        for field in fields {
            self.note_unset(table, field);
        }
        let part = Part::Table(table.clone());
        for event in self.now.present_on(table) {
            let is_event = matches!(event, Object::Event(..));
            if is_event && self.wanted_definition(&event).is_some() {
                self.add_object(&event);
                self.remove(part.clone(), &event, false, Some(Comment::PausesEvents));
            }
        }
        let target = written_name(&Object::Table(table.clone()));
        // What is inside of an array is there or not for each element of it.
        let condition = match fields.iter().any(|field| field.contains('*')) {
            true => String::new(),
            false => {
                let each = fields.iter().map(|field| format!("{field} != NONE"));
                format!(" WHERE {}", each.collect::<Vec<_>>().join(" OR "))
            }
        };
        let fields = fields.join(", ");
        let statement = format!("UPDATE {target} UNSET {fields}{condition} RETURN NONE");
        self.add(part, statement, Some(Comment::UnsetsValues));
    }

    /// Removes the tables that should not be there, what refers to others before these.
    pub fn remove_tables(&mut self) {
        for table in self.objects(|it| matches!(it, Object::Table(_)) && self.is_stuck(it)) {
            self.leave_open(&table);
        }
        let mut left: Vec<Object> = self.objects(|it| {
            matches!(it, Object::Table(_)) && matches!(self.need(it), Need::Remove { .. })
        });
        while !left.is_empty() {
            let is_referred = |table: &Object| {
                let others = left.iter().filter(|other| *other != table);
                let mut kinds = others.flat_map(|other| self.referred(other));
                kinds.any(|kind| kind.contains(&written_name(table)))
            };
            let first = left.iter().position(|table| !is_referred(table));
            let table = left.remove(first.unwrap_or(0));
            self.remove_table(&table);
        }
    }

    fn remove_table(&mut self, table: &Object) {
        let (Need::Remove { if_exists }, Object::Table(name)) = (self.need(table), table) else {
            return;
        };
        if !if_exists && !self.referred(table).is_empty() {
            for event in self.now.present_on(name) {
                if matches!(event, Object::Event(..)) {
                    self.remove(Part::Removals, &event, false, None);
                }
            }
            let statement = format!("DELETE {}", written_name(table));
            self.add(Part::Removals, statement, Some(Comment::DeletesFirst));
        }
        self.remove(Part::Removals, table, if_exists, None);
    }

    /// The kinds of records at which it is written down that those of a table refer to them: the ends
    /// of edges, and references.
    fn referred(&self, table: &Object) -> Vec<Name> {
        let Object::Table(name) = table else {
            return Vec::new();
        };
        let ends = self.table(name).and_then(|it| it.ends);
        let fields = self.now.present_on(name).into_iter();
        let fields = fields.filter_map(|field| self.field(&field));
        let references = fields.filter(|field| field.is_reference);
        let kinds = references.flat_map(|field| field.kinds.unwrap_or_default());
        ends.into_iter().flatten().flatten().chain(kinds).collect()
    }
}

/// The name of a table as a statement has it.
fn written_name(table: &Object) -> String {
    let words = table.words("");
    words.trim_start_matches("TABLE ").to_owned()
}
