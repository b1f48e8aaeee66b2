//! Everything pending in one transaction.

use migrate_runtime::{ErrorKind, Migrations};
use tests::connection::Database;
use tests::on_every_engine;
use tests::questions::{counts, schema};
use tests::sets::{counted, counted_by_statement, set};

on_every_engine!(
    a_group_is_applied_whole,
    a_group_that_fails_leaves_nothing_and_names_the_statement,
    a_migration_by_statement_is_refused,
    two_migrations_that_are_in_each_others_way_are_refused,
);

async fn a_group_is_applied_whole(db: &Database) {
    let set = counted(6);
    set.run_to(db, 2).await.unwrap();
    let report = set.runner(db).grouped().run().await.unwrap();
    assert_eq!((report.from, report.to, report.steps.len()), (2, 6, 4));
    assert_eq!(counts(db, 6).await, [(1, 1); 6]);
    assert!(
        set.runner(db)
            .grouped()
            .run()
            .await
            .unwrap()
            .is_up_to_date()
    );
    set.revert_to(db, 0).await.unwrap();
}

async fn a_group_that_fails_leaves_nothing_and_names_the_statement(db: &Database) {
    let set = set(&[
        ("1_a.up.surql", "CREATE a:1; CREATE a:2;"),
        ("1_a.down.surql", "-- Nothing.\n"),
        ("2_b.up.surql", "CREATE a:3;\n  CREATE a:1;"),
        ("2_b.down.surql", "-- Nothing.\n"),
        ("3_c.up.surql", "CREATE a:4;"),
        ("3_c.down.surql", "-- Nothing.\n"),
    ]);
    let before = schema(db).await;
    let error = set.runner(db).grouped().run().await.unwrap_err();
    let ErrorKind::Script(script) = error.kind() else {
        panic!("{error}")
    };
    assert_eq!((script.version, script.current_version), (2, 0));
    assert!(
        error
            .to_string()
            .contains("2_b.up.surql:2:3, statement 2 of 2"),
        "{error}"
    );
    assert_eq!(schema(db).await, before);
    assert_eq!(set.current_version(db).await.unwrap(), 0);
}

async fn a_migration_by_statement_is_refused(db: &Database) {
    let set = Migrations::read(counted_by_statement(2).path()).unwrap();
    let error = set.runner(db).grouped().run().await.unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::CannotGroup { version: 1, .. }),
        "{error}"
    );
    assert_eq!(set.current_version(db).await.unwrap(), 0);
}

async fn two_migrations_that_are_in_each_others_way_are_refused(db: &Database) {
    let set = set(&[
        ("1_a.up.surql", "CREATE t:1 SET a = 1;"),
        ("1_a.down.surql", "REMOVE TABLE t;"),
        ("2_index.up.surql", "DEFINE INDEX i ON t FIELDS a UNIQUE;"),
        ("2_index.down.surql", "REMOVE INDEX i ON t;"),
        ("3_fill.up.surql", "UPDATE t SET a = a + 10;"),
        ("3_fill.down.surql", "UPDATE t SET a = a - 10;"),
    ]);
    set.run_to(db, 1).await.unwrap();
    let error = set.runner(db).grouped().run().await.unwrap_err();
    let ErrorKind::CannotGroupTogether { earlier, later, .. } = error.kind() else {
        panic!("{error}")
    };
    assert_eq!((*earlier, *later), (2, 3));
    assert!(
        error.to_string().contains("2 (index) and 3 (fill)"),
        "{error}"
    );
    assert_eq!(set.current_version(db).await.unwrap(), 1);
    set.run(db).await.unwrap();
    set.runner(db).grouped().revert_to(1).await.unwrap();
}
