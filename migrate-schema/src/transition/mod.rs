//! The statements that turn one schema into another, in an order that the engine accepts: what a down
//! script undoes, what a database without any of it needs, what another schema takes.
//!
//! Each statement is applied to a model of what is there by then, and the next one is chosen by what that
//! leaves: a definition that another one brings back or resets is seen, and not guessed.

mod builder;
mod database;
mod fields;
mod goal;
mod records;
mod step;
mod tables;
mod views;

use self::builder::Builder;
use crate::model::{Difference, Object, Schema, State};

pub use goal::Goal;
pub use step::{Comment, Part, Step, Transition};

/// Where the statements of a schema's definitions are to be found.
pub trait Sources<P> {
    /// The text of the statement at a place, with or without its semicolon.
    fn statement<'p>(&'p self, at: &'p P) -> Option<&'p str>;
}

impl<P: Clone> Schema<'_, P> {
    /// What brings back the schema `before`, of which `between` is a branch, and this one a branch of
    /// that. What the new statements define is said to be from `here`.
    #[must_use]
    pub fn undo(
        &self,
        between: &Schema<'_, P>,
        before: &Schema<'_, P>,
        sources: &dyn Sources<P>,
        here: &P,
    ) -> Transition {
        let mut objects = between.touched();
        objects.extend(self.touched());
        let goal = |object: &Object| Goal::before(object, between, before);
        Builder::new(self, &goal, objects, sources, here).build()
    }

    /// What brings back some differences alone, as [`Schema::differences`] finds them.
    #[must_use]
    pub fn undo_differences(
        &self,
        differences: &[Difference<P>],
        between: &Schema<'_, P>,
        before: &Schema<'_, P>,
        sources: &dyn Sources<P>,
        here: &P,
    ) -> Transition {
        let objects = differences.iter().map(|it| it.object.clone());
        let goal = |object: &Object| Goal::before(object, between, before);
        Builder::new(self, &goal, objects.collect(), sources, here).build()
    }

    /// What makes another schema of this one.
    #[must_use]
    pub fn become_other(
        &self,
        other: &Schema<'_, P>,
        sources: &dyn Sources<P>,
        here: &P,
    ) -> Transition {
        let mut objects = self.possible();
        objects.extend(other.possible());
        let goal = |object: &Object| match (self.state(object), other.state(object)) {
            // What is there perhaps is somebody else's.
            (State::Unclear, State::Absent(_)) => Goal::Open,
            (_, state) => Goal::of(state),
        };
        let mut transition = Builder::new(self, &goal, objects, sources, here).build();
        let unclear = unclear_tables(self).chain(unclear_tables(other));
        transition.open.extend(unclear);
        transition.open.sort();
        transition.open.dedup();
        transition
    }
}

/// The tables on which there may be more than is told.
fn unclear_tables<P: Clone>(schema: &Schema<'_, P>) -> impl Iterator<Item = Object> {
    let objects = schema.possible().into_iter();
    objects.filter(|object| match object {
        Object::Table(table) => !schema.is_complete_table(table),
        _ => false,
    })
}
