//! Calls that overlap: whatever meets whatever, the history has no gap, the schema is what the
//! history says, and each call reports what it did.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use fastrand::Rng;
use futures_util::future::join_all;
use migrate_runtime::{Direction, Migrations, Report, Result, Step};
use surrealdb::Surreal;
use surrealdb::engine::any::Any;
use tests::connection::Database;
use tests::on_every_engine;
use tests::questions::{ask_json, execute};
use tests::sets::set;

on_every_engine!(
    every_pair_of_calls_without_the_lease,
    every_pair_of_calls_with_a_lease_that_has_expired,
    a_run_and_a_revert_of_another_migration_do_not_both_commit,
    random_calls_of_several_clients,
);

/// What a client can call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Call {
    Run,
    RunTo,
    RunOne,
    RunGrouped,
    AcceptChanged,
    Revert,
    RevertAll,
    RevertGrouped,
    Redo,
}

const CALLS: [Call; 9] = [
    Call::Run,
    Call::RunTo,
    Call::RunOne,
    Call::RunGrouped,
    Call::AcceptChanged,
    Call::Revert,
    Call::RevertAll,
    Call::RevertGrouped,
    Call::Redo,
];

/// How a client treats the lease.
#[derive(Debug, Clone, Copy)]
enum Lease {
    None,
    /// So short that it expires while its holder is alive.
    Expiring,
    Usual,
}

impl Call {
    async fn make(self, set: &Migrations, db: &Surreal<Any>, lease: Lease) -> Result<Report> {
        let runner = set.runner(db);
        let runner = match lease {
            Lease::None => runner.without_lease(),
            Lease::Expiring => runner.lease_term(Duration::from_millis(1)),
            Lease::Usual => runner,
        };
        match self {
            Self::Run => runner.run().await,
            Self::RunTo => runner.run_to(2).await,
            Self::RunOne => runner.run_one().await,
            Self::RunGrouped => runner.grouped().run().await,
            Self::AcceptChanged => runner.accept_changed().run().await,
            Self::Revert => runner.revert().await,
            Self::RevertAll => runner.revert_to(0).await,
            Self::RevertGrouped => runner.grouped().revert_to(0).await,
            Self::Redo => runner.redo().await,
        }
    }
}

/// Three migrations that count how often they were applied and reverted, and take their time. They
/// write records alone: definitions would conflict with each other, and hide what these tests are
/// about. The second one runs statement by statement in the sets of which `by_statement` says so.
fn sleeping(sleeps: [u32; 6], by_statement: bool) -> Migrations {
    let directive = match by_statement {
        true => "-- migrate: per-statement\n",
        false => "",
    };
    let files = (1..=3u32).flat_map(|version| {
        let index = 2 * (version as usize - 1);
        let (up, down) = (sleeps[index], sleeps[index + 1]);
        let directive = if version == 2 { directive } else { "" };
        [
            (
                format!("{version}.up.surql"),
                format!(
                    "{directive}CREATE thing:{version};\nsleep({up}ms);\n\
                     UPSERT counter:{version} SET up = (up ?? 0) + 1;"
                ),
            ),
            (
                format!("{version}.down.surql"),
                format!(
                    "DELETE thing:{version};\nsleep({down}ms);\n\
                     UPSERT counter:{version} SET down = (down ?? 0) + 1;"
                ),
            ),
        ]
    });
    let files: Vec<(String, String)> = files.collect();
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(name, text)| (&**name, &**text))
        .collect();
    set(&files)
}

/// A session of its own in a database of its own. Defining several databases at once is enough for
/// a conflict, which is not what these tests are about.
async fn session(db: &Database, name: &str) -> Surreal<Any> {
    const ATTEMPTS: usize = 100;
    let namespace = ask_json(db, "RETURN session::ns()").await;
    let namespace = namespace.as_str().expect("a namespace");
    let session = (**db).clone();
    for _ in 0..ATTEMPTS {
        match prepare(&session, namespace, name).await {
            Ok(()) => return session,
            // Selecting a database gives the conflict no kind of its own.
            Err(error) if error.message().contains("onflict") => tokio::task::yield_now().await,
            Err(error) => panic!("{error}"),
        }
    }
    panic!("no database after {ATTEMPTS} attempts");
}

async fn prepare(session: &Surreal<Any>, namespace: &str, database: &str) -> surrealdb::Result<()> {
    const TABLES: &str = "DEFINE TABLE IF NOT EXISTS thing; DEFINE TABLE IF NOT EXISTS counter";
    session.use_ns(namespace).use_db(database).await?;
    session.query(TABLES).await?.check().map(drop)
}

/// What calls say that they have applied and reverted, by version.
#[derive(Debug, Default)]
struct Reported(BTreeMap<u32, (i64, i64)>);

impl Reported {
    fn add(&mut self, result: &Result<Report>) {
        let steps: &[Step] = match result {
            Ok(report) => &report.steps,
            Err(error) => error.steps(),
        };
        for step in steps {
            let (up, down) = self.0.entry(step.version).or_default();
            match step.direction {
                Direction::Up => *up += 1,
                Direction::Down => *down += 1,
            }
        }
    }
}

