//! What the model says of a pair of scripts, and what `verify` finds on the engine.

use std::collections::BTreeMap;

use fastrand::Rng;
use migrate_runtime::{Error, ErrorKind, Verification, VerifiedMigration};
use migrate_schema::model::{Change, Difference, Object, Schema, State};
use migrate_schema::parse::parse;
use surrealdb::Surreal;
use surrealdb::engine::any::Any;
use tests::connection::Engine;
use tests::sets::unchecked_set;

use crate::generated::history;

/// An up script and a down script.
type Pair = (String, String);

/// What came out of some pairs.
#[derive(Debug, Default)]
struct Figures {
    pairs: usize,
    /// Those before one that is not undone, and that one.
    verified: usize,
    /// Those that `verify` found not to be undone.
    not_undone: usize,
    /// Differences that both found.
    both: usize,
    /// Differences that the model leaves open.
    unclear: usize,
}

/// `PAIRS` says how many sets of pairs, `PAIR_SEED` with which seed the first one starts.
#[tokio::test(flavor = "multi_thread")]
async fn the_model_and_verify_agree_on_generated_pairs() {
    let number = |name: &str| std::env::var(name).ok()?.parse::<u64>().ok();
    let count = number("PAIRS").unwrap_or(60);
    let first = number("PAIR_SEED").unwrap_or(1);
    println!("PAIR_SEED={first} PAIRS={count}");
    let db = Engine::Memory.open_experimental().await;
    let mut figures = Figures::default();
    for seed in first..first + count {
        let pairs = running(&db, pairs(&mut Rng::with_seed(seed)), seed).await;
        if let Err(disagreement) = compare(&db, &pairs, seed, &mut figures).await {
            panic!("PAIR_SEED={seed}\n{pairs:#?}\n{disagreement}");
        }
    }
    println!("{figures:?}");
    assert!(figures.verified > figures.not_undone && figures.not_undone > 0 && figures.both > 0);
}

/// Up scripts, each with what undoes it, most of it, something else, or nothing.
fn pairs(random: &mut Rng) -> Vec<Pair> {
    let scripts = history(random);
    let mut before = Schema::empty();
    let mut pairs = Vec::new();
    for (index, statements) in scripts.iter().enumerate() {
        let up = statements.join(";\n");
        let mut after = before.branch();
        let fails = apply(&mut after, &up);
        let mut down: Vec<String> = after
            .branch()
            .differences(&after, &before)
            .iter()
            .map(Difference::remedy)
            .collect();
        drop(after);
        if fails || down.iter().any(|remedy| remedy.contains('…')) {
            continue;
        }
        // What was made last goes first.
        down.reverse();
        match random.u32(0..12) {
            0 => drop(down.pop()),
            1 => down.clear(),
            2 => down.clone_from(&scripts[(index + 1) % scripts.len()]),
            _ => {}
        }
        apply(&mut before, &up);
        pairs.push((up, down.join(";\n")));
    }
    pairs
}

/// Those that run on the engine behind each other: what fails says nothing of how it is undone.
async fn running(db: &Surreal<Any>, mut pairs: Vec<Pair>, seed: u64) -> Vec<Pair> {
    loop {
        match verify(db, &pairs, seed)
            .await
            .err()
            .map(|error| error.kind().clone())
        {
            Some(ErrorKind::Script(error)) => drop(pairs.remove(error.version as usize - 1)),
            _ => return pairs,
        }
    }
}

/// In a database of its own.
async fn verify(db: &Surreal<Any>, pairs: &[Pair], seed: u64) -> Result<Verification, Error> {
    let database = format!("p{seed}_{:x}", fastrand::u64(..));
    db.use_db(&database)
        .await
        .expect("there may be another database");
    let named = pairs.iter().map(|(up, down)| ("", &**up, &**down));
    let set = unchecked_set(&named.collect::<Vec<_>>());
    let outcome = set.verify(db).await;
    let _ = db.query(format!("REMOVE DATABASE `{database}`")).await;
    outcome
}

/// Applies a script, and says whether it certainly fails.
fn apply(schema: &mut Schema<'_, ()>, script: &str) -> bool {
    let mut fails = false;
    for change in changes(script) {
        fails |= schema.apply(&change, &()).is_err();
    }
    fails
}

