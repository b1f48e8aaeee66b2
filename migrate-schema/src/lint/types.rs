//! Which values are still accepted when the type of their field changes.

use crate::effect::Name;

/// The types without others inside whose values become none of another such type by themselves.
const PLAIN: &[&str] = &[
    "bool", "bytes", "datetime", "decimal", "duration", "float", "int", "none", "null", "number",
    "object", "string", "uuid",
];

/// Whether values of a type may be accepted by one of some others. True where the texts do not tell.
pub(super) fn survive(kind: &str, kept: &[Name]) -> bool {
    kept.iter().any(|kept| survives(kind, kept))
}

fn survives(kind: &str, kept: &str) -> bool {
    if kind == kept {
        return true;
    }
    if is_record(kind) && is_record(kept) {
        // Of any table.
        return kind == "record" || kept == "record";
    }
    let is_number = |kind: &str| matches!(kind, "int" | "float" | "decimal" | "number");
    if is_number(kind) && is_number(kept) {
        return true;
    }
    !is_told(kind) || !is_told(kept)
}

fn is_told(kind: &str) -> bool {
    PLAIN.contains(&kind) || is_record(kind)
}

/// Records of any table, or of one: each of several is a kind of its own.
pub(super) fn is_record(kind: &str) -> bool {
    kind == "record" || kind.starts_with("record<")
}