/// Whether history, schema and reports agree.
async fn check(db: &Surreal<Any>, reported: &Reported, case: &str) {
    let status = sleeping([0; 6], false).status(db).await.unwrap();
    let applied = status
        .entries
        .iter()
        .filter(|entry| entry.applied_at.is_some());
    let applied: Vec<u32> = applied.map(|entry| entry.version).collect();
    let without_gap: Vec<u32> = (1..=status.current_version).collect();
    assert_eq!(applied, without_gap, "{case}");
    for version in 1..=3 {
        let record = format!("RETURN record::exists(thing:{version})");
        let is_partial = status.entries[version as usize - 1].progress.is_some();
        let is_there = ask_json(db, &record).await == true;
        assert_eq!(
            is_there,
            applied.contains(&version) || is_partial,
            "{case}: {version}"
        );
        let counts = format!("RETURN [counter:{version}.up ?? 0, counter:{version}.down ?? 0]");
        let counts = ask_json(db, &counts).await;
        let (up, down) = reported.0.get(&version).copied().unwrap_or_default();
        assert_eq!(counts, serde_json::json!([up, down]), "{case}: {version}");
    }
}

/// Two calls at once on a database at version 1.
async fn pair(db: &Database, calls: [Call; 2], by_statement: bool, lease: Lease) {
    let case = format!("{calls:?}, by statement: {by_statement}, lease: {lease:?}");
    let name = format!("{:?}_{:?}_{by_statement}", calls[0], calls[1]);
    let (one, other) = (session(db, &name).await, session(db, &name).await);
    let set = sleeping([60; 6], by_statement);
    let mut reported = Reported::default();
    reported.add(&set.run_to(&one, 1).await);
    let (first, second) = tokio::join!(
        calls[0].make(&set, &one, lease),
        calls[1].make(&set, &other, lease)
    );
    reported.add(&first);
    reported.add(&second);
    check(&one, &reported, &format!("{case}\n{first:?}\n{second:?}")).await;
}

async fn every_pair(db: &Database, lease: Lease) {
    let mut pairs = Vec::new();
    for (index, first) in CALLS.into_iter().enumerate() {
        for second in &CALLS[index..] {
            pairs.push(([first, *second], false));
            if index == 0 {
                pairs.push(([first, *second], true));
            }
        }
    }
    for some in pairs.chunks(9) {
        join_all(
            some.iter()
                .map(|(calls, by_statement)| pair(db, *calls, *by_statement, lease)),
        )
        .await;
    }
}

async fn every_pair_of_calls_without_the_lease(db: &Database) {
    every_pair(db, Lease::None).await;
}

async fn every_pair_of_calls_with_a_lease_that_has_expired(db: &Database) {
    every_pair(db, Lease::Expiring).await;
}

/// A database at version 1 of two: applying 2 and reverting 1 write different rows, so that only the
/// record that both write keeps them apart.
async fn a_run_and_a_revert_of_another_migration_do_not_both_commit(db: &Database) {
    const AS_OF_ANOTHER_PROGRAM: &str = "
        LET $row = SELECT * OMIT id FROM ONLY _sbl_migrations:1;
        DELETE _sbl_migrations:1;
        CREATE _sbl_migrations:other CONTENT $row";
    for round in 0..6 {
        let name = format!("round_{round}");
        let (one, other) = (session(db, &name).await, session(db, &name).await);
        let set = sleeping([400; 6], false);
        let mut reported = Reported::default();
        reported.add(&set.run_to(&one, 1).await);
        if round % 2 == 1 {
            execute(&one, AS_OF_ANOTHER_PROGRAM).await;
        }
        let (run, revert) = tokio::join!(
            set.runner(&one).without_lease().run_to(2),
            set.runner(&other).without_lease().revert_to(0)
        );
        reported.add(&run);
        reported.add(&revert);
        check(&one, &reported, &format!("{run:?}\n{revert:?}")).await;
    }
}

/// `RANDOM_ROUNDS` says how many rounds, `RANDOM_SEED` with which seed the first one starts.
async fn random_calls_of_several_clients(db: &Database) {
    let number = |name: &str| std::env::var(name).ok()?.parse::<u64>().ok();
    let rounds = number("RANDOM_ROUNDS").unwrap_or(6);
    let first = number("RANDOM_SEED").unwrap_or_else(|| fastrand::u64(..1_000_000));
    println!("RANDOM_SEED={first} RANDOM_ROUNDS={rounds}");
    for seed in first..first + rounds {
        random_round(db, seed).await;
    }
}

async fn random_round(db: &Database, seed: u64) {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!("seed_{seed}_{}", COUNT.fetch_add(1, Ordering::Relaxed));
    let mut random = Rng::with_seed(seed);
    let sleeps = [(); 6].map(|()| random.u32(0..40));
    let set = Arc::new(sleeping(sleeps, random.bool()));
    let clients = (0..random.usize(2..=4)).map(|_| {
        let (mut random, set, name) = (random.fork(), Arc::clone(&set), name.clone());
        async move {
            let db = session(db, &name).await;
            let mut log = Vec::new();
            for _ in 0..random.usize(1..=4) {
                let call = CALLS[random.usize(..CALLS.len())];
                let leases = [Lease::None, Lease::Expiring, Lease::Usual];
                let lease = leases[random.usize(..leases.len())];
                tokio::time::sleep(Duration::from_millis(random.u64(0..30))).await;
                log.push((call, lease, call.make(&set, &db, lease).await));
            }
            log
        }
    });
    let logs = join_all(clients).await;
    let mut reported = Reported::default();
    for (_, _, result) in logs.iter().flatten() {
        reported.add(result);
    }
    let db = session(db, &name).await;
    check(&db, &reported, &format!("RANDOM_SEED={seed}: {logs:#?}")).await;
}
