//! `migrate status`: every migration with its state.

use clap::Args;
use migrate_runtime::{Lease, MigrationState, Status as Found};
use surrealdb::Connection;

use super::session::Session;
use crate::arguments::TenantsArguments;
use crate::failure::Failure;
use crate::output::{Answer, BAD, DIM, FormatArgument, GOOD, OPEN, hint, on};

/// Show every migration with its state
///
/// Those of the directory and those that the database says are applied, in order: pending, applied,
/// adopted, unverified, changed, or not in this build. Also who is migrating at this moment, and
/// which indexes are still being built.
#[derive(Debug, Args)]
pub struct Status {
    #[command(flatten)]
    pub format: FormatArgument,
    #[command(flatten)]
    pub tenants: TenantsArguments,
}

impl Status {
    pub async fn run<C: Connection>(&self, session: &Session<'_, C>) -> Result<Answer, Failure> {
        let status = session.runner().status().await?;
        let mut text = paint(&status);
        if let Some(lease) = &status.lease {
            text.push('\n');
            text.push_str(&about(lease));
        }
        Ok(Answer::new(text, &status))
    }
}

/// The table, with the column of states in colour.
fn paint(status: &Found) -> String {
    let table = status.to_string();
    let mut lines = table.lines();
    let heading = lines.next().unwrap_or_default();
    let state_at = heading.find("state").unwrap_or_default();
    let mut painted = vec![on(DIM, heading)];
    for (index, line) in lines.enumerate() {
        let state = status.entries.get(index).map(|entry| entry.state);
        painted.push(match state {
            Some(state) => paint_state(line, state_at, state),
            None => line.to_owned(),
        });
    }
    painted.join("\n")
}

/// Columns of a table count characters.
fn paint_state(line: &str, column: usize, state: MigrationState) -> String {
    let style = match state {
        MigrationState::Applied | MigrationState::Adopted => GOOD,
        MigrationState::Pending | MigrationState::Unverified => OPEN,
        _ => BAD,
    };
    let word = state.to_string();
    let at = line
        .char_indices()
        .nth(column)
        .map_or(line.len(), |(at, _)| at);
    let (before, rest) = line.split_at(at);
    match rest.strip_prefix(&*word) {
        Some(after) => format!("{before}{}{after}", on(style, &word)),
        None => line.to_owned(),
    }
}

/// What to do about a lease, which is mostly nothing.
pub fn about(lease: &Lease) -> String {
    hint(match lease.is_expired {
        true => {
            "that process has died or lost its connection; there is nothing to unlock: the next `migrate up` takes over"
        }
        false => {
            "there is nothing to unlock: the lease ends with the work, or seconds after that process died"
        }
    })
}
