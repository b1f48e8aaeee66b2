//! The rule for the name of a history table. The name is pasted into definitions, where the
//! engine takes no parameter, so the rule is narrow on purpose.

/// The history table of a set that names none.
pub const DEFAULT: &str = "_sbl_migrations";

/// The longest name that is accepted, in bytes.
pub const MAX_LENGTH: usize = 64;

/// Whether a name can be a history table's: an ASCII letter or `_`, then letters, digits and `_`,
/// at most [`MAX_LENGTH`] in all.
#[must_use]
pub const fn is_valid(name: &str) -> bool {
    let bytes = name.as_bytes();
    if bytes.is_empty() || bytes.len() > MAX_LENGTH || bytes[0].is_ascii_digit() {
        return false;
    }
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_alphanumeric() && bytes[at] != b'_' {
            return false;
        }
        at += 1;
    }
    true
}

/// A name that can be a history table's, from text.
///
/// # Errors
/// Why it cannot be one.
pub fn parse(name: &str) -> Result<String, String> {
    if is_valid(name) {
        return Ok(name.to_owned());
    }
    Err(format!(
        "{name:?} is not a valid name for a history table: it begins with a letter a to z or `_`, followed by letters, digits and `_`, and has at most {MAX_LENGTH} characters"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_identifiers_are_names() {
        let longest = "a".repeat(64);
        for name in [DEFAULT, "a", "_", "billing_migrations", "T9", &longest] {
            assert!(is_valid(name), "{name}");
        }
        for name in [
            "",
            "9a",
            "a b",
            "a-b",
            "a;b",
            "`a`",
            "ä",
            "a.b",
            &"a".repeat(65),
        ] {
            assert!(!is_valid(name), "{name}");
        }
    }
}
