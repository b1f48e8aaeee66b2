//! How many migrations share a request.

use std::time::Duration;

/// More than so many are not worth the wait for news of them.
const MAX_MIGRATIONS: u32 = 64;

/// Well below what any connection takes in one request.
const MAX_BYTES: usize = 256 * 1024;

/// How long a request may take, by the pace of the one before it.
const MAX_TIME: Duration = Duration::from_millis(250);

/// How many migrations share a request: the more, the faster they are. After a slow one they are sent
/// alone, so that whoever waits is told what it waits for, and nothing is sent behind it in vain.
#[derive(Debug)]
pub(crate) struct Pace {
    migrations: u32,
}

impl Pace {
    pub(crate) fn new() -> Self {
        Self { migrations: 1 }
    }

    /// Whether a request with so many migrations and bytes may get another one; the first one always.
    pub(crate) fn has_room(&self, migrations: usize, bytes: usize) -> bool {
        migrations == 0 || (migrations < self.migrations as usize && bytes < MAX_BYTES)
    }

    /// So many migrations were committed in one request, which took so long. The next one holds at
    /// most twice as many: those may be slower.
    pub(crate) fn committed(&mut self, migrations: usize, took: Duration) {
        let migrations = u32::try_from(migrations).unwrap_or(u32::MAX);
        let each = took / migrations.max(1);
        let in_time = MAX_TIME.as_nanos() / each.as_nanos().max(1);
        let most = migrations.saturating_mul(2).min(MAX_MIGRATIONS);
        self.migrations = u32::try_from(in_time).map_or(most, |it| it.clamp(1, most.max(1)));
    }

    /// A request was not committed: what is left of it is sent alone.
    pub(crate) fn stopped(&mut self) {
        self.migrations = 1;
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Pace;

    /// How many migrations a request has room for.
    fn room(pace: &Pace) -> usize {
        (0..=100).find(|count| !pace.has_room(*count, 0)).unwrap()
    }

    /// The room after requests that are filled, of migrations that take so many milliseconds each.
    fn rooms<const N: usize>(each: [u64; N]) -> [usize; N] {
        let mut pace = Pace::new();
        each.map(|each| {
            let migrations = room(&pace);
            pace.committed(migrations, Duration::from_millis(each * migrations as u64));
            room(&pace)
        })
    }

    #[test]
    fn quick_migrations_share_requests_more_and_more() {
        assert_eq!(rooms([1; 8]), [2, 4, 8, 16, 32, 64, 64, 64]);
        assert_eq!(rooms([0; 3]), [2, 4, 8]);
    }

    #[test]
    fn as_many_share_one_as_take_a_quarter_of_a_second() {
        assert_eq!(rooms([20; 6]), [2, 4, 8, 12, 12, 12]);
        assert_eq!(rooms([100; 3]), [2, 2, 2]);
    }

    #[test]
    fn a_slow_one_is_sent_alone() {
        assert_eq!(rooms([1, 1, 1, 300, 300]), [2, 4, 8, 1, 1]);
        assert_eq!(rooms([10_000, 1, 1]), [1, 2, 4]);
    }

    #[test]
    fn what_did_not_work_is_sent_alone() {
        let mut pace = Pace::new();
        pace.committed(8, Duration::ZERO);
        assert_eq!(room(&pace), 16);
        pace.stopped();
        assert_eq!(room(&pace), 1);
    }

    #[test]
    fn large_ones_do_not_share_a_request() {
        let mut pace = Pace::new();
        pace.committed(8, Duration::ZERO);
        assert!(pace.has_room(3, 1000));
        assert!(!pace.has_room(3, 10_000_000));
        assert!(pace.has_room(0, 0));
    }
}
