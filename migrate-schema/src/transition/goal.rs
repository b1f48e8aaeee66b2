//! What there should be.

use crate::model::{Definition, Object, Schema, State};

/// What there should be of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Goal<P> {
    /// Nothing.
    Absent,
    /// A definition.
    Present {
        /// What it says, where the text tells.
        definition: Option<Definition>,
        /// The statement that says so; `None` where there is none by itself.
        at: Option<P>,
    },
    /// The text does not tell.
    Open,
}

impl<P: Clone> Goal<P> {
    /// What there is.
    pub(super) fn of(state: State<P>) -> Self {
        match state {
            State::Absent(_) => Self::Absent,
            State::Present {
                at,
                altered,
                definition,
                is_implied,
            } => Self::Present {
                definition,
                at: (altered.is_none() && !is_implied).then_some(at),
            },
            State::Unclear => Self::Open,
        }
    }

    /// What there was `before`; of what the scripts do not tell, what a statement since then says.
    pub(super) fn before(object: &Object, between: &Schema<'_, P>, before: &Schema<'_, P>) -> Self {
        match (before.state(object), between.inferred(object)) {
            (State::Unclear, Some(false)) => Self::Absent,
            (state, _) => Self::of(state),
        }
    }
}
