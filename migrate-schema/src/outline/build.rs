//! From the model.

use crate::effect::Name;
use crate::model::outline::{Field, Index, Named, Outline, Table, TableKind};
use crate::model::{Clauses, Definition, Mode, Object, Schema, State, TableClauses};
use crate::parse::{describe_field, has_secret};

impl Outline {
    /// That of a schema, apart from what is left out of it.
    #[must_use]
    pub fn of<P: Clone>(schema: &Schema<'_, P>, leaves_out: impl Fn(&Object) -> bool) -> Self {
        let mut outline = Self::default();
        for object in schema.possible().into_iter().filter(|it| !leaves_out(it)) {
            let State::Present { definition, .. } = schema.state(&object) else {
                outline.unclear.push(object.to_string());
                continue;
            };
            outline.add(&object, definition.as_ref());
        }
        outline
    }

    /// Adds something; what is on a table comes behind the table.
    fn add(&mut self, object: &Object, definition: Option<&Definition>) {
        match object {
            Object::Table(name) => self.tables.push(table(name, definition)),
            Object::Field(table, path) => {
                if let Some(table) = self.table(table).filter(|_| !path.ends_with(".*")) {
                    table.fields.push(field(path, definition));
                }
            }
            Object::Index(table, name) => {
                if let Some(table) = self.table(table) {
                    table.indexes.push(index(name, definition));
                }
            }
            Object::Event(table, _) => {
                if let Some(table) = self.table(table) {
                    table.events.push(named(object, definition));
                }
            }
            _ => self.others.push(named(object, definition)),
        }
    }

    fn table(&mut self, name: &Name) -> Option<&mut Table> {
        self.tables.iter_mut().find(|table| table.name == **name)
    }
}

fn statement(definition: Option<&Definition>) -> Option<String> {
    definition.map(|it| it.statement(Mode::Plain))
}

fn named(object: &Object, definition: Option<&Definition>) -> Named {
    let definition = statement(definition);
    Named {
        kind: object.kind(),
        name: object.written_name(),
        definition: definition.filter(|it| !has_secret(it)),
    }
}

fn table(name: &Name, definition: Option<&Definition>) -> Table {
    let clauses = definition.and_then(|it| match it.clauses() {
        Clauses::Table(table) => Some(table),
        _ => None,
    });
    let view = clauses.and_then(|it| it.view.as_ref());
    let sources = view.into_iter().flat_map(|view| &view.sources);
    Table {
        name: name.to_string(),
        kind: clauses.map(kind),
        schemafull: clauses.is_some_and(|it| it.is_schemafull),
        sources: sources.map(ToString::to_string).collect(),
        fields: Vec::new(),
        indexes: Vec::new(),
        events: Vec::new(),
        definition: statement(definition),
    }
}

const fn kind(table: &TableClauses) -> TableKind {
    match (&table.view, table.is_relation()) {
        (Some(_), _) => TableKind::View,
        (None, true) => TableKind::Relation,
        (None, false) => TableKind::Normal,
    }
}

fn field(path: &Name, definition: Option<&Definition>) -> Field {
    let mut field = definition.and_then(describe_field).unwrap_or_default();
    field.name = path.to_string();
    field.definition = statement(definition);
    field
}

fn index(name: &Name, definition: Option<&Definition>) -> Index {
    let clauses = definition.and_then(|it| match it.clauses() {
        Clauses::Index(index) => Some(index),
        _ => None,
    });
    let fields = clauses.into_iter().flat_map(|it| &it.fields);
    Index {
        name: name.to_string(),
        fields: fields.map(ToString::to_string).collect(),
        unique: clauses.is_some_and(|it| it.is_unique),
        definition: statement(definition),
    }
}
