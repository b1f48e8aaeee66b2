//! Scripts that were written down by the model: the reader has nothing to say about down scripts, `verify`
//! finds that they undo their up scripts, an empty database takes the whole schema, and a baseline makes what
//! the migrations make that it stands for.

use std::collections::BTreeMap;

use fastrand::Rng;
use migrate_files::authoring::{down_script, names_like, schema_text, squash};
use migrate_files::{Directory, File, Set, Version, list_directory, read_files};
use migrate_runtime::{ErrorKind, Migrations};
use surrealdb::Surreal;
use surrealdb::engine::any::Any;
use tests::connection::Engine;
use tests::questions::{execute, schema};
use tests::scripts::on_a_deep_stack;

use crate::generated::history;

const TABLE: &str = "_sbl_migrations";

/// An up script and a down script.
type Pair = (String, String);

#[test]
fn the_repositorys_down_scripts_can_be_written_by_the_model() {
    on_a_deep_stack(async {
        let (directory, files, set) = own_set();
        let written = files.iter().map(|file| {
            let is_down = |it: &&migrate_runtime::Migration| {
                let down = it.down.as_ref().map(|down| &*down.file);
                down == Some(&directory.shown_file(&file.name))
            };
            match set.migrations.iter().find(is_down) {
                None => file.clone(),
                Some(migration) => {
                    let down = down_script(&set, migration.version).expect("it is there");
                    File::new(&*file.name, down.text)
                }
            }
        });
        let written: Vec<File> = written.collect();
        let set = read_files(&directory, &written).unwrap_or_else(|problems| panic!("{problems}"));
        assert_eq!(set.warnings, [], "nothing is likely to hurt");
        let db = Engine::Memory.open().await;
        let set = Migrations::of_set(set, TABLE).expect("it is sound");
        let verification = set
            .verify(&db)
            .await
            .unwrap_or_else(|error| panic!("{error}"));
        let lossy = verification
            .migrations
            .iter()
            .filter(|it| it.lossy.is_some());
        // That one splits a text into a list, which no definition tells how to put together.
        assert_eq!(lossy.map(|it| it.version).collect::<Vec<_>>(), [7]);
    });
}

#[test]
fn an_empty_database_takes_the_repositorys_schema_at_each_version() {
    on_a_deep_stack(async {
        let (_, _, set) = own_set();
        let db = Engine::Memory.open().await;
        for version in 1..=set.migrations.len() {
            let version = Version::try_from(version).expect("there are not so many");
            select(&db, "migrated").await;
            for migration in &set.migrations[..version as usize] {
                execute(&db, &migration.up.text).await;
            }
            let expected = definitions(&db).await;
            select(&db, "loaded").await;
            let text = schema_text(&set, TABLE, version);
            execute(&db, &text).await;
            assert_eq!(definitions(&db).await, expected, "{version}: {text}");
        }
    });
}

/// `PAIRS` says how many sets, `PAIR_SEED` with which seed the first one starts.
#[tokio::test(flavor = "multi_thread")]
async fn the_reader_and_verify_accept_what_is_written_for_generated_scripts() {
    let number = |name: &str| std::env::var(name).ok()?.parse::<u64>().ok();
    let count = number("PAIRS").unwrap_or(60);
    let first = number("PAIR_SEED").unwrap_or(1);
    println!("PAIR_SEED={first} PAIRS={count}");
    let db = Engine::Memory.open().await;
    let mut figures = Figures::default();
    for seed in first..first + count {
        let mut scripts = history(&mut Rng::with_seed(seed));
        scripts.retain(|script| !script.iter().any(|it| is_left_out(it)));
        let scripts = scripts.into_iter().map(|script| script.join(";\n") + ";\n");
        let pairs = written(scripts.collect(), &db, &mut figures).await;
        if !pairs.is_empty() {
            check(&db, seed, &pairs, &mut figures).await;
            check_squashed(&db, seed, &pairs, &mut figures).await;
        }
    }
    println!("{figures:?}");
    assert!(figures.undone > figures.lossy && figures.lossy > 0);
    assert!(figures.squashed > figures.left_out);
}

/// Whether nothing is promised of a statement. A view of itself cannot be removed, what a function or an
/// event defines or removes comes and goes by itself, and of what has its name from a variable nothing is
/// known. An edge may be there before a record that it is from, and goes with it. What is computed from
/// its own table cannot be read. A table that becomes SCHEMAFULL keeps values of which nothing is told.
fn is_left_out(statement: &str) -> bool {
    const LEFT_OUT: [&str; 4] = [
        "u  AS SELECT",
        " $n ",
        "INSERT RELATION",
        "COMPUTED (SELECT",
    ];
    let has_one_of = |text: &str, words: &[&str]| words.iter().any(|it| text.contains(it));
    let kept = ["FUNCTION", "EVENT"].iter();
    let mut bodies = kept.filter_map(|it| Some(statement.split_once(it)?.1));
    let closes = statement.contains("SCHEMAFULL") && has_one_of(statement, &["OVERWRITE", "ALTER"]);
    has_one_of(statement, &LEFT_OUT)
        || statement.starts_with("RELATE")
        || closes
        || bodies.any(|body| has_one_of(body, &["DEFINE ", "REMOVE ", "ALTER "]))
}

