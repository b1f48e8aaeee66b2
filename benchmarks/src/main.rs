//! What it costs to embed a large set of migrations: `embed_migrations!` beside `sqlx::migrate!`
//! and `include_dir!` over the same texts, each in an unoptimised build. README.md says how to run
//! it and how to read what it prints.

mod applications;
mod reading;
mod stopwatch;
mod texts;

use std::error::Error;
use std::path::Path;
use std::time::Duration;

use applications::{Application, Applications};
use reading::Reading;

/// Numbers of pairs, where none are given.
const SIZES: [usize; 4] = [1_000, 2_500, 5_000, 10_000];

/// How often everything is measured. The fastest round counts: what slows another down is the rest
/// of the machine.
const ROUNDS: usize = 3;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let sizes: std::result::Result<Vec<usize>, _> =
        std::env::args().skip(1).map(|size| size.parse()).collect();
    let sizes = match sizes? {
        none if none.is_empty() => SIZES.to_vec(),
        sizes => sizes,
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/benchmarks");
    let applications = Applications::create(&folder)?;
    let rows: Result<Vec<Row>> = sizes
        .iter()
        .map(|pairs| measure(&applications, *pairs))
        .collect();
    print(&rows?);
    Ok(())
}

/// The fastest of all rounds.
struct Row {
    pairs: usize,
    bytes: usize,
    reading: Reading,
    /// In the order of [`Application::MEASURED`].
    embedding: [Duration; 3],
}

fn measure(applications: &Applications, pairs: usize) -> Result<Row> {
    eprintln!("{pairs} pairs");
    let bytes = applications.write_texts(pairs)?;
    let mut reading = Reading::SLOWEST;
    let mut empty = Duration::MAX;
    let mut embedding = [Duration::MAX; 3];
    // The first round only warms up what the operating system keeps in memory.
    for round in 0..=ROUNDS {
        let read = Reading::measure(&applications.migrations())?;
        let base = applications.check(Application::Empty)?;
        let mut with = [Duration::MAX; 3];
        for (application, time) in Application::MEASURED.into_iter().zip(&mut with) {
            *time = applications.check(application)?;
        }
        if round > 0 {
            reading = reading.min(read);
            empty = empty.min(base);
            for (fastest, time) in embedding.iter_mut().zip(with) {
                *fastest = time.min(*fastest);
            }
        }
    }
    Ok(Row {
        pairs,
        bytes,
        reading,
        embedding: embedding.map(|time| time.saturating_sub(empty)),
    })
}

#[expect(
    clippy::cast_precision_loss,
    reason = "these are printed with two digits"
)]
fn print(rows: &[Row]) {
    println!(
        "| pairs | MB | embed_migrations! | ms a pair | sqlx::migrate! | include_dir! | to sqlx | to include_dir |"
    );
    println!("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    for row in rows {
        let [ours, sqlx, include_dir] = row.embedding.map(|time| time.as_secs_f64());
        println!(
            "| {} | {:.1} | {ours:.2} s | {:.2} | {sqlx:.2} s | {include_dir:.2} s | {:.2} | {:.2} |",
            row.pairs,
            row.bytes as f64 / 1e6,
            ours * 1e3 / row.pairs as f64,
            ours / sqlx,
            ours / include_dir,
        );
    }
    println!();
    println!(
        "| pairs | reading the files | embed_migrations! beyond that | of it checking | tokens and the compiler |"
    );
    println!("| ---: | ---: | ---: | ---: | ---: |");
    for row in rows {
        let Reading {
            bare,
            listing,
            checking,
        } = row.reading;
        let ours = row.embedding[0];
        println!(
            "| {} | {:.2} s | {:.2} s | {:.2} s | {:.2} s |",
            row.pairs,
            bare.as_secs_f64(),
            ours.saturating_sub(bare).as_secs_f64(),
            checking.as_secs_f64(),
            ours.saturating_sub(listing + checking).as_secs_f64(),
        );
    }
}
