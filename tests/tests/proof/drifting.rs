//! A schema that somebody has changed behind the migrations' back.

use migrate_runtime::{ErrorKind, Migrations};
use tests::connection::Database;
use tests::on_every_engine;
use tests::questions::{ask_json, execute};
use tests::sets::set;

on_every_engine!(
    what_was_done_by_hand_is_found,
    what_means_the_same_is_no_drift,
    what_the_migrations_leave_open_is_not_compared,
    a_run_that_refuses_drift_does_nothing,
    what_a_pending_migration_assumes_is_no_drift,
    only_the_applied_migrations_count,
    what_this_build_does_not_have_is_an_error,
);

fn tables() -> Migrations {
    set(&[
        (
            "1_t.up.surql",
            "DEFINE TABLE t SCHEMAFULL;\nDEFINE FIELD a ON t TYPE int;\nDEFINE FIELD b ON t TYPE option<array<int>>;\n\
             DEFINE INDEX i ON t FIELDS a;",
        ),
        ("1_t.down.surql", "REMOVE TABLE t"),
        (
            "2_f.up.surql",
            "DEFINE FUNCTION fn::f() { RETURN 1; };\nDEFINE TABLE gone;\nREMOVE TABLE gone;\n\
             DEFINE PARAM $p VALUE 1;\nALTER TABLE t COMMENT 'notes';",
        ),
        (
            "2_f.down.surql",
            "ALTER TABLE t DROP COMMENT; REMOVE PARAM $p; REMOVE FUNCTION fn::f;",
        ),
    ])
}

async fn what_was_done_by_hand_is_found(db: &Database) {
    let set = tables();
    set.run(db).await.unwrap();
    let none = set.drift(db).await.unwrap();
    assert_eq!(
        none.to_string(),
        "the schema is what the migrations make of it, at version 2"
    );
    execute(
        db,
        "REMOVE INDEX i ON t; DEFINE FIELD OVERWRITE a ON t TYPE int DEFAULT 0; DEFINE FIELD c ON t; \
         DEFINE TABLE gone; DEFINE FIELD x ON gone; DEFINE TABLE other; DEFINE FIELD y ON other; \
         REMOVE FUNCTION fn::f; DEFINE ANALYZER z; DEFINE API '/mine' FOR get THEN { { body: 1 } }",
    )
    .await;
    let drift = set.drift(db).await.unwrap();
    let folder = set.get(1).unwrap().up.file.trim_end_matches("1_t.up.surql");
    assert_eq!(
        drift.to_string().replace(folder, "migrations/"),
        "no migration defines table `gone`, removed in migrations/2_f.up.surql:3\n  \
           is:        DEFINE TABLE gone TYPE ANY SCHEMALESS PERMISSIONS NONE\n\
         no migration defines table `other`\n  \
           is:        DEFINE TABLE other TYPE ANY SCHEMALESS PERMISSIONS NONE\n\
         different: field `a` of table `t`, defined in migrations/1_t.up.surql:2\n  \
           should be: DEFINE FIELD a ON t TYPE int PERMISSIONS FULL\n  \
           is:        DEFINE FIELD a ON t TYPE int DEFAULT 0 PERMISSIONS FULL\n\
         no migration defines field `c` of table `t`\n  \
           is:        DEFINE FIELD c ON t PERMISSIONS FULL\n\
         missing: index `i` of table `t`, defined in migrations/1_t.up.surql:4\n  \
           should be: DEFINE INDEX i ON t FIELDS a\n\
         missing: function `fn::f`, defined in migrations/2_f.up.surql:1\n  \
           should be: DEFINE FUNCTION fn::f() { RETURN 1 } PERMISSIONS FULL\n\
         no migration defines analyzer `z`\n  \
           is:        DEFINE ANALYZER z\n\
         no migration defines API `/mine`\n  \
           is:        DEFINE API '/mine' FOR any PERMISSIONS FULL FOR get PERMISSIONS FULL THEN { { body: 1 } }\n\
         8 definitions are not what the migrations make of them, at version 2"
    );
    let json = serde_json::to_value(&drift).unwrap();
    assert_eq!(json["version"], 2);
    assert_eq!(json["schema"][0]["kind"], "unexpected");
    assert_eq!(
        json["schema"][2]["origin"],
        format!("{folder}1_t.up.surql:2")
    );
    assert_eq!(json["not_compared"], 0);
}

