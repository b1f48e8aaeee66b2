//! Paired measurements: what is compared is measured in turn, and only ratios of the same round are
//! ever looked at.

use std::fmt;
use std::time::{Duration, Instant};

/// How much is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    /// What RESULTS.md is made of.
    Full,
    /// Enough to see whether a change moved something.
    Quick,
}

impl Effort {
    /// One of two values.
    pub fn pick<T>(self, full: T, quick: T) -> T {
        match self {
            Self::Full => full,
            Self::Quick => quick,
        }
    }
}

/// The same work measured once in each round.
#[derive(Debug, Clone, Default)]
pub struct Samples(Vec<f64>);

impl Samples {
    pub fn push(&mut self, time: Duration) {
        self.0.push(time.as_secs_f64());
    }

    /// Round by round, how many times as long as something else.
    pub fn to(&self, base: &Self) -> Ratio {
        Ratio::of(self.0.iter().zip(&base.0).map(|(it, base)| it / base))
    }

    /// The same once a third one was taken off both.
    pub fn to_beyond(&self, base: &Self, neither: &Self) -> Ratio {
        let rounds = self.0.iter().zip(&base.0).zip(&neither.0);
        Ratio::of(rounds.map(|((it, base), neither)| (it - neither) / (base - neither)))
    }
}

impl FromIterator<f64> for Samples {
    fn from_iter<T: IntoIterator<Item = f64>>(samples: T) -> Self {
        Self(samples.into_iter().collect())
    }
}

/// The median of some rounds, and the quartiles around it.
#[derive(Debug, Clone, Copy)]
pub struct Ratio {
    pub median: f64,
    lower: f64,
    upper: f64,
}

impl Ratio {
    fn of(ratios: impl Iterator<Item = f64>) -> Self {
        let mut ratios: Vec<f64> = ratios.collect();
        ratios.sort_by(f64::total_cmp);
        let at = |quarter: usize| ratios[(ratios.len() - 1) * quarter / 4];
        Self {
            median: at(2),
            lower: at(1),
            upper: at(3),
        }
    }

    /// Whether the rounds differ so much that the median says little.
    fn is_noise(self) -> bool {
        self.upper - self.lower > self.median * 0.25
    }
}

/// `1.23 (1.20–1.26)`, the quartiles in brackets; a tilde before what is noise.
impl fmt::Display for Ratio {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let noise = if self.is_noise() { "~" } else { "" };
        let digits = if self.median < 10.0 { 2 } else { 0 };
        write!(
            formatter,
            "{noise}{:.digits$} ({:.digits$}–{:.digits$})",
            self.median, self.lower, self.upper
        )
    }
}

/// How long something took.
pub async fn time(work: impl AsyncFnOnce()) -> Duration {
    let start = Instant::now();
    work().await;
    start.elapsed()
}

/// How long something took on average when it was repeated for some milliseconds, which makes up for
/// what a single short call owes to chance.
pub async fn time_repeated(work: impl AsyncFn()) -> Duration {
    const AT_LEAST: Duration = Duration::from_millis(10);
    let start = Instant::now();
    let mut times = 0;
    while times == 0 || start.elapsed() < AT_LEAST {
        work().await;
        times += 1;
    }
    start.elapsed() / times
}
