//! Where a statement is.

/// Where a statement is in its script, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct StatementSpan {
    /// Its first byte.
    pub start: u32,
    /// The byte after its last one, its semicolon included.
    pub end: u32,
}

impl StatementSpan {
    /// The bytes from `start` up to, but without, `end`.
    #[must_use]
    pub const fn new(start: u32, end: u32) -> Self {
        Self { start, end }
    }

    /// The statement's own text, up to and with its semicolon. Empty where the span is not one of
    /// this script.
    #[must_use]
    pub fn text(self, script: &str) -> &str {
        script
            .get(self.start as usize..self.end as usize)
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::StatementSpan;

    #[test]
    fn a_span_of_another_script_has_no_text() {
        let script = "LET $ä = 1; CREATE a;";
        assert_eq!(StatementSpan::new(13, 22).text(script), "CREATE a;");
        for (start, end) in [(13, 23), (6, 22), (22, 13), (u32::MAX, u32::MAX)] {
            assert_eq!(StatementSpan::new(start, end).text(script), "");
        }
    }
}
