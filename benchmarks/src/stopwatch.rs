//! Processor time, which says the same on a busy machine as on an idle one.

use std::time::{Duration, Instant};

/// Measures the processor time of this process and of the ones that it has started and waited for;
/// or, if the system does not report it, wall-clock time.
pub struct Stopwatch {
    clock: Instant,
    processor: Option<Duration>,
}

impl Stopwatch {
    pub fn start() -> Self {
        Self {
            clock: Instant::now(),
            processor: processor_time(),
        }
    }

    pub fn elapsed(&self) -> Duration {
        match processor_time().zip(self.processor) {
            Some((now, start)) => now.saturating_sub(start),
            None => self.clock.elapsed(),
        }
    }
}

#[cfg(unix)]
fn processor_time() -> Option<Duration> {
    use nix::sys::resource::{UsageWho, getrusage};
    use nix::sys::time::TimeValLike as _;

    let of = |who| {
        let usage = getrusage(who).ok()?;
        let time = usage.user_time() + usage.system_time();
        u64::try_from(time.num_microseconds()).ok()
    };
    let time = of(UsageWho::RUSAGE_SELF)? + of(UsageWho::RUSAGE_CHILDREN)?;
    Some(Duration::from_micros(time))
}

#[cfg(not(unix))]
fn processor_time() -> Option<Duration> {
    None
}
