//! Processor time, which says the same on a busy machine as on an idle one.

use std::time::{Duration, Instant};

/// The unit of Linux's process statistics.
const TICK: Duration = Duration::from_millis(10);

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

fn processor_time() -> Option<Duration> {
    let statistics = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The program's name comes first, in brackets, and may hold anything.
    let (_, fields) = statistics.rsplit_once(") ")?;
    // User and system time of this process, and the same of those that it waited for.
    let ticks = fields.split(' ').skip(11).take(4);
    let ticks: u32 = ticks.map(|field| field.parse().unwrap_or(0)).sum();
    Some(TICK * ticks)
}