fn changes(script: &str) -> Vec<Change> {
    let statements = parse(script).statements.into_iter();
    statements.flat_map(|statement| statement.changes).collect()
}

/// Each by its words.
fn objects(pairs: &[Pair]) -> BTreeMap<String, Object> {
    let scripts = pairs.iter().flat_map(|(up, down)| [up, down]);
    let changes = scripts.flat_map(|script| changes(script));
    let objects = changes.flat_map(|change| match change {
        Change::Defines {
            object, implied, ..
        } => {
            let table = object.table().cloned().map(Object::Table);
            let implied = implied.into_iter().map(|it| it.object);
            implied.chain(table).chain([object]).collect()
        }
        Change::Removes { object, .. } | Change::Alters { object, .. } => vec![object],
        _ => Vec::new(),
    });
    objects.map(|object| (object.to_string(), object)).collect()
}

async fn compare(
    db: &Surreal<Any>,
    pairs: &[Pair],
    seed: u64,
    figures: &mut Figures,
) -> Result<(), String> {
    figures.pairs += pairs.len();
    let (migrations, error) = verified_migrations(verify(db, pairs, seed).await);
    let objects = objects(pairs);
    let mut before = Schema::empty();
    for (migration, (up, down)) in migrations.iter().zip(pairs) {
        figures.verified += 1;
        let mut after = before.branch();
        apply(&mut after, up);
        let mut back = after.branch();
        apply(&mut back, down);
        let foreseen = back.differences(&after, &before);
        check_found(migration, &foreseen, figures)?;
        check_foreseen(migration, &objects, (&before, &back), figures)?;
        if apply(&mut back.branch(), up) && migration.failed.is_none() {
            return Err(format!("can run again: {up}"));
        }
        drop(back);
        drop(after);
        // From here on, the database is not what the model thinks.
        if !migration.is_sound() {
            figures.not_undone += 1;
            break;
        }
        apply(&mut before, up);
    }
    match error {
        // One that conflicts with itself says nothing of how it is undone.
        None | Some(ErrorKind::NotUndone { .. } | ErrorKind::Conflict { .. }) => Ok(()),
        Some(other) => Err(format!("{other:?}")),
    }
}

fn verified_migrations(
    outcome: Result<Verification, Error>,
) -> (Vec<VerifiedMigration>, Option<ErrorKind>) {
    match outcome {
        Ok(verification) => (verification.migrations, None),
        Err(error) => match error.kind() {
            ErrorKind::NotUndone { verification, .. } => {
                (verification.migrations.clone(), Some(error.kind().clone()))
            }
            other => (Vec::new(), Some(other.clone())),
        },
    }
}

/// What the model says is different is different.
fn check_found(
    migration: &VerifiedMigration,
    foreseen: &[Difference<()>],
    figures: &mut Figures,
) -> Result<(), String> {
    for Difference { object, kind } in foreseen {
        let table = object.table().cloned().map(Object::Table);
        let names = [Some(object), table.as_ref()].map(|it| it.map(ToString::to_string));
        let is_found = migration
            .schema
            .iter()
            .any(|found| names.contains(&Some(found.object.clone())));
        if !is_found {
            return Err(format!("not found: {object} {kind:?}"));
        }
        figures.both += 1;
    }
    Ok(())
}

/// What is different is so in the model as well, unless that leaves it open.
fn check_foreseen(
    migration: &VerifiedMigration,
    objects: &BTreeMap<String, Object>,
    (before, back): (&Schema<'_, ()>, &Schema<'_, ()>),
    figures: &mut Figures,
) -> Result<(), String> {
    for found in &migration.schema {
        let Some(object) = objects.get(&found.object) else {
            figures.unclear += 1;
            continue;
        };
        let is_wrong = match (before.state(object), back.state(object)) {
            (State::Absent(_), State::Absent(_)) => true,
            (
                State::Present {
                    definition: Some(was),
                    ..
                },
                State::Present {
                    definition: Some(is),
                    ..
                },
            ) => !is.differs_from(&was),
            (State::Unclear, _) | (_, State::Unclear) => {
                figures.unclear += 1;
                false
            }
            _ => false,
        };
        if is_wrong {
            return Err(format!("not foreseen: {found:#?}"));
        }
    }
    Ok(())
}
