//! What a rule finds.

use super::name::Lint;

/// Something that is likely to hurt.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Warning {
    /// By which rule.
    pub lint: Lint,
    /// What happens.
    pub message: String,
    /// What to do about it.
    pub help: String,
}
