//! Starting up when nothing is pending: what every start of every replica pays.

use std::time::Duration;

use surrealdb::Surreal;
use surrealdb::engine::any::Any;
use tests::connection::Engine;
use tests::proxy::Proxy;
use tests::server::Server;

use crate::chart;
use crate::contender::{CHEAPEST, Contender, Sets, query};
use crate::measure::{Effort, Samples, time_repeated};
use crate::network::Network;
use crate::place::{self, ENGINES, Shared};
use crate::results::{Section, Table};

/// Those that can tell that nothing is to be done.
const CONTENDERS: [Contender; 3] = [
    Contender::OneByOne,
    Contender::Migrator,
    Contender::SurrealKit,
];

/// Where one of them has applied everything, and asks again.
type Databases = [Surreal<Any>; 3];

pub async fn measure(effort: Effort) -> Section {
    let mut section = Section::new(
        "Starting up when nothing is pending",
        "`MIGRATIONS.run(&db)`, `surrealdb-migrator`'s `to_latest` and SurrealKit's `Sync::embedded` on a \
         database where each of them has applied everything, beside the cheapest query that can tell (the \
         server computes a digest of the history) and an empty query, which is 1.00. *cheapest* and the \
         three after it are ratios to the empty query. A delay is that of a round trip through a proxy.",
    );
    let mut time = Table::new(
        "Time",
        &[
            "engine",
            "delay",
            "applied",
            "down script",
            "cheapest",
            "this project",
            "surrealdb-migrator",
            "SurrealKit",
            "this project to the cheapest",
        ],
    );
    let mut wire = Table::new(
        "On the wire",
        &[
            "applied",
            "down script",
            "what",
            "requests",
            "bytes",
            "bytes to the empty query",
        ],
    );
    let mut curves = [vec![], vec![], vec![], vec![]];
    for down in effort.pick(&[200, 4096][..], &[200]) {
        for applied in effort.pick(&[10, 100, 1000][..], &[10, 1000]) {
            let sets = Sets::new(*applied, *down);
            for engine in ENGINES {
                let measured = on(engine, &sets, effort, &mut wire).await;
                for (delay, samples) in measured {
                    let [floor, cheapest, ours, migrator, kit] = &samples;
                    time.row(&[
                        &place::name(engine),
                        &format!("{} ms", delay.as_millis()),
                        applied,
                        &format!("{down} B"),
                        &cheapest.to(floor),
                        &ours.to(floor),
                        &migrator.to(floor),
                        &kit.to(floor),
                        &ours.to(cheapest),
                    ]);
                    if engine == Engine::WebSocket && delay.is_zero() && *down == 200 {
                        for (curve, samples) in
                            curves.iter_mut().zip([cheapest, ours, migrator, kit])
                        {
                            curve.push((f64::from(*applied), samples.to(floor).median));
                        }
                    }
                }
            }
        }
    }
    let names = [
        "cheapest query",
        "this project",
        "surrealdb-migrator",
        "SurrealKit",
    ];
    let lines: Vec<_> = names.into_iter().zip(curves).collect();
    section.charts.push((
        "start-up.svg",
        chart::draw(
            "Starting up when nothing is pending, over WebSocket",
            "applied migrations",
            "times an empty query",
            &lines,
        ),
    ));
    section.tables = vec![time, wire];
    section
}

/// Each delay of an engine with the empty query, the cheapest one, and the contenders.
async fn on(
    engine: Engine,
    sets: &Sets,
    effort: Effort,
    wire: &mut Table,
) -> Vec<(Duration, [Samples; 5])> {
    if engine != Engine::WebSocket {
        let databases = CONTENDERS.map(|_| engine.open());
        let [one, two, three] = databases;
        let databases = [one.await, two.await, three.await];
        let databases = databases.each_ref().map(|database| (**database).clone());
        apply(sets, &databases).await;
        return vec![(Duration::ZERO, rounds(sets, &databases, effort).await)];
    }
    let shared = CONTENDERS.map(|_| Shared::new());
    let databases = connect(&shared, None).await;
    apply(sets, &databases).await;
    let mut measured = vec![(Duration::ZERO, rounds(sets, &databases, effort).await)];
    for delay in [5, 50].map(Duration::from_millis) {
        let network = place::network(delay).await;
        let databases = connect(&shared, Some(&network)).await;
        measured.push((delay, rounds(sets, &databases, effort).await));
    }
    count(sets, &shared, wire).await;
    measured
}

async fn connect(shared: &[Shared; 3], network: Option<&Network>) -> Databases {
    let connect = async |shared: &Shared| match network {
        Some(network) => shared.connect_over(network).await,
        None => shared.connect().await,
    };
    let [one, two, three] = shared;
    [connect(one).await, connect(two).await, connect(three).await]
}

async fn apply(sets: &Sets, databases: &Databases) {
    // In one transaction where there is a choice: the history is the same, and it is there sooner.
    sets.apply(Contender::Grouped, &databases[0]).await;
    sets.apply(Contender::Migrator, &databases[1]).await;
    sets.apply(Contender::SurrealKit, &databases[2]).await;
}

async fn rounds(sets: &Sets, databases: &Databases, effort: Effort) -> [Samples; 5] {
    let mut samples: [Samples; 5] = std::array::from_fn(|_| Samples::default());
    let ours = &databases[0];
    let [floor, cheapest, contenders @ ..] = &mut samples;
    // The first round is for what is kept in memory from then on.
    for round in 0..=effort.pick(11, 5) {
        let keep = round > 0;
        let push = |samples: &mut Samples, time| {
            if keep {
                samples.push(time);
            }
        };
        push(
            floor,
            time_repeated(async || query(ours, "RETURN 1").await).await,
        );
        push(
            cheapest,
            time_repeated(async || query(ours, CHEAPEST).await).await,
        );
        for ((contender, db), samples) in
            CONTENDERS.into_iter().zip(databases).zip(&mut *contenders)
        {
            let start = async || sets.apply(contender, db).await;
            push(samples, time_repeated(start).await);
        }
    }
    samples
}

/// What a start costs on the wire.
async fn count(sets: &Sets, shared: &[Shared; 3], wire: &mut Table) {
    let proxy = Proxy::start(Server::shared().address()).await;
    let network = Network::start(proxy.address(), Duration::ZERO).await;
    let databases = connect(shared, Some(&network)).await;
    let applied = sets.ours.len();
    let first = sets.ours.iter().next();
    let down = first
        .and_then(|it| it.down.as_ref())
        .map_or(0, |down| down.text.len());
    let empty = network
        .bytes(async || query(&databases[0], "RETURN 1").await)
        .await;
    let mut row = |what: &str, requests: usize, bytes: usize| {
        let ratio = format!("{:.1}", bytes as f64 / empty as f64);
        wire.row(&[
            &applied,
            &format!("{down} B"),
            &what,
            &requests,
            &bytes,
            &ratio,
        ]);
    };
    row("empty query", 1, empty);
    let cheapest = network
        .bytes(async || query(&databases[0], CHEAPEST).await)
        .await;
    row("cheapest query", 1, cheapest);
    let names = ["this project", "surrealdb-migrator", "SurrealKit"];
    for ((contender, db), name) in CONTENDERS.into_iter().zip(&databases).zip(names) {
        let mut requests = 0;
        let work = async || {
            ((), requests) = proxy.requests(sets.apply(contender, db)).await;
        };
        let bytes = network.bytes(work).await;
        row(name, requests, bytes);
    }
}
