//! Finding out that many databases are up to date.

use migrate_runtime::{Migrations, Tenant};
use surrealdb::Surreal;
use surrealdb::engine::any::Any;
use tests::connection::Engine;

use crate::contender::{CHEAPEST, Sets, query};
use crate::machine;
use crate::measure::{Effort, Samples, time};
use crate::place::{self, ENGINES};
use crate::results::{Section, Table};

pub async fn measure(effort: Effort) -> Section {
    let databases = effort.pick(1000, 100);
    let mut section = Section::new(
        "Many databases",
        format!(
            "{databases} databases of one server with 10 migrations applied in each, all up to date: \
             `MIGRATIONS.tenants(…).run()` beside one `USE …; RETURN 1` for each, and beside the cheapest \
             query that can tell, both sent by hand, four at the same moment in one task. The last column \
             is the resident memory that this process gains from the first call to the last, to what it \
             had before, with the engine in it where it is embedded."
        ),
    );
    let mut table = Table::new(
        "",
        &["engine", "to the empty query", "to the cheapest", "memory"],
    );
    for engine in ENGINES {
        on(engine, databases, effort, &mut table).await;
    }
    section.tables = vec![table];
    section
}

async fn on(engine: Engine, databases: usize, effort: Effort, table: &mut Table) {
    let (db, set) = (engine.open().await, Sets::new(10, 200).ours);
    up(&set, &db, databases).await;
    let before = resident();
    let mut samples: [Samples; 3] = std::array::from_fn(|_| Samples::default());
    let [bare, cheapest, ours] = &mut samples;
    for _ in 0..effort.pick(7, 3) {
        bare.push(time(async || by_hand(&db, databases, "RETURN 1").await).await);
        cheapest.push(time(async || by_hand(&db, databases, CHEAPEST).await).await);
        ours.push(time(async || up(&set, &db, databases).await).await);
    }
    let memory = format!("{:.2}", resident() / before);
    table.row(&[
        &place::name(engine),
        &ours.to(bare),
        &ours.to(cheapest),
        &memory,
    ]);
}

async fn up(set: &Migrations, db: &Surreal<Any>, databases: usize) {
    let tenants =
        (0..databases).map(|number| Tenant::database(db, "many", format!("tenant_{number}")));
    let report = set
        .tenants(tenants)
        .run()
        .await
        .expect("all of them are migrated");
    assert_eq!(report.tenants.len(), databases);
}

/// As many at the same moment as the library does, and in one task as well.
async fn by_hand(db: &Surreal<Any>, databases: usize, text: &str) {
    let work = |first: usize| {
        let db = db.clone();
        async move {
            for number in (first..databases).step_by(4) {
                query(&db, &format!("USE NS many DB tenant_{number}; {text}")).await;
            }
        }
    };
    tokio::join!(work(0), work(1), work(2), work(3));
}

fn resident() -> f64 {
    machine::status("/proc/self/status", "VmRSS:") as f64
}