/// What came out.
#[derive(Debug, Default)]
struct Figures {
    undone: usize,
    lossy: usize,
    /// Those that could not be written.
    given_up: usize,
    /// Sets that met what the engine does in the background, or a record that was left.
    conflicts: usize,
    /// Baselines that make what their migrations make.
    squashed: usize,
    /// Baselines of which something has to be written by hand.
    left_out: usize,
}

/// Pairs of those scripts that the reader and the engine accept behind each other, and of the down
/// scripts that are written from them.
async fn written(scripts: Vec<String>, db: &Surreal<Any>, figures: &mut Figures) -> Vec<Pair> {
    let mut pairs: Vec<Pair> = Vec::new();
    select(db, "ups").await;
    for up in scripts {
        let version = Version::try_from(pairs.len() + 1).expect("there are not so many");
        let directory = directory().before_down_script(version);
        let mut files = files(&pairs);
        files.push(File::new(format!("{version}.up.surql"), &*up));
        let Ok(set) = read_files(&directory, &files) else {
            continue;
        };
        let down = down_script(&set, version).expect("there is such a version");
        let is_open = down
            .not_restored
            .iter()
            .any(|it| it.contains("do not tell"));
        let is_lossy = !down.not_restored.is_empty();
        // What the scripts do not tell cannot be written.
        if is_open || !runs(db, &up).await {
            figures.given_up += usize::from(is_open);
            continue;
        }
        pairs.push((up, down.text));
        match is_lossy {
            false => figures.undone += 1,
            true => figures.lossy += 1,
        }
    }
    pairs
}

fn directory() -> Directory {
    Directory::new("/nowhere".as_ref(), ".")
}

fn files(pairs: &[Pair]) -> Vec<File> {
    let files = (1..).zip(pairs).flat_map(|(version, (up, down))| {
        [
            File::new(format!("{version}.up.surql"), &**up),
            File::new(format!("{version}.down.surql"), &**down),
        ]
    });
    files.collect()
}

async fn runs(db: &Surreal<Any>, script: &str) -> bool {
    let response = db.query(format!("BEGIN;\n{script}\nCOMMIT;")).await;
    response.is_ok_and(|mut response| response.take_errors().is_empty())
}

async fn check(db: &Surreal<Any>, seed: u64, pairs: &[Pair], figures: &mut Figures) {
    let told = || format!("PAIR_SEED={seed}\n{pairs:#?}");
    let set = read_files(&directory(), &files(pairs));
    let set = set.unwrap_or_else(|problems| panic!("{}\n{problems}", told()));
    let in_downs: Vec<String> = set
        .warnings
        .iter()
        .filter(|it| it.file.ends_with(".down.surql"))
        .map(ToString::to_string)
        .collect();
    assert_eq!(in_downs, [""; 0], "{}", told());
    select(db, "verified").await;
    let set = Migrations::of_set(set, TABLE).expect("it is sound");
    match set.verify(db).await {
        Ok(_) => {}
        Err(error) => match error.kind() {
            ErrorKind::Conflict { .. } => figures.conflicts += 1,
            // What is lossy may leave a record that its up script creates.
            _ if error.to_string().contains("Database record") => figures.conflicts += 1,
            _ => panic!("{}\n{error}", told()),
        },
    }
}

/// A baseline at each version beside the migrations up to that.
async fn check_squashed(db: &Surreal<Any>, seed: u64, pairs: &[Pair], figures: &mut Figures) {
    let (directory, files) = (directory(), files(pairs));
    let set = read_files(&directory, &files).unwrap_or_else(|problems| panic!("{problems}"));
    for (version, _) in (1..).zip(pairs) {
        let names = names_like(&directory, &files, version, "baseline");
        let names = names.unwrap_or_else(|problem| panic!("{problem}"));
        let squashed = squash(&directory, &files, &set, version, &names);
        let told = || {
            let up = &squashed.up;
            format!("PAIR_SEED={seed} at {version}\n{pairs:#?}\n{up}")
        };
        if !squashed.left_out.is_empty() {
            figures.left_out += 1;
            continue;
        }
        if let Some(problems) = &squashed.problems {
            panic!("{}\n{problems}", told());
        }
        select(db, "migrated").await;
        for (up, _) in &pairs[..version as usize] {
            assert!(runs(db, up).await, "{}", told());
        }
        let expected = definitions(db).await;
        select(db, "squashed").await;
        assert!(runs(db, &squashed.up).await, "{}", told());
        assert_eq!(definitions(db).await, expected, "{}", told());
        figures.squashed += 1;
    }
}

fn own_set() -> (Directory, Vec<File>, Set) {
    let directory = Directory::at("../migrations".as_ref());
    let files = list_directory(&directory).expect("the directory is there");
    let set = read_files(&directory, &files).expect("the set is sound");
    (directory, files, set)
}

/// An empty database.
async fn select(db: &Surreal<Any>, name: &str) {
    db.use_db(name).await.expect("it can be selected");
    execute(db, &format!("REMOVE DATABASE {name}")).await;
    db.use_db(name).await.expect("it can be selected");
}

/// What the engine has, apart from the keys of access methods, which are others each time.
async fn definitions(db: &Surreal<Any>) -> BTreeMap<String, serde_json::Value> {
    let mut schema = schema(db).await;
    for (name, table) in &mut schema {
        match &**name {
            "database" => {
                for access in table["accesses"].as_object_mut().into_iter().flatten() {
                    *access.1 = true.into();
                }
            }
            // The views of a table are there as they were before they were altered.
            _ => drop(table["tables"].take()),
        }
    }
    schema
}
