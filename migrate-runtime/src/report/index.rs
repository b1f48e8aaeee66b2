//! Indexes that are not ready: being built in the background, or failed.

use std::fmt;

use crate::report::format::count;

/// An index that is not ready.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct IndexBuild {
    /// The table.
    pub table: String,
    /// The name of the index.
    pub index: String,
    /// How far it is.
    #[serde(flatten)]
    pub state: IndexBuildState,
}

/// How far an index is that is built in the background (`DEFINE INDEX … CONCURRENTLY`).
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
#[non_exhaustive]
pub enum IndexBuildState {
    /// The engine is building it.
    #[non_exhaustive]
    Building {
        /// The engine's word for the phase: `started`, `cleaning` or `indexing`.
        phase: String,
        /// How many of the records are indexed that were there when the build began.
        initial: u64,
        /// How many writes were indexed that were made since.
        updated: u64,
        /// How many writes wait to be indexed.
        pending: u64,
    },
    /// The build has failed. The index is defined, but is not used and refuses nothing.
    #[non_exhaustive]
    Failed {
        /// What the engine said.
        reason: String,
    },
}

impl fmt::Display for IndexBuild {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            table,
            index,
            state,
        } = self;
        write!(f, "index `{index}` on `{table}`: {state}")
    }
}

impl fmt::Display for IndexBuildState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Building {
                phase,
                initial,
                updated,
                pending,
            } => {
                let records = count_of(*initial, "record");
                write!(f, "being built ({phase}, {records} so far")?;
                if *updated > 0 || *pending > 0 {
                    let pending = count_of(*pending, "later write");
                    write!(f, ", {pending} to go")?;
                }
                f.write_str(")")
            }
            Self::Failed { reason } => write!(f, "failed: {reason}"),
        }
    }
}

fn count_of(number: u64, noun: &str) -> String {
    count(usize::try_from(number).unwrap_or(usize::MAX), noun)
}
