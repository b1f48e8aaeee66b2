//! How a schema differs from what it was some scripts before.

use crate::model::definition::Definition;
use crate::model::mode::Mode;
use crate::model::object::Object;
use crate::model::schema::{Schema, State};

/// What certainly is not as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference<P> {
    /// What it is about.
    pub object: Object,
    /// What has become of it.
    pub kind: DifferenceKind<P>,
}

/// What has become of a definition.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DifferenceKind<P> {
    /// It was not there, and is since this place.
    Left(P),
    /// It was there, and is not any more.
    Lost {
        /// What removed it, where that is known.
        removed: Option<P>,
        /// What it said, where the scripts tell.
        was: Option<Known<P>>,
    },
    /// It says something else.
    Changed {
        /// What changed it.
        changed: P,
        /// What it said.
        was: Known<P>,
    },
}

/// What a definition said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known<P> {
    /// Its text.
    pub definition: Definition,
    /// Since when it was there.
    pub at: P,
    /// Whether that place did not define it, but made it all the same.
    pub is_implied: bool,
}

impl<P: Clone> Schema<'_, P> {
    /// What certainly differs from what there was `before`, of which `between` is a branch, and this
    /// one a branch of that. What the statement for one of them brings back or takes away with it is
    /// not listed by itself.
    #[must_use]
    pub fn differences(
        &self,
        between: &Schema<'_, P>,
        before: &Schema<'_, P>,
    ) -> Vec<Difference<P>> {
        let mut objects = between.touched();
        objects.extend(self.touched());
        let differences = objects.into_iter().filter_map(|object| {
            let is = self.state(&object);
            let was = was(&object, between, before, &is)?;
            let kind = kind(&object, was, is)?;
            Some(Difference { object, kind })
        });
        without_parts(differences)
    }
}

impl<P: Clone> Schema<'_, P> {
    /// What certainly differs from another schema, which was made by other statements.
    #[must_use]
    pub fn differences_from(&self, other: &Schema<'_, P>) -> Vec<Difference<P>> {
        let mut objects = self.possible();
        objects.extend(other.possible());
        let differences = objects.into_iter().filter_map(|object| {
            let is = self.state(&object);
            let was = was(&object, self, other, &is)?;
            let kind = match (was, is) {
                // Of a user that nothing here defines, it is left open whether there is one.
                (Was::Present(was), State::Unclear) if self.is_user_of_others(&object) => {
                    DifferenceKind::Lost { removed: None, was }
                }
                (was, is) => kind(&object, was, is)?,
            };
            Some(Difference { object, kind })
        });
        without_parts(differences)
    }
}

impl<P> Difference<P> {
    /// The statement that undoes it, without a semicolon. It ends in `…` where the scripts do not
    /// tell what the definition said.
    #[must_use]
    pub fn remedy(&self) -> String {
        let object = &self.object;
        match &self.kind {
            DifferenceKind::Left(_) => format!("REMOVE {}", object.words("")),
            DifferenceKind::Lost { was: None, .. } => format!("DEFINE {} …", object.words("")),
            // Those of an array may be back with it.
            DifferenceKind::Lost { was: Some(was), .. } if !object.is_elements() => {
                was.definition.statement(Mode::Plain)
            }
            DifferenceKind::Lost { was: Some(was), .. } | DifferenceKind::Changed { was, .. } => {
                was.definition.statement(Mode::Overwrite)
            }
        }
    }

    /// Whether it is still there, and says something else.
    #[must_use]
    pub const fn is_changed(&self) -> bool {
        matches!(self.kind, DifferenceKind::Changed { .. })
    }

    /// Whether the statement that undoes this difference undoes the other one, too: a table is
    /// removed with all that is on it, and what the engine adds to a definition comes back with it.
    fn comprises(&self, object: &Object, kind: &DifferenceKind<P>) -> bool {
        let is_table = self.object.is_table_of(object);
        match kind {
            DifferenceKind::Left(_) => is_table && matches!(self.kind, DifferenceKind::Left(_)),
            DifferenceKind::Lost { was: None, .. } => {
                (is_table || self.object.has_elements(object))
                    && !matches!(self.kind, DifferenceKind::Left(_))
            }
            _ => false,
        }
    }
}

/// The differences without those that the statement for another one comprises.
pub(super) fn without_parts<P>(all: impl Iterator<Item = Difference<P>>) -> Vec<Difference<P>> {
    let mut differences: Vec<Difference<P>> = Vec::new();
    for Difference { object, kind } in all {
        let is_part = |other: &Difference<P>| other.comprises(&object, &kind);
        if !differences.iter().any(is_part) {
            differences.push(Difference { object, kind });
        }
    }
    differences
}

/// What there was of a definition.
enum Was<P> {
    Absent,
    /// What it said, where the scripts tell.
    Present(Option<Known<P>>),
}

/// What there was `before`; of what the scripts do not tell, what a statement since then says.
fn was<P: Clone>(
    object: &Object,
    between: &Schema<'_, P>,
    before: &Schema<'_, P>,
    is: &State<P>,
) -> Option<Was<P>> {
    match before.state(object) {
        State::Absent(_) => Some(Was::Absent),
        // It comes and goes with what it was added to.
        State::Present {
            is_implied: true, ..
        } if object.table().is_some() && !is.is_defined() => Some(Was::Present(None)),
        State::Present {
            at,
            definition,
            is_implied,
            ..
        } => {
            let known = definition.map(|definition| Known {
                definition,
                at,
                is_implied,
            });
            Some(Was::Present(known))
        }
        State::Unclear => between.inferred(object).map(|was_there| match was_there {
            true => Was::Present(None),
            false => Was::Absent,
        }),
    }
}

fn kind<P>(object: &Object, was: Was<P>, is: State<P>) -> Option<DifferenceKind<P>> {
    let is_table = matches!(object, Object::Table(_));
    match (was, is) {
        // A table that nobody defines may be somebody else's: its removal is not asked for.
        (Was::Absent, State::Present { is_implied, .. }) if is_implied && is_table => None,
        (Was::Absent, State::Present { at, .. }) => Some(DifferenceKind::Left(at)),
        (Was::Present(was), State::Absent(removed)) => Some(DifferenceKind::Lost { removed, was }),
        (
            Was::Present(Some(was)),
            State::Present {
                at,
                altered,
                definition,
                ..
            },
        ) => {
            let differs = definition?.differs_from(&was.definition);
            let changed = altered.unwrap_or(at);
            differs.then_some(DifferenceKind::Changed { changed, was })
        }
        _ => None,
    }
}
