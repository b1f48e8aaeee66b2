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
    if let (Some(from), Some(to)) = (record_tables(kind), record_tables(kept)) {
        return from.is_empty() || to.is_empty() || from.iter().any(|table| to.contains(table));
    }
    let is_number = |kind: &str| matches!(kind, "int" | "float" | "decimal" | "number");
    if is_number(kind) && is_number(kept) {
        return true;
    }
    !is_told(kind) || !is_told(kept)
}

fn is_told(kind: &str) -> bool {
    PLAIN.contains(&kind) || record_tables(kind).is_some()
}

/// The tables of `record<a | b>`; none for `record`.
fn record_tables(kind: &str) -> Option<Vec<&str>> {
    let of = kind.strip_prefix("record")?;
    let of = of.strip_prefix('<').and_then(|of| of.strip_suffix('>'));
    Some(
        of.into_iter()
            .flat_map(|of| of.split('|'))
            .map(str::trim)
            .collect(),
    )
}
