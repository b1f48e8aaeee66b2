//! Working while no other process does.

use std::time::{Duration, Instant};

use surrealdb::Connection;

use crate::database::history::History;
use crate::database::lease::{Attempt, Holder};
use crate::database::request::{answer, first_cause};
use crate::error::{EngineError, ErrorKind, Meaning, Result, meaning};
use crate::execute::context::Context;
use crate::execute::observer::Event;
use crate::execute::retry::Conflicts;
use crate::report::Lease;

/// The longest pause between two looks at a lease that another process holds.
const MAX_PAUSE: Duration = Duration::from_millis(200);

/// Whether there is something to do, according to the history.
pub(crate) enum Lock {
    /// Other processes have done everything in the meantime.
    NothingToDo,
    /// The tables are there, and this process may work.
    Ready(Option<Holder>),
}

/// Waits until this process may work, or nothing is left to do. The history is read again whenever
/// it may have changed.
pub(crate) async fn lock<C: Connection>(
    context: &Context<'_, C>,
    history: &mut History,
    is_done: impl Fn(&History) -> Result<bool>,
) -> Result<Lock> {
    if is_done(history)? {
        return Ok(Lock::NothingToDo);
    }
    let Some(term) = context.options.lease_term else {
        define_tables(context, history).await?;
        return Ok(Lock::Ready(None));
    };
    let (timeout, observer) = (context.options.request_timeout, &context.options.observer);
    let holder = Holder::new(term);
    let start = Instant::now();
    let mut conflicts = Conflicts::of_tables();
    while !is_done(history)? {
        if let Some(lease) = history.lease.as_ref().filter(|lease| !lease.is_expired) {
            wait_for(context, lease, start).await?;
            *history = context.read().await?;
            continue;
        }
        match holder.take(context.db, history, timeout).await? {
            Attempt::Refused(read) => *history = read,
            Attempt::Conflict(engine) => {
                let operation = "take the lease on the migrations".to_owned();
                conflicts.pause(operation, engine, observer).await?;
                *history = context.read().await?;
            }
            Attempt::Taken(read) => {
                *history = read;
                let is_done = is_done(history);
                if let Ok(false) = is_done {
                    return Ok(Lock::Ready(Some(holder)));
                }
                holder.release(context.db, &context.tables, timeout).await;
                return is_done.map(|_| Lock::NothingToDo);
            }
        }
    }
    Ok(Lock::NothingToDo)
}

async fn wait_for<C: Connection>(
    context: &Context<'_, C>,
    lease: &Lease,
    start: Instant,
) -> Result<()> {
    let (limit, waited) = (context.options.lock_timeout, start.elapsed());
    let lease = lease.clone();
    if limit.is_some_and(|limit| waited >= limit) {
        return Err(ErrorKind::Locked { lease, waited }.into());
    }
    context
        .options
        .observer
        .emit(&Event::Waiting { lease, waited });
    let left = limit.map(|limit| limit.saturating_sub(waited));
    let pause = MAX_PAUSE.mul_f64(0.25 + 0.75 * fastrand::f64());
    let pause = tokio::time::sleep(left.map_or(pause, |left| pause.min(left)));
    let stop = &context.options.stop;
    tokio::select! {
        () = pause => Ok(()),
        () = stop.requested() => {
            Err(ErrorKind::stopped("while it waited for another process", false).into())
        }
    }
}

/// Awaits work while the lease is renewed, and gives the lease back. If the future of this is
/// dropped, the lease expires by itself.
pub(crate) async fn holding<C: Connection, T>(
    context: &Context<'_, C>,
    holder: Option<Holder>,
    work: impl Future<Output = Result<T>>,
) -> Result<T> {
    let Some(holder) = holder else {
        return work.await;
    };
    let (db, tables, timeout) = (context.db, &context.tables, context.options.request_timeout);
    let result = tokio::select! {
        biased;
        result = work => result,
        () = context.options.stop.requested_now() => {
            Err(ErrorKind::stopped("while a request was in progress", true).into())
        }
        error = holder.keep(db, tables, timeout) => Err(error),
    };
    // Over a broken connection this would only wait for another answer that does not come.
    let is_connected =
        !matches!(&result, Err(error) if matches!(error.kind(), ErrorKind::Connection { .. }));
    if is_connected {
        holder.release(db, tables, timeout).await;
    }
    result
}

/// Defines the tables, or completes a history that another program made. Other processes may do so
/// at the same time.
async fn define_tables<C: Connection>(
    context: &Context<'_, C>,
    history: &mut History,
) -> Result<()> {
    const DEFINE: &str = "define the history tables";
    let mut conflicts = Conflicts::of_tables();
    while !history.is_defined {
        let query = format!("BEGIN; {}COMMIT;", context.tables.definitions());
        let query = context.db.query(query).into_future();
        let mut response = answer(query, DEFINE, context.options.request_timeout).await?;
        let count = response.num_statements();
        match first_cause(&mut response, count) {
            None => history.is_defined = true,
            Some(error) if meaning(&error) == Meaning::Conflict => {
                let observer = &context.options.observer;
                let engine = EngineError::from(&error);
                conflicts.pause(DEFINE.to_owned(), engine, observer).await?;
                *history = context.read().await?;
            }
            Some(error) => return Err(ErrorKind::engine_error(DEFINE, error).into()),
        }
    }
    Ok(())
}
