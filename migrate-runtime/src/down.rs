//! Going down: check the whole way first, then take back one migration after the other.

use surrealdb::Connection;

use crate::Version;
use crate::conflicts::Conflicts;
use crate::error::{Error, Result};
use crate::history::{self, History};
use crate::locked::Lock;
use crate::report::{Report, Step};
use crate::runner::Runner;
use crate::running::Running;
use crate::states::{self, Known};
use crate::status::State;
use crate::transaction::{Source, Transaction};

impl<C: Connection> Runner<'_, C> {
    pub(crate) async fn down(&self, mut history: History, target: Version) -> Result<Report> {
        let from = history.current_version();
        let mut steps = Vec::new();
        let lock = self.lock(&mut history, |history| {
            self.check_way_down(history, target)?;
            Ok(history.current_version() <= target)
        });
        if let Lock::Ready(holder) = lock.await? {
            let work = self.revert_down_to(&mut history, target, &mut steps);
            self.holding(holder, work).await?;
        }
        Ok(Report {
            from,
            to: history.current_version(),
            steps,
        })
    }

    /// Whether everything above a version can be taken back.
    fn check_way_down(&self, history: &History, target: Version) -> Result<()> {
        states::check_nothing_half_way(self.set, history)?;
        let mut above = history.recorded.keys().rev();
        above
            .by_ref()
            .take_while(|version| **version > target)
            .try_for_each(|version| self.down_script(history, *version).map(drop))
    }

    async fn revert_down_to(
        &self,
        history: &mut History,
        target: Version,
        steps: &mut Vec<Step>,
    ) -> Result<()> {
        let mut conflicts = Conflicts::default();
        self.check_way_down(history, target)?;
        while history.current_version() > target {
            let version = history.current_version();
            let name = self.name(history, version);
            let down = self.down_script(history, version)?;
            let running = Running::down(version, name, &down);
            let transaction = Transaction(vec![history::revert(&history.table, version, down)]);
            let sent = self.send(history, &[running], &transaction).await?;
            if let Some(reverted) = sent {
                history.remove(version);
                steps.extend(reverted);
                continue;
            }
            conflicts.pause((version, 0), &self.observer).await?;
            *history = self.read().await?;
        }
        Ok(())
    }

    fn name(&self, history: &History, version: Version) -> String {
        let embedded = self.set.get(version);
        let recorded = history.recorded.get(&version);
        embedded
            .map(|migration| migration.name.to_string())
            .or_else(|| recorded.and_then(|recorded| recorded.name.clone()))
            .unwrap_or_default()
    }

    /// The script that takes a recorded migration back: this build's, unless the migration was
    /// applied with another text than this build's; then the one recorded with it.
    fn down_script<'s>(&'s self, history: &'s History, version: Version) -> Result<Source<'s>> {
        let known = Known {
            embedded: self.set.get(version),
            recorded: history.recorded.get(&version),
        };
        let stored = known.recorded.and_then(|recorded| recorded.down.as_ref());
        let embedded = known.embedded.and_then(|migration| migration.down.as_ref());
        let is_other_text = matches!(known.state(), State::Changed | State::Unknown);
        if let (Some(stored), true) = (stored, is_other_text) {
            return Ok(Source::from(stored));
        }
        if let Some(embedded) = embedded {
            return Ok(Source::from(embedded));
        }
        let name = self.name(history, version);
        let current = history.current_version();
        Err(match known.embedded {
            Some(_) => Error::Irreversible {
                version,
                name,
                current,
            },
            None => Error::NoDownScript {
                version,
                name,
                current,
            },
        })
    }
}
