//! What starting up and applying migrations cost beside the least that could do it: the same
//! statements sent by hand. README.md says how to run it and how to read what it prints.

use std::time::{Duration, Instant};

use migrate_runtime::Migrations;
use surrealdb::Surreal;
use surrealdb::engine::any::Any;
use tests::connection::{Database, Engine};
use tests::sets::Folder;

/// How often everything is measured, in turn.
const ROUNDS: usize = 9;

/// How many migrations are applied where applying is measured.
const PENDING: u32 = 100;

/// Numbers of applied migrations where starting up is measured.
const APPLIED: [u32; 3] = [10, 100, 1000];

#[tokio::main]
async fn main() {
    for engine in [Engine::Memory, Engine::WebSocket] {
        println!("\n{engine:?}, up to date: to the cheapest query that can tell");
        println!("applied  RETURN 1  cheapest  run      ratio");
        for applied in APPLIED {
            start_up(engine, applied).await;
        }
        println!(
            "\n{engine:?}, {PENDING} pending: to one transaction each, or one for all, by hand"
        );
        println!("            by hand   run       ratio");
        applying(engine).await;
    }
}

async fn start_up(engine: Engine, applied: u32) {
    let db = engine.open().await;
    let set = set(applied);
    set.runner(&db).grouped().run().await.unwrap();
    let cheapest = "RETURN crypto::sha256(array::join(\
        (SELECT VALUE string::concat(version, ':', checksum) FROM _sbl_migrations), ','))";
    let (mut one, mut least, mut ours) = (vec![], vec![], vec![]);
    for _ in 0..=ROUNDS {
        one.push(time(async || query(&db, "RETURN 1").await).await);
        least.push(time(async || query(&db, cheapest).await).await);
        ours.push(time(async || assert!(set.run(&db).await.unwrap().is_up_to_date())).await);
    }
    let [one, least, ours] = [one, least, ours].map(median);
    println!(
        "{applied:>7}  {:>6.2}ms  {:>6.2}ms  {:>6.2}ms  {:.2}",
        ms(one),
        ms(least),
        ms(ours),
        ms(ours) / ms(least)
    );
}

async fn applying(engine: Engine) {
    let set = set(PENDING);
    let (mut each, mut ours, mut all, mut grouped) = (vec![], vec![], vec![], vec![]);
    for _ in 0..ROUNDS {
        let db = engine.open().await;
        query(&db, "DEFINE TABLE history SCHEMALESS").await;
        each.push(
            time(async || {
                for migration in &set {
                    let text = format!(
                        "BEGIN; CREATE history:{}; {} COMMIT;",
                        migration.version, migration.up.text
                    );
                    query(&db, &text).await;
                }
            })
            .await,
        );
        let db = fresh(engine, &set).await;
        ours.push(
            time(async || {
                set.run(&db).await.unwrap();
            })
            .await,
        );
        let db = engine.open().await;
        all.push(
            time(async || {
                let texts: String = set.iter().map(|migration| &*migration.up.text).collect();
                query(&db, &format!("BEGIN; {texts} COMMIT;")).await;
            })
            .await,
        );
        let db = fresh(engine, &set).await;
        grouped.push(
            time(async || {
                set.runner(&db).grouped().run().await.unwrap();
            })
            .await,
        );
    }
    let [each, ours, all, grouped] = [each, ours, all, grouped].map(median);
    println!(
        "one by one  {:>6.1}ms  {:>6.1}ms  {:.2}",
        ms(each),
        ms(ours),
        ms(ours) / ms(each)
    );
    println!(
        "grouped     {:>6.1}ms  {:>6.1}ms  {:.2}",
        ms(all),
        ms(grouped),
        ms(grouped) / ms(all)
    );
}

/// A database whose history's tables are there.
async fn fresh(engine: Engine, set: &Migrations) -> Database {
    let db = engine.open().await;
    set.run_one(&db).await.unwrap();
    set.revert(&db).await.unwrap();
    db
}

/// So many migrations of four statements.
fn set(count: u32) -> Migrations {
    let files = (1..=count).flat_map(|version| {
        let table = format!("t{version}");
        [
            (
                format!("{version:04}_{table}.up.surql"),
                format!(
                    "DEFINE TABLE {table} SCHEMAFULL;\nDEFINE FIELD a ON {table} TYPE string;\n\
                     DEFINE FIELD b ON {table} TYPE option<int>;\nCREATE {table}:1 SET a = 'x', b = 1;\n"
                ),
            ),
            (
                format!("{version:04}_{table}.down.surql"),
                format!("-- {}\nREMOVE TABLE {table};\n", "x".repeat(180)),
            ),
        ]
    });
    let folder = Folder::of(&files.collect::<Vec<_>>());
    Migrations::read(folder.path()).unwrap()
}

async fn query(db: &Surreal<Any>, text: &str) {
    db.query(text).await.unwrap().check().unwrap();
}

async fn time(work: impl AsyncFnOnce()) -> Duration {
    let start = Instant::now();
    work().await;
    start.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
