//! Whether scripts can share a transaction.

use migrate_files::effect::Effects;
use migrate_files::{Script, Version, conflicts};
use surrealdb::Connection;

use crate::database::history::History;
use crate::error::{ErrorKind, Result};
use crate::execute::context::Context;

/// Checks the scripts of one transaction, in the order in which they run, as far as this build has
/// them.
///
/// # Errors
/// One of them is in the way of a later one.
pub(crate) fn check_group<'s, C: Connection>(
    context: &Context<'_, C>,
    history: &History,
    scripts: impl Iterator<Item = (Version, &'s Script)>,
) -> Result<()> {
    let scripts: Vec<(Version, &Script)> = scripts.collect();
    let effects: Vec<Effects> = scripts.iter().map(|(_, script)| script.effects()).collect();
    let Some(conflict) = conflicts(effects.iter().map(Vec::as_slice)) else {
        return Ok(());
    };
    let (earlier, later) = (scripts[conflict.earlier].0, scripts[conflict.later].0);
    Err(ErrorKind::CannotGroupTogether {
        earlier,
        earlier_name: context.name(history, earlier),
        later,
        later_name: context.name(history, later),
        reason: conflict.reason.to_string(),
    }
    .into())
}
