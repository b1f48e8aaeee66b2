//! The arguments that say on which of many databases a command works.

use std::path::PathBuf;

use clap::Args;
use glob::Pattern;

use crate::arguments::IfMissing;

/// Many databases, if it is not just the one that is connected to.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Many databases")]
pub struct TenantsArguments {
    /// Every database of the namespace
    #[arg(long, conflicts_with_all = ["database_pattern", "databases_from"])]
    pub all_databases: bool,
    /// Those whose name fits a pattern: `tenant_*`
    #[arg(long, value_name = "PATTERN", conflicts_with = "databases_from")]
    pub database_pattern: Option<Pattern>,
    /// Those in a file, one a line: `name` or `namespace/name`
    #[arg(long, value_name = "FILE")]
    pub databases_from: Option<PathBuf>,
    /// How many at the same moment
    #[arg(long, value_name = "NUMBER", default_value_t = 4)]
    pub concurrency: usize,
    /// Begin no other once one has failed
    #[arg(long)]
    pub stop_at_failure: bool,
}

impl TenantsArguments {
    /// Whether the command works on many databases.
    pub const fn is_given(&self) -> bool {
        self.all_databases || self.database_pattern.is_some() || self.databases_from.is_some()
    }

    /// What becomes of a namespace that is not there, if the command may create databases.
    pub const fn if_missing(&self) -> IfMissing {
        match self.databases_from {
            Some(_) => IfMissing::Create,
            // There is none to be listed.
            None => IfMissing::Fail,
        }
    }
}
