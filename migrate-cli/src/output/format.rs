//! Text or JSON.

use clap::{Args, ValueEnum};

/// For whom a command prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Text,
    /// For programs: one document
    Json,
}

/// The argument for it, of commands that have no other formats.
#[derive(Debug, Clone, Copy, Args)]
pub struct FormatArgument {
    /// What to print
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Text)]
    pub format: Format,
}
