//! What becomes of the indexes that a call left to be built in the background.

use std::time::{Duration, Instant};

use migrate_files::{Script, Version};
use surrealdb::Connection;

use crate::database::indexes::not_ready;
use crate::error::{ErrorKind, Result};
use crate::execute::context::Context;
use crate::execute::observer::Event;
use crate::report::{Direction, IndexBuild, IndexBuildState, Report, Step};

const FIRST_PAUSE: Duration = Duration::from_millis(50);

const MAX_PAUSE: Duration = Duration::from_secs(1);

/// The report of a call that did these steps: with the indexes that they left to be built in the
/// background, which are asked for once, or waited for if the caller wants that.
///
/// # Errors
/// A build has failed already, or has not ended in time.
pub(crate) async fn report<C: Connection>(
    context: &Context<'_, C>,
    from: Version,
    to: Version,
    steps: Vec<Step>,
) -> Result<Report> {
    let ran = steps.iter().filter_map(|step| script_of(context, step));
    let mut scripts: Vec<&Script> = ran.collect();
    if context.options.index_wait.is_some() {
        scripts.extend(context.set.iter().map(|migration| &migration.up));
    }
    match settle(context, &scripts).await {
        Ok(indexes) => Ok(Report {
            indexes,
            ..Report::of_steps(from, to, steps)
        }),
        Err(error) => Err(error.after(steps)),
    }
}

/// The indexes of this set that are not ready; no request if it builds none in the background.
pub(crate) async fn unfinished<C: Connection>(context: &Context<'_, C>) -> Result<Vec<IndexBuild>> {
    let scripts: Vec<&Script> = context.set.scripts().collect();
    read(context, &in_background(&scripts)).await
}

/// The script that a step ran, unless it was one from the history.
fn script_of<'a, C: Connection>(context: &Context<'a, C>, step: &Step) -> Option<&'a Script> {
    let migration = context.set.get(step.version)?;
    match step.direction {
        Direction::Up => Some(&migration.up),
        Direction::Down => migration.down.as_ref(),
    }
}

/// Asks for the indexes of these scripts until they are ready, or once.
async fn settle<C: Connection>(
    context: &Context<'_, C>,
    scripts: &[&Script],
) -> Result<Vec<IndexBuild>> {
    let scripts = in_background(scripts);
    let (start, mut pause) = (Instant::now(), FIRST_PAUSE);
    loop {
        let indexes = read(context, &scripts).await?;
        let is_failed = |build: &&IndexBuild| matches!(build.state, IndexBuildState::Failed { .. });
        let failed: Vec<IndexBuild> = indexes.iter().filter(is_failed).cloned().collect();
        if !failed.is_empty() {
            return Err(ErrorKind::FailedIndexes { indexes: failed }.into());
        }
        let Some(limit) = context.options.index_wait else {
            return Ok(indexes);
        };
        if indexes.is_empty() {
            return Ok(indexes);
        }
        let waited = start.elapsed();
        if waited >= limit {
            return Err(ErrorKind::UnfinishedIndexes { indexes, waited }.into());
        }
        let event = Event::BuildingIndexes { indexes, waited };
        context.options.observer.emit(&event);
        tokio::select! {
            () = tokio::time::sleep(pause.min(limit.saturating_sub(waited))) => {}
            () = context.options.stop.requested() => {
                return Err(ErrorKind::stopped("while it waited for indexes", false).into());
            }
        }
        pause = (pause * 2).min(MAX_PAUSE);
    }
}

/// The scripts that may have an index built in the background. This is what their text says, since
/// a set that was built without the parser has to find them as well; one too many costs a request.
fn in_background<'a>(scripts: &[&'a Script]) -> Vec<&'a str> {
    let texts = scripts.iter().map(|script| &*script.text);
    texts
        .filter(|text| text.to_ascii_lowercase().contains("concurrently"))
        .collect()
}

/// The indexes that are not ready and that one of these scripts names.
async fn read<C: Connection>(
    context: &Context<'_, C>,
    scripts: &[&str],
) -> Result<Vec<IndexBuild>> {
    if scripts.is_empty() {
        return Ok(Vec::new());
    }
    let mut indexes = not_ready(context.db, context.options.request_timeout).await?;
    indexes.retain(|IndexBuild { table, index, .. }| {
        let names = |script: &&str| script.contains(&**table) && script.contains(&**index);
        scripts.iter().any(names)
    });
    Ok(indexes)
}
