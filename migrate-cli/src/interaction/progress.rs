//! What is in progress, for whoever waits for it.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use migrate_runtime::Event;

use crate::output::{WARNING, paint};

/// What is done by then needs no bar.
const A_MOMENT: Duration = Duration::from_millis(400);

const TICK: Duration = Duration::from_millis(100);

/// A bar on standard error once a call takes longer than a moment; where that is no terminal, a line
/// for what keeps it waiting.
#[derive(Debug, Clone)]
pub struct Progress {
    bar: ProgressBar,
    is_terminal: bool,
    has_told_to_wait: Arc<AtomicBool>,
}

impl Progress {
    /// Nothing yet.
    pub fn new() -> Self {
        Self {
            bar: ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::hidden()),
            is_terminal: io::stderr().is_terminal(),
            has_told_to_wait: Arc::default(),
        }
    }

    /// Shows the bar as soon as this takes longer than a moment, and takes it away at the end.
    pub async fn during<T>(&self, work: impl Future<Output = T>) -> T {
        let show = async {
            tokio::time::sleep(A_MOMENT).await;
            self.show();
            std::future::pending().await
        };
        let result = tokio::select! {
            biased;
            result = work => result,
            never = show => never,
        };
        self.bar.finish_and_clear();
        result
    }

    fn show(&self) {
        if !self.is_terminal {
            return;
        }
        let template = match self.bar.length() {
            Some(0) | None => "{spinner} {msg}",
            Some(_) => "{spinner} {bar:30} {pos}/{len}  {msg}",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.bar.set_style(style);
        }
        self.bar.set_draw_target(ProgressDrawTarget::stderr());
        self.bar.enable_steady_tick(TICK);
    }

    /// What is in progress, where nobody knows how far it is.
    #[cfg(feature = "verify")]
    pub fn tell(&self, message: &str) {
        self.bar.set_message(message.to_owned());
    }

    /// A line that stays, above the bar.
    pub fn note(&self, text: &str) {
        self.bar.suspend(|| {
            let _ = writeln!(anstream::stderr(), "{}", paint(WARNING, text));
        });
    }

    /// Shows what a call reports.
    pub fn observe(&self, event: &Event) {
        match event {
            Event::Started {
                version,
                name,
                number,
                total,
                direction,
                ..
            } => {
                self.bar.set_length(*total as u64);
                self.bar.set_position(*number as u64 - 1);
                self.bar
                    .set_message(format!("{direction} {version} {name}"));
            }
            Event::Finished { .. } => self.bar.inc(1),
            Event::Progress {
                version,
                done,
                total,
                ..
            } => {
                let message = format!("up {version}, statement {done} of {total}");
                self.bar.set_message(message);
            }
            Event::Waiting { lease, .. } => {
                self.wait(&format!("waiting for {}", lease.holder));
            }
            Event::BuildingIndexes { indexes, .. } => {
                let names: Vec<String> = indexes.iter().map(ToString::to_string).collect();
                self.wait(&format!("waiting for {}", names.join(", ")));
            }
            Event::Conflict {
                operation, attempt, ..
            } => {
                let message = format!("{operation}, attempt {}", attempt + 1);
                self.bar.set_message(message);
            }
            _ => {}
        }
    }

    /// Shows what a call reports of one of many databases.
    pub fn observe_tenant(&self, tenant: &str, event: &Event) {
        match event {
            Event::Started { version, name, .. } => {
                self.bar
                    .set_message(format!("{tenant}: up {version} {name}"));
            }
            Event::Waiting { lease, .. } => {
                self.wait(&format!("{tenant}: waiting for {}", lease.holder));
            }
            _ => {}
        }
    }

    /// On a terminal it is shown as long as it lasts, elsewhere it is said once.
    fn wait(&self, message: &str) {
        self.bar.set_message(message.to_owned());
        if !self.is_terminal && !self.has_told_to_wait.swap(true, Ordering::SeqCst) {
            let _ = writeln!(io::stderr(), "{message}");
        }
    }
}