async fn what_means_the_same_is_no_drift(db: &Database) {
    let set = tables();
    set.run(db).await.unwrap();
    execute(
        db,
        "DEFINE FIELD OVERWRITE a ON TABLE t PERMISSIONS FULL TYPE int; \
         DEFINE FUNCTION OVERWRITE fn::f() {\n -- the same\n RETURN 1 \n}; \
         REBUILD INDEX i ON t; CREATE t SET a = 1; DEFINE USER reader ON DATABASE PASSWORD 'x'",
    )
    .await;
    let drift = set.drift(db).await.unwrap();
    assert!(drift.is_empty(), "{drift}");
}

async fn what_the_migrations_leave_open_is_not_compared(db: &Database) {
    let set = set(&[
        (
            "1_a.up.surql",
            "-- migrate: assumes table legacy, param $legacy\nDEFINE FIELD a ON legacy;\n\
             FOR $n IN ['x', 'y'] { DEFINE TABLE $n; };",
        ),
        (
            "1_a.down.surql",
            "REMOVE FIELD a ON legacy; REMOVE TABLE x; REMOVE TABLE y",
        ),
        ("2_c.up.surql", "DEFINE FIELD c ON legacy"),
        ("2_c.down.surql", "REMOVE FIELD c ON legacy"),
    ]);
    execute(
        db,
        "DEFINE TABLE legacy; DEFINE FIELD b ON legacy; DEFINE PARAM $legacy VALUE 1",
    )
    .await;
    set.run(db).await.unwrap();
    let drift = set.drift(db).await.unwrap();
    assert_eq!(
        drift.to_string(),
        "the schema is what the migrations make of it, at version 2, apart from 5 definitions of which \
         their text does not say what they make"
    );
    execute(db, "REMOVE FIELD c ON legacy").await;
    let drift = set.drift(db).await.unwrap();
    assert_eq!(drift.schema.len(), 1, "{drift}");
}

async fn a_run_that_refuses_drift_does_nothing(db: &Database) {
    let set = tables();
    let runner = || set.runner(db).refuse_drift();
    runner().run_to(1).await.unwrap();
    execute(db, "DEFINE FIELD c ON t").await;
    let before = ask_json(db, "INFO FOR DB").await;
    let error = runner().run().await.unwrap_err();
    let ErrorKind::Drift { drift, .. } = error.kind() else {
        panic!("{error}")
    };
    assert_eq!(drift.schema.len(), 1);
    assert_eq!(ask_json(db, "INFO FOR DB").await, before);
    execute(db, "REMOVE FIELD c ON t").await;
    runner().run().await.unwrap();
    execute(db, "DEFINE FIELD c ON t").await;
    let error = runner().run().await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Drift { .. }), "{error}");
}

async fn what_a_pending_migration_assumes_is_no_drift(db: &Database) {
    let set = set(&[
        (
            "1_a.up.surql",
            "-- migrate: assumes table legacy\nDEFINE FIELD a ON legacy",
        ),
        (
            "1_a.down.surql",
            "-- migrate: assumes param $p\nREMOVE FIELD a ON legacy",
        ),
    ]);
    execute(db, "DEFINE TABLE legacy; DEFINE PARAM $p VALUE 1").await;
    assert!(set.drift(db).await.unwrap().is_empty());
    set.runner(db).refuse_drift().run().await.unwrap();
}

async fn only_the_applied_migrations_count(db: &Database) {
    let set = tables();
    assert!(set.drift(db).await.unwrap().is_empty());
    set.run_to(db, 1).await.unwrap();
    let drift = set.drift(db).await.unwrap();
    assert!(drift.is_empty() && drift.version == 1, "{drift}");
}

async fn what_this_build_does_not_have_is_an_error(db: &Database) {
    let set = tables();
    set.run(db).await.unwrap();
    let older = Migrations::new(set.iter().take(1).cloned().collect()).unwrap();
    for runner in [older.runner(db), older.runner(db).allow_newer()] {
        let error = runner.drift().await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Newer { .. }), "{error}");
    }
}
