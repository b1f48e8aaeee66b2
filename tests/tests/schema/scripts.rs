//! What the model says of scripts that were written for something else, and what the engine does
//! with them.

use std::time::Duration;

use migrate_runtime::Migrations;
use migrate_schema::parse::parse;
use migrate_schema::{Execution, rules};
use tests::connection::Engine;
use tests::scripts::{on_a_deep_stack, scripts};

use crate::comparison::{Both, Figures};

#[test]
fn the_model_and_the_engine_agree_on_this_repositorys_migrations() {
    on_a_deep_stack(async {
        let db = Engine::Memory.open().await;
        let mut both = Both::new(&db, true).await;
        let set = Migrations::read("../migrations").expect("the set is sound");
        for migration in &set {
            let ran = both.run(migration.up.text.to_string()).await;
            assert_eq!(ran, Ok(true), "{}", migration.up.file);
        }
        for down in set.iter().rev().filter_map(|it| it.down.as_ref()) {
            assert_eq!(
                both.run(down.text.to_string()).await,
                Ok(true),
                "{}",
                down.file
            );
        }
        println!("{:?}", both.figures);
        assert!(both.figures.definitions > 100);
    });
}

/// Those for which the macro is tested.
#[test]
fn the_model_and_the_engine_agree_on_every_set_that_is_sound() {
    on_a_deep_stack(async {
        let db = Engine::Memory.open().await;
        let mut total = Figures::default();
        let entries = std::fs::read_dir("compile/fixtures").expect("it is there");
        let folders = entries.map(|entry| entry.expect("it can be listed").path());
        let sets = folders.filter_map(|folder| Migrations::read(folder).ok());
        for (number, set) in sets.enumerate() {
            let database = db.use_db(format!("set_{number}")).await;
            database.expect("a new database can be selected");
            let mut both = Both::new(&db, true).await;
            let downs = set.iter().rev().filter_map(|it| it.down.as_ref());
            for script in set.iter().map(|it| &it.up).chain(downs) {
                let ran = both.run(script.text.to_string()).await;
                ran.unwrap_or_else(|disagreement| panic!("{}\n{disagreement}", script.file));
            }
            total.add(&both.figures);
        }
        println!("{total:?}");
        assert!(total.scripts > 40 && total.present > 50);
    });
}

#[test]
fn the_model_and_the_engine_agree_on_scripts_of_every_kind() {
    on_a_deep_stack(async {
        let db = Engine::Memory.open().await;
        let mut total = Figures::default();
        let sound = scripts().into_iter().filter(|script| {
            let parsed = parse(script);
            let refused = rules::check(
                &parsed.statements,
                Execution::Transaction,
                "_sbl_migrations",
            );
            parsed.errors.is_empty() && refused.is_empty()
        });
        for (index, script) in sound.enumerate() {
            let database = db.use_db(format!("script_{index}")).await;
            database.expect("a new database can be selected");
            let mut both = Both::new(&db, true).await;
            let ran = both.run(script.clone());
            // Some of them sleep.
            if let Ok(ran) = tokio::time::timeout(Duration::from_secs(5), ran).await {
                ran.unwrap_or_else(|disagreement| panic!("{script}\n{disagreement}"));
            }
            total.add(&both.figures);
        }
        println!("{total:?}");
        assert!(total.scripts > 300 && total.foreseen > 0 && total.definitions > 0);
    });
}
