//! What it costs to find out that many databases are up to date, beside one bare query on each, and
//! beside the cheapest query that can tell.
//! README.md says how to run it and how to read what it prints.

use std::time::{Duration, Instant};

use migrate_runtime::{Migrations, Tenant};
use surrealdb::Surreal;
use surrealdb::engine::any::Any;
use tests::connection::Engine;
use tests::sets::counted;

/// The cheapest query that can tell whether a database is up to date.
const CHEAPEST: &str = "RETURN crypto::sha256(array::join(\
    (SELECT VALUE string::concat(version, ':', checksum) FROM _sbl_migrations), ','))";

/// How many databases there are.
const DATABASES: usize = 1000;

/// How often each is measured, in turn.
const ROUNDS: usize = 5;

#[tokio::main]
async fn main() {
    let databases = std::env::args().nth(1);
    let databases = databases
        .and_then(|it| it.parse().ok())
        .unwrap_or(DATABASES);
    println!("{databases} databases that are up to date with 10 migrations");
    println!("            bare query  cheapest  run       to bare  to cheapest  MB more");
    for engine in [Engine::Memory, Engine::SurrealKv, Engine::WebSocket] {
        measure(engine, databases).await;
    }
}

async fn measure(engine: Engine, databases: usize) {
    let (db, set) = (engine.open().await, counted(10));
    up(&set, &db, databases).await;
    let before = resident();
    let (mut bare, mut cheapest, mut ours) = (vec![], vec![], vec![]);
    for _ in 0..ROUNDS {
        bare.push(time(async || by_hand(&db, databases, "RETURN 1").await).await);
        cheapest.push(time(async || by_hand(&db, databases, CHEAPEST).await).await);
        ours.push(time(async || up(&set, &db, databases).await).await);
    }
    let more = resident().saturating_sub(before) / 1_000_000;
    let [bare, cheapest, ours] = [bare, cheapest, ours].map(median);
    println!(
        "{:<10}  {:>8.0}ms  {:>6.0}ms  {:>6.0}ms  {:>7.2}  {:>11.2}  {more:>7}",
        format!("{engine:?}"),
        ms(bare),
        ms(cheapest),
        ms(ours),
        ms(ours) / ms(bare),
        ms(ours) / ms(cheapest),
    );
}

fn tenants(db: &Surreal<Any>, databases: usize) -> impl Iterator<Item = Tenant<'_, Any>> {
    (0..databases).map(move |number| Tenant::database(db, "many", format!("tenant_{number}")))
}

async fn up(set: &Migrations, db: &Surreal<Any>, databases: usize) {
    let report = set.tenants(tenants(db, databases)).run().await.unwrap();
    assert_eq!(report.tenants.len(), databases);
}

/// As many at the same moment as the library does, and in one task as well.
async fn by_hand(db: &Surreal<Any>, databases: usize, query: &str) {
    let work = |first: usize| {
        let db = db.clone();
        async move {
            for number in (first..databases).step_by(4) {
                let text = format!("USE NS many DB tenant_{number}; {query}");
                db.query(text).await.unwrap().check().unwrap();
            }
        }
    };
    tokio::join!(work(0), work(1), work(2), work(3));
}

async fn time(work: impl AsyncFnOnce()) -> Duration {
    let start = Instant::now();
    work().await;
    start.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

/// The bytes of this process that are in memory, the embedded engine's included; 0 where the system
/// does not say.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.unwrap_or(0) * 1024
}
