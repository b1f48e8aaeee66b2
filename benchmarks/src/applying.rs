//! Applying what is pending, and reverting it.

use std::time::Duration;

use crate::contender::{Contender, Sets};
use crate::measure::{Effort, Samples, time};
use crate::place::{self, ENGINES};
use crate::results::{Section, Table};

pub async fn applying(effort: Effort) -> Section {
    const CONTENDERS: [Contender; 6] = [
        Contender::ByHand,
        Contender::OneByOne,
        Contender::SurrealKit,
        Contender::AtOnceByHand,
        Contender::Grouped,
        Contender::Migrator,
    ];
    let mut section = Section::new(
        "Applying",
        "Migrations of four definitions (a table, two fields, an index) on an empty database. *by hand* is a loop that sends one \
         transaction for each of them, with one bare row; *at once by hand* is all scripts in one \
         transaction, without any row. `surrealdb-migrator` sends all that is pending in one transaction; \
         SurrealKit sends a file and then its hash, not in one transaction. All of them, the loop \
         included, define the tables of their history first.",
    );
    let mut table = Table::new(
        "",
        &[
            "engine",
            "pending",
            "one by one to by hand",
            "SurrealKit to by hand",
            "grouped to at once by hand",
            "surrealdb-migrator to at once by hand",
            "grouped to surrealdb-migrator",
        ],
    );
    for engine in ENGINES {
        for pending in effort.pick(&[10, 100, 1000][..], &[100]) {
            let sets = Sets::new(*pending, 200);
            let samples = rounds(&CONTENDERS, *pending, effort, async |contender| {
                let db = engine.open().await;
                time(async || sets.apply(contender, &db).await).await
            });
            let [hand, ours, kit, at_once, grouped, migrator] = samples.await;
            table.row(&[
                &place::name(engine),
                pending,
                &ours.to(&hand),
                &kit.to(&hand),
                &grouped.to(&at_once),
                &migrator.to(&at_once),
                &grouped.to(&migrator),
            ]);
        }
    }
    section.tables = vec![table];
    section
}

pub async fn reverting(effort: Effort) -> Section {
    const CONTENDERS: [Contender; 4] = [
        Contender::ByHand,
        Contender::OneByOne,
        Contender::AtOnceByHand,
        Contender::Migrator,
    ];
    let mut section = Section::new(
        "Reverting",
        "The same migrations, from the latest version back to 0. `MIGRATIONS.revert_to(&db, 0)` sends one \
         transaction for each; `surrealdb-migrator` sends one for all. SurrealKit's sync has no way back.",
    );
    let mut table = Table::new(
        "",
        &[
            "engine",
            "applied",
            "one by one to by hand",
            "surrealdb-migrator to at once by hand",
            "one by one to surrealdb-migrator",
        ],
    );
    for engine in ENGINES {
        for applied in effort.pick(&[10, 100, 1000][..], &[100]) {
            let sets = Sets::new(*applied, 200);
            let samples = rounds(&CONTENDERS, *applied, effort, async |contender| {
                let db = engine.open().await;
                sets.apply(quickly(contender), &db).await;
                time(async || sets.revert(contender, &db).await).await
            });
            let [hand, ours, at_once, migrator] = samples.await;
            table.row(&[
                &place::name(engine),
                applied,
                &ours.to(&hand),
                &migrator.to(&at_once),
                &ours.to(&migrator),
            ]);
        }
    }
    section.tables = vec![table];
    section
}

/// The same history, and sooner.
const fn quickly(contender: Contender) -> Contender {
    match contender {
        Contender::OneByOne => Contender::Grouped,
        other => other,
    }
}

async fn rounds<const N: usize>(
    contenders: &[Contender; N],
    migrations: u32,
    effort: Effort,
    once: impl AsyncFn(Contender) -> Duration,
) -> [Samples; N] {
    let rounds = match (effort, migrations) {
        (Effort::Quick, _) | (_, 1000) => 5,
        (Effort::Full, _) => 11,
    };
    let mut samples: [Samples; N] = std::array::from_fn(|_| Samples::default());
    for _ in 0..rounds {
        for (contender, samples) in contenders.iter().zip(&mut samples) {
            samples.push(once(*contender).await);
        }
    }
    samples
}
