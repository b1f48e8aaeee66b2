//! The schema that a database says it has.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::clauses::Clauses;
use crate::model::definition::Definition;
use crate::model::difference::{Difference, DifferenceKind, Known, without_parts};
use crate::model::mode::Mode;
use crate::model::object::Object;
use crate::model::schema::{Schema, State};

/// The schema that a database says it has: what `INFO FOR DB` and `INFO FOR TABLE` list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LiveSchema {
    definitions: BTreeMap<Object, Definition>,
}

impl LiveSchema {
    /// All definitions that are there.
    pub fn iter(&self) -> impl Iterator<Item = (&Object, &Definition)> {
        self.definitions.iter()
    }

    /// Whether there is no definition.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.definitions.is_empty()
    }

    /// What a definition says, if it is there.
    #[must_use]
    pub fn definition(&self, object: &Object) -> Option<&Definition> {
        self.definitions.get(object)
    }

    /// The tables whose records somebody has written, rather than the engine: all but views.
    pub fn written_tables(&self) -> impl Iterator<Item = &str> {
        self.iter().filter_map(|(object, definition)| {
            let is_view = match definition.clauses() {
                Clauses::Table(table) => table.view.is_some(),
                _ => false,
            };
            (matches!(object, Object::Table(_)) && !is_view).then(|| object.name())
        })
    }

    /// The paths of the fields of a table whose values the engine makes: with every write, by `VALUE`,
    /// or with every read, by `COMPUTED`.
    pub fn made_fields(&self, table: &str) -> impl Iterator<Item = &str> {
        self.iter().filter_map(move |(object, definition)| {
            let is_made = match definition.clauses() {
                Clauses::Field(field) => field.has_value || field.is_computed,
                _ => false,
            };
            let is_here = object.table().is_some_and(|it| **it == *table);
            (is_made && is_here).then(|| object.name())
        })
    }

    /// What differs from what the same database had before, or one like it. What comes and goes with
    /// something else is not listed by itself.
    #[must_use]
    pub fn differences(&self, before: &Self) -> Vec<Difference<()>> {
        let objects = self.definitions.keys().chain(before.definitions.keys());
        let objects: BTreeSet<&Object> = objects.collect();
        let differences = objects.into_iter().filter_map(|object| {
            let was = before.definitions.get(object);
            let was = was.map(|definition| Known {
                definition: definition.clone(),
                at: (),
                is_implied: false,
            });
            let kind = match (was, self.definitions.get(object)) {
                (None, _) => DifferenceKind::Left(()),
                (was, None) => DifferenceKind::Lost { removed: None, was },
                (Some(was), Some(is)) if is.differs_in_text(&was.definition) => {
                    DifferenceKind::Changed { changed: (), was }
                }
                (Some(_), Some(_)) => return None,
            };
            let object = object.clone();
            Some(Difference { object, kind })
        });
        without_parts(differences)
    }

    /// What is there of which it is not clear whether it should be, or what it should say.
    pub fn not_compared<P: Clone>(
        &self,
        expected: &Schema<'_, P>,
    ) -> impl Iterator<Item = &Object> {
        let objects = self.definitions.keys();
        objects.filter(|object| match expected.state(object) {
            // What comes with a definition says what that implies.
            State::Present {
                definition,
                is_implied,
                ..
            } => definition.is_none() && !is_implied,
            State::Absent(_) => false,
            State::Unclear => true,
        })
    }

    /// What certainly is not what migrations make. What these leave open is not compared.
    #[must_use]
    pub fn drift<P: Clone>(&self, expected: &Schema<'_, P>) -> Vec<Drift<P>> {
        let mut drift: Vec<Drift<P>> = Vec::new();
        for (object, found) in self.iter() {
            let kind = match expected.state(object) {
                State::Absent(removed) => DriftKind::Unexpected { removed },
                State::Present {
                    at,
                    altered,
                    definition: Some(definition),
                    ..
                } if found.differs_in_text(&definition) => DriftKind::Differs {
                    at: altered.unwrap_or(at),
                    expected: definition,
                },
                State::Present { .. } | State::Unclear => continue,
            };
            let is_part = drift
                .iter()
                .any(|other| other.is_unexpected() && other.object.has_part(object));
            if !is_part {
                let object = object.clone();
                drift.push(Drift { object, kind });
            }
        }
        for object in expected.present() {
            if let (State::Present { at, definition, .. }, None) =
                (expected.state(object), self.definitions.get(object))
            {
                drift.push(Drift {
                    object: object.clone(),
                    kind: DriftKind::Missing {
                        at,
                        expected: definition,
                    },
                });
            }
        }
        drift.sort_by(|a, b| a.object.cmp(&b.object));
        drift
    }
}

impl FromIterator<(Object, Definition)> for LiveSchema {
    fn from_iter<I: IntoIterator<Item = (Object, Definition)>>(all: I) -> Self {
        let definitions = all.into_iter().collect();
        Self { definitions }
    }
}

/// What of a database is not what migrations make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift<P> {
    /// What it is about.
    pub object: Object,
    /// How it differs.
    pub kind: DriftKind<P>,
}

impl<P> Drift<P> {
    /// The statement that makes it what it should be, without a semicolon. It ends in `…` where that
    /// is not known.
    #[must_use]
    pub fn remedy(&self) -> String {
        let object = &self.object;
        match &self.kind {
            DriftKind::Unexpected { .. } => format!("REMOVE {}", object.words("")),
            DriftKind::Missing { expected: None, .. } => format!("DEFINE {} …", object.words("")),
            DriftKind::Missing {
                expected: Some(expected),
                ..
            } => expected.statement(Mode::Plain),
            DriftKind::Differs { expected, .. } => expected.statement(Mode::Overwrite),
        }
    }

    const fn is_unexpected(&self) -> bool {
        matches!(self.kind, DriftKind::Unexpected { .. })
    }
}

/// How a database differs from what migrations make.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DriftKind<P> {
    /// It is there, and should not be.
    Unexpected {
        /// Where a migration removes it, if one does.
        removed: Option<P>,
    },
    /// It should be there, and is not.
    Missing {
        /// What defines it.
        at: P,
        /// What it should say, where the scripts tell.
        expected: Option<Definition>,
    },
    /// It says something else.
    Differs {
        /// What defines it, or has altered it last.
        at: P,
        /// What it should say.
        expected: Definition,
    },
}
