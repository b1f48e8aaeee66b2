//! What reverting would run, without running it.

use migrate_files::Version;
use surrealdb::Connection;

use crate::database::history::History;
use crate::error::Result;
use crate::execute::context::Context;
use crate::execute::down::{check_revertible, check_target};
use crate::execute::down_script::{DownScript, StoredScripts, above, down_script, stored_scripts};
use crate::report::{PlannedRevert, RevertPlan};

/// Everything above a version, with the scripts that would revert it.
pub(crate) async fn plan_down<C: Connection>(
    context: &Context<'_, C>,
    target: Version,
) -> Result<RevertPlan> {
    let history = context.read().await?;
    check_target(context, &history, target)?;
    check_revertible(context, &history, target)?;
    let stored = stored_scripts(context, &history, target).await?;
    let versions = above(context, &history, target);
    let reverts = versions.map(|version| planned(context, &history, &stored, version));
    Ok(RevertPlan {
        from: history.current_version(),
        to: target.min(history.current_version()),
        reverts: reverts.collect::<Result<_>>()?,
    })
}

fn planned<C: Connection>(
    context: &Context<'_, C>,
    history: &History,
    stored: &StoredScripts,
    version: Version,
) -> Result<PlannedRevert> {
    let embedded = context.set.get(version);
    let embedded = embedded.and_then(|migration| migration.down.as_ref());
    let (file, text, is_stored) = match down_script(context, history, version)? {
        DownScript::Stored => {
            let script = stored.get(&version);
            script.map_or_else(Default::default, |it| {
                (it.file.clone(), it.text.clone(), true)
            })
        }
        DownScript::Embedded => embedded.map_or_else(Default::default, |it| {
            (it.file.to_string(), it.text.to_string(), false)
        }),
    };
    Ok(PlannedRevert {
        version,
        name: context.name(history, version),
        file,
        text,
        is_stored,
    })
}
