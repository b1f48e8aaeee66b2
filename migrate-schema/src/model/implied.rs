//! What the engine defines by itself along with a definition.

use crate::model::alteration::Alteration;
use crate::model::definition::Definition;
use crate::model::object::Object;

/// What the engine defines by itself along with a definition: the elements of an array, the ends of a
/// relation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Implied {
    /// What.
    pub object: Object,
    /// What it says where there was nothing by that name.
    definition: Definition,
    /// What becomes of what there was; `None` where that is replaced.
    alteration: Option<Alteration>,
}

impl Implied {
    #[cfg(feature = "parser")]
    pub(crate) fn new(
        object: Object,
        definition: Definition,
        alteration: Option<Alteration>,
    ) -> Self {
        Self {
            object,
            definition,
            alteration,
        }
    }

    /// What it says where there was nothing by that name.
    pub(super) fn anew(&self) -> Definition {
        self.definition.clone()
    }

    /// What it says where there was something, where the texts tell.
    pub(super) fn after(&self, before: &Definition) -> Option<Definition> {
        match &self.alteration {
            Some(alteration) => alteration.of(before),
            None => Some(self.anew()),
        }
    }
}
