//! What a definition does where there is one already.

/// What `DEFINE` does where there is such a definition already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// It fails.
    Plain,
    /// It replaces it: `OVERWRITE`.
    Overwrite,
    /// Nothing: `IF NOT EXISTS`.
    IfNotExists,
}

impl Mode {
    /// The words of the statement.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Overwrite => "OVERWRITE",
            Self::IfNotExists => "IF NOT EXISTS",
        }
    }
}
