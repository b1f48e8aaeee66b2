//! What `ALTER` makes of a definition.

use std::fmt;
use std::sync::Arc;

use crate::model::definition::Definition;

/// The clauses that an `ALTER` sets and drops.
#[derive(Clone)]
pub struct Alteration {
    /// The statement.
    statement: Arc<str>,
    /// What it makes of a definition. It takes the parser, which stands above the model.
    apply: fn(&str, &Definition) -> Option<Definition>,
}

impl Alteration {
    #[cfg(feature = "parser")]
    pub(crate) fn new(statement: &str, apply: fn(&str, &Definition) -> Option<Definition>) -> Self {
        Self {
            statement: statement.into(),
            apply,
        }
    }

    /// What it makes of a definition, where the texts tell.
    pub(crate) fn of(&self, definition: &Definition) -> Option<Definition> {
        (self.apply)(&self.statement, definition)
    }
}

impl PartialEq for Alteration {
    fn eq(&self, other: &Self) -> bool {
        self.statement == other.statement
    }
}

impl Eq for Alteration {}

impl fmt::Debug for Alteration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Alteration").field(&self.statement).finish()
    }
}
