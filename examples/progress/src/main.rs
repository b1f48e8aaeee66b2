//! A progress bar over migrations, in a program without async: `cargo run -p progress`, with the
//! address of a database if it should not be one in memory.

use std::process::ExitCode;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use migrate_runtime::{Error, Event, Report, embed_migrations};
use surrealdb::engine::any::connect;

embed_migrations!("../../migrations");

fn main() -> ExitCode {
    let address = std::env::args().nth(1);
    match migrate(address.as_deref().unwrap_or("mem://")) {
        Ok(report) => {
            println!("{report}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn migrate(address: &str) -> Result<Report, Error> {
    let migrations = MIGRATIONS.blocking_with(async || {
        let db = connect(address).await?;
        db.use_ns("example").use_db("notebook").await?;
        Ok(db)
    })?;
    let bar = bar();
    let shown = bar.clone();
    let report = migrations.call(async move |runner| {
        let runner = runner.wait_for_indexes(Duration::from_mins(1));
        runner
            .observer(move |event| show(&shown, event))
            .run()
            .await
    });
    bar.finish_and_clear();
    report
}

/// Drawn on standard error, and nowhere if that is no terminal.
fn bar() -> ProgressBar {
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len}  {msg}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}

fn show(bar: &ProgressBar, event: &Event) {
    match event {
        Event::Started {
            name,
            number,
            total,
            direction,
            ..
        } => {
            bar.set_length(*total as u64);
            bar.set_position(*number as u64 - 1);
            bar.set_message(format!("{direction} {name}"));
        }
        Event::Progress { done, total, .. } => {
            bar.set_message(format!("statement {done} of {total}"));
        }
        Event::Finished { .. } => bar.inc(1),
        Event::Waiting { lease, .. } => bar.set_message(format!("waiting for {}", lease.holder)),
        Event::BuildingIndexes { indexes, .. } => {
            bar.set_message(format!("{} indexes to build", indexes.len()));
        }
        Event::Conflict { attempt, .. } => bar.set_message(format!("attempt {}", attempt + 1)),
        _ => {}
    }
}
