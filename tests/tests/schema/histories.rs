//! What the model says of a history, and what the engine does with it.

use std::time::Duration;

use fastrand::Rng;
use surrealdb::Surreal;
use surrealdb::engine::any::Any;
use tests::connection::Database;
use tests::on_every_engine;

use crate::comparison::{Both, Figures};
use crate::generated::{History, history};

on_every_engine!(experimental: the_model_and_the_engine_agree_on_generated_histories);

/// A history takes a moment. An engine that does not end with one may take all memory instead.
const MOST: Duration = Duration::from_mins(1);

/// `HISTORIES` says how many histories, `HISTORY_SEED` with which seed the first one starts. They are the
/// same ones each time: what others find is not for whoever changes something else.
async fn the_model_and_the_engine_agree_on_generated_histories(db: &Database) {
    let number = |name: &str| std::env::var(name).ok()?.parse::<u64>().ok();
    let count = number("HISTORIES").unwrap_or(500);
    let first = number("HISTORY_SEED").unwrap_or(1);
    println!("HISTORY_SEED={first} HISTORIES={count}");
    let mut total = Figures::default();
    for seed in first..first + count {
        let history = history(&mut Rng::with_seed(seed));
        let compared = tokio::time::timeout(MOST, compare(db, &history, seed)).await;
        let compared = compared.unwrap_or_else(|_| {
            panic!("HISTORY_SEED={seed}\n{history:#?}\nthe engine does not answer")
        });
        match compared {
            Ok(figures) => total.add(&figures),
            Err(disagreement) => {
                let (history, disagreement) = shrink(db, history, disagreement, seed).await;
                panic!("HISTORY_SEED={seed}\n{history:#?}\n{disagreement}");
            }
        }
    }
    println!("{total:?}");
    assert!(total.foreseen > 0 && total.present > 0 && total.absent > 0);
    assert!(total.definitions > 0 && total.differences > 0 && total.undone > 0);
}

/// Runs a history on both, in a database of its own.
async fn compare(db: &Surreal<Any>, history: &History, name: u64) -> Result<Figures, String> {
    let database = format!("h{name}_{:x}", fastrand::u64(..));
    db.use_db(&database)
        .await
        .map_err(|error| error.to_string())?;
    // Of every other database it is not said that it is empty.
    let mut both = Both::new(db, name.is_multiple_of(2)).await;
    let is_per_statement = name.is_multiple_of(3);
    for script in history {
        match is_per_statement {
            false => drop(both.run(script.join(";\n")).await?),
            true => run_each(&mut both, script).await?,
        }
    }
    // Every script may be the down script of the one before it.
    both.undo_the_last_two().await?;
    let removal = format!("REMOVE DATABASE `{database}`");
    let _ = db.query(removal).await;
    Ok(both.figures)
}

/// Runs each statement by itself, up to the first that fails.
async fn run_each(both: &mut Both<'_>, script: &[String]) -> Result<(), String> {
    for statement in script {
        if !both.run(statement.clone()).await? {
            break;
        }
    }
    Ok(())
}

/// Leaves out scripts and statements as long as there still is a disagreement.
async fn shrink(
    db: &Surreal<Any>,
    mut history: History,
    mut disagreement: String,
    seed: u64,
) -> (History, String) {
    loop {
        let mut smaller = None;
        for candidate in candidates(&history) {
            if let Err(still) = compare(db, &candidate, seed).await {
                smaller = Some((candidate, still));
                break;
            }
        }
        match smaller {
            Some((candidate, still)) => (history, disagreement) = (candidate, still),
            None => return (history, disagreement),
        }
    }
}

fn candidates(history: &History) -> Vec<History> {
    let mut candidates = Vec::new();
    for script in 0..history.len() {
        let mut without = history.clone();
        without.remove(script);
        candidates.push(without);
        for statement in 0..history[script].len() {
            let mut without = history.clone();
            without[script].remove(statement);
            if !without[script].is_empty() {
                candidates.push(without);
            }
        }
    }
    candidates
}
