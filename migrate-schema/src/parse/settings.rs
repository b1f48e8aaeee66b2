//! Which grammar is accepted.

use surrealdb_syn::ParserSettings;

/// The grammar that any engine of this minor version may have: experimental parts switched on, and
/// the limits on nesting raised to the highest that the engine uses anywhere itself. A script is
/// refused only where every engine would refuse it.
pub const SETTINGS: ParserSettings = ParserSettings::STORED_TEXT;
