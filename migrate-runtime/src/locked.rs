//! Doing what is to be done while no other process does.

use std::time::{Duration, Instant};

use surrealdb::Connection;

use crate::conflicts::Conflicts;
use crate::engine::{Meaning, meaning};
use crate::error::{Error, Result};
use crate::history::{self, History};
use crate::lease::{Attempt, Holder, Lease, first_cause};
use crate::observer::Event;
use crate::runner::Runner;

/// The longest pause between two looks at a lease that another process holds.
const LONGEST_LOOK: Duration = Duration::from_millis(200);

/// Whether there is something to do, as far as the history tells.
pub(crate) enum Lock {
    /// Other processes have done everything meanwhile.
    NothingToDo,
    /// The tables are there, and the work is this process's.
    Ready(Option<Holder>),
}

impl<C: Connection> Runner<'_, C> {
    /// Waits until this process may go to work, or nothing is left to do. The history is read
    /// again whenever it may have changed.
    pub(crate) async fn lock(
        &self,
        history: &mut History,
        is_done: impl Fn(&History) -> Result<bool>,
    ) -> Result<Lock> {
        if is_done(history)? {
            return Ok(Lock::NothingToDo);
        }
        let Some(term) = self.lease_term else {
            self.define_tables(history).await?;
            return Ok(Lock::Ready(None));
        };
        let holder = Holder::new(term);
        let start = Instant::now();
        let mut conflicts = Conflicts::default();
        while !is_done(history)? {
            if let Some(lease) = history.lease.as_ref().filter(|lease| !lease.is_expired) {
                self.wait_for(lease, start).await?;
                *history = self.read().await?;
                continue;
            }
            match holder.take(self.db, history, self.patience).await? {
                Attempt::Refused(read) => *history = read,
                Attempt::Conflict => {
                    conflicts.pause((0, 0), &self.observer).await?;
                    *history = self.read().await?;
                }
                Attempt::Taken(read) => {
                    *history = read;
                    let is_done = is_done(history);
                    if let Ok(false) = is_done {
                        return Ok(Lock::Ready(Some(holder)));
                    }
                    holder.release(self.db, &history.table, self.patience).await;
                    return is_done.map(|_| Lock::NothingToDo);
                }
            }
        }
        Ok(Lock::NothingToDo)
    }

    async fn wait_for(&self, lease: &Lease, start: Instant) -> Result<()> {
        let waited = start.elapsed();
        if self.lock_timeout.is_some_and(|timeout| waited >= timeout) {
            return Err(Error::Locked {
                lease: lease.clone(),
                waited,
            });
        }
        self.observer.tell(&Event::Waiting {
            lease: lease.clone(),
            waited,
        });
        let left = self
            .lock_timeout
            .map(|timeout| timeout.saturating_sub(waited));
        let pause = LONGEST_LOOK.mul_f64(0.25 + 0.75 * fastrand::f64());
        tokio::time::sleep(left.map_or(pause, |left| pause.min(left))).await;
        Ok(())
    }

    /// Awaits work while the lease is renewed, and gives the lease back. Where the future of this is
    /// dropped, the lease runs out by itself.
    pub(crate) async fn holding<T>(
        &self,
        holder: Option<Holder>,
        work: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        let Some(holder) = holder else {
            return work.await;
        };
        let table = self.set.table();
        let result = tokio::select! {
            biased;
            result = work => result,
            error = holder.keep(self.db, table, self.patience) => Err(error),
        };
        // Over a broken connection this would only wait for another answer that does not come.
        if !matches!(result, Err(Error::Connection { .. })) {
            holder.release(self.db, table, self.patience).await;
        }
        result
    }

    /// Defines the tables, or completes a history that another program made. Other processes may
    /// be at the same.
    async fn define_tables(&self, history: &mut History) -> Result<()> {
        const DOING: &str = "define the history table";
        let mut conflicts = Conflicts::default();
        while !history.is_ready {
            let query = format!("BEGIN; {}COMMIT;", history::definitions(&history.table));
            let response = self.db.query(query).await;
            let mut response = response.map_err(|error| Error::request(DOING, error))?;
            let count = response.num_statements();
            match first_cause(&mut response, count) {
                None => history.is_ready = true,
                Some(error) if meaning(&error) == Meaning::Conflict => {
                    conflicts.pause((0, 0), &self.observer).await?;
                    *history = self.read().await?;
                }
                Some(error) => return Err(Error::engine(DOING, error)),
            }
        }
        Ok(())
    }
}
