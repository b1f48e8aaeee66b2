//! What reverting would run, before it does.

use migrate_runtime::ErrorKind;
use tests::connection::Database;
use tests::on_every_engine;
use tests::questions::counts;
use tests::sets::{counted, set, unchecked_set};

on_every_engine!(
    a_plan_names_what_would_be_reverted_and_changes_nothing,
    a_script_that_was_stored_is_the_one_that_would_run,
    what_would_be_refused_is_refused,
);

async fn a_plan_names_what_would_be_reverted_and_changes_nothing(db: &Database) {
    let set = counted(3);
    set.run(db).await.unwrap();
    let plan = set.runner(db).plan_revert_to(1).await.unwrap();
    assert_eq!(
        plan.to_string(),
        "down     3  thing_3\n\
         down     2  thing_2\n\
         2 migrations to revert, from version 3 to 1"
    );
    let texts = plan.reverts.iter().map(|revert| &*revert.text);
    let downs = [3, 2].map(|version| set.get(version).unwrap().down.as_ref().unwrap());
    assert!(texts.eq(downs.iter().map(|down| &*down.text)));
    assert!(plan.reverts.iter().all(|revert| !revert.is_stored));
    assert_eq!(counts(db, 3).await, [(1, 1); 3]);
    assert_eq!(set.current_version(db).await.unwrap(), 3);
    let nothing = set.runner(db).plan_revert_to(3).await.unwrap();
    assert_eq!(nothing.to_string(), "nothing to revert at version 3");
}

async fn a_script_that_was_stored_is_the_one_that_would_run(db: &Database) {
    let build = |text| {
        unchecked_set(&[
            ("a", text, "REMOVE TABLE a;"),
            ("b", "DEFINE TABLE b;", "REMOVE TABLE b;"),
        ])
    };
    build("DEFINE TABLE a;").run(db).await.unwrap();
    // A build that has edited the first one, and does not have the second one.
    let edited = set(&[
        ("1_a.up.surql", "DEFINE TABLE a SCHEMAFULL;"),
        ("1_a.down.surql", "-- Edited as well.\nREMOVE TABLE a;"),
    ]);
    let runner = edited.runner(db).trust_stored_scripts();
    let plan = runner.plan_revert_to(0).await.unwrap();
    let texts = plan.reverts.iter().map(|it| (&*it.text, it.is_stored));
    let texts: Vec<(&str, bool)> = texts.collect();
    assert_eq!(
        texts,
        [("REMOVE TABLE b;", true), ("REMOVE TABLE a;", true)]
    );
}

async fn what_would_be_refused_is_refused(db: &Database) {
    let set = set(&[("1_a.surql", "-- migrate: irreversible\nDEFINE TABLE a;")]);
    set.run(db).await.unwrap();
    let error = set.runner(db).plan_revert_to(0).await.unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::Irreversible { version: 1, .. }),
        "{error}"
    );
    let error = set.runner(db).plan_revert_to(2).await.unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::NoSuchVersion { version: 2, .. }),
        "{error}"
    );
}
