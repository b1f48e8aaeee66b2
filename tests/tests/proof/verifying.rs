//! Pairs of scripts of which one does not undo the other, and those that only look like it.

use migrate_runtime::{ErrorKind, Migrations, Verification};
use tests::connection::Database;
use tests::on_every_engine;
use tests::questions::{ask_json, execute};
use tests::sets::{set, unchecked_set};

on_every_engine!(
    what_a_down_script_leaves_loses_or_changes_is_found,
    what_consists_of_the_same_characters_may_differ,
    computed_parameters_are_not_compared,
    records_of_views_are_not_compared,
    a_failure_keeps_what_was_found_before,
    what_becomes_of_records_is_found,
    what_is_undone_in_other_words_is_sound,
    a_lossy_down_script_is_accepted_with_its_reason,
    an_irreversible_migration_ends_the_way_down,
    a_database_that_is_not_empty_is_left_alone,
    what_cannot_run_again_says_why,
    an_index_that_cannot_be_built_is_found,
    assumed_definitions_are_there_first,
    a_set_statement_by_statement_is_verified,
);

/// What is wrong with the second of two migrations, of which the first makes the tables.
async fn findings(db: &Database, up: &str, down: &str) -> Vec<String> {
    let first = "DEFINE TABLE t SCHEMAFULL; DEFINE FIELD a ON t TYPE int DEFAULT 1 \
                 PERMISSIONS FOR select WHERE true; DEFINE TABLE u; DEFINE FUNCTION fn::f() { RETURN 1; };";
    let set = unchecked_set(&[
        (
            "tables",
            first,
            "REMOVE TABLE t; REMOVE TABLE u; REMOVE FUNCTION fn::f;",
        ),
        ("tried", up, down),
    ]);
    let verifier = set
        .verifier(db)
        .records(1, "CREATE t:1 SET a = 7; CREATE u:1 SET b = 1");
    let outcome = verifier.verify().await;
    empty(db).await;
    match outcome {
        Ok(_) => Vec::new(),
        Err(error) => lines(not_undone(error.kind())),
    }
}

fn not_undone(kind: &ErrorKind) -> &Verification {
    match kind {
        ErrorKind::NotUndone { verification, .. } => verification,
        other => panic!("{other:?}"),
    }
}

/// What is printed below the migrations.
fn lines(verification: &Verification) -> Vec<String> {
    let text = verification.to_string();
    let lines = text.lines().filter(|line| line.starts_with("       "));
    lines.map(|line| line.trim().to_owned()).collect()
}

/// For the next pair.
async fn empty(db: &Database) {
    let info = ask_json(db, "INFO FOR DB").await;
    for (list, word, prefix) in [
        ("tables", "TABLE", ""),
        ("functions", "FUNCTION", "fn::"),
        ("params", "PARAM", "$"),
        ("apis", "API", ""),
        ("analyzers", "ANALYZER", ""),
        ("sequences", "SEQUENCE", ""),
        ("configs", "CONFIG", ""),
    ] {
        for name in info[list].as_object().unwrap().keys().rev() {
            let name = match word {
                "API" => format!("{name:?}"),
                _ => format!("{prefix}{name}"),
            };
            execute(db, &format!("REMOVE {word} {name}")).await;
        }
    }
}

async fn what_a_down_script_leaves_loses_or_changes_is_found(db: &Database) {
    let file = "migrations/002_tried.up.surql";
    for (up, down, expected) in [
        (
            "DEFINE FIELD b ON t TYPE option<int>;",
            "RETURN 1;",
            vec![format!("left behind: field `b` of table `t`, {file}:1")],
        ),
        (
            "\nDEFINE FIELD o ON t TYPE option<array<int>>;",
            "REMOVE FIELD o ON t;",
            vec![format!("left behind: field `o.*` of table `t`, {file}:2")],
        ),
        (
            "DEFINE INDEX i ON t FIELDS a;",
            "RETURN 1;",
            vec![format!("left behind: index `i` of table `t`, {file}:1")],
        ),
        (
            "DEFINE FIELD OVERWRITE a ON t TYPE int DEFAULT 2 PERMISSIONS FOR select WHERE true;",
            "DEFINE FIELD OVERWRITE a ON t TYPE int DEFAULT 1;",
            vec![
                format!("changed: field `a` of table `t`, {file}:1"),
                "was: DEFINE FIELD a ON t TYPE int DEFAULT 1 PERMISSIONS FOR select WHERE true, FOR create, update FULL".to_owned(),
                "is:  DEFINE FIELD a ON t TYPE int DEFAULT 1 PERMISSIONS FULL".to_owned(),
            ],
        ),
        (
            "DEFINE FUNCTION OVERWRITE fn::f() { RETURN 2; };",
            "DEFINE FUNCTION OVERWRITE fn::f() { RETURN 3; };",
            vec![
                format!("changed: function `fn::f`, {file}:1"),
                "was: DEFINE FUNCTION fn::f() { RETURN 1 } PERMISSIONS FULL".to_owned(),
                "is:  DEFINE FUNCTION fn::f() { RETURN 3 } PERMISSIONS FULL".to_owned(),
            ],
        ),
        (
            "REMOVE FUNCTION fn::f;",
            "RETURN 1;",
            vec![
                format!("lost: function `fn::f`, {file}:1"),
                "was: DEFINE FUNCTION fn::f() { RETURN 1 } PERMISSIONS FULL".to_owned(),
                "migration 2 (tried) was not applied: nothing of it remains".to_owned(),
            ],
        ),
        (
            "DEFINE TABLE w; DEFINE FIELD c ON w; CREATE w:1;",
            "DELETE w;",
            vec![format!("left behind: table `w`, {file}:1")],
        ),
        (
            "DEFINE PARAM $p VALUE 1;",
            "DEFINE PARAM OVERWRITE $p VALUE 2;",
            vec![format!("left behind: parameter `$p`, {file}:1")],
        ),
        (
            "DEFINE API '/x' FOR get THEN { { body: 1 } };",
            "RETURN 1;",
            vec![format!("left behind: API `/x`, {file}:1")],
        ),
        (
            "DEFINE CONFIG GRAPHQL AUTO;",
            "RETURN 1;",
            vec![format!("left behind: configuration `GRAPHQL`, {file}:1")],
        ),
    ] {
        let mut found = findings(db, up, down).await;
        found.truncate(expected.len());
        assert_eq!(found, expected, "{up} / {down}");
    }
}

/// What the compiler cannot tell from a text for certain, the engine's own words do.
async fn what_consists_of_the_same_characters_may_differ(db: &Database) {
    for (first, second, third) in [
        (
            "DEFINE FIELD x ON t PERMISSIONS FOR select FULL, FOR create, update NONE",
            "REMOVE FIELD x ON t",
            "DEFINE FIELD x ON t PERMISSIONS FOR select NONE, FOR create, update FULL",
        ),
        (
            "DEFINE INDEX i ON t FIELDS a, b",
            "REMOVE INDEX i ON t",
            "DEFINE INDEX i ON t FIELDS b, a",
        ),
        (
            "DEFINE FUNCTION fn::g($a: int, $b: int) { RETURN $a - $b }",
            "REMOVE FUNCTION fn::g",
            "DEFINE FUNCTION fn::g($a: int, $b: int) { RETURN $b - $a }",
        ),
        (
            "DEFINE FIELD c ON t DEFAULT 12",
            "REMOVE FIELD c ON t",
            "DEFINE FIELD c ON t DEFAULT 21",
        ),
        (
            "DEFINE USER x ON DATABASE PASSWORD 'a' ROLES VIEWER",
            "REMOVE USER x ON DATABASE",
            "DEFINE USER x ON DATABASE PASSWORD 'a' ROLES OWNER",
        ),
    ] {
        let set = unchecked_set(&[
            (
                "first",
                &format!("DEFINE TABLE t; {first};"),
                &format!("{second}; REMOVE TABLE t;"),
            ),
            ("second", &format!("{second};"), &format!("{third};")),
        ]);
        let error = set.verify(db).await.unwrap_err();
        assert_eq!(
            not_undone(error.kind()).migrations[1].schema.len(),
            1,
            "{error}"
        );
        empty(db).await;
        execute(db, "REMOVE USER IF EXISTS x ON DATABASE").await;
    }
}

/// A value that an expression gives is another one each time, also for the migrations behind it.
async fn computed_parameters_are_not_compared(db: &Database) {
    let set = unchecked_set(&[
        (
            "first",
            "DEFINE PARAM $installed VALUE time::now();",
            "REMOVE PARAM $installed;",
        ),
        ("second", "DEFINE TABLE u;", "REMOVE TABLE u;"),
        (
            "third",
            "DEFINE PARAM OVERWRITE $installed VALUE time::now();",
            "DEFINE PARAM OVERWRITE $installed VALUE time::now();",
        ),
    ]);
    assert!(set.verify(db).await.unwrap().is_sound());
}

async fn records_of_views_are_not_compared(db: &Database) {
    let set = unchecked_set(&[
        (
            "first",
            "DEFINE TABLE u; DEFINE FIELD at ON u VALUE time::now(); DEFINE TABLE v AS SELECT id, at FROM u;",
            "REMOVE TABLE v; REMOVE TABLE u;",
        ),
        ("second", "UPDATE u SET a += 1;", "UPDATE u SET a -= 1;"),
    ]);
    let verifier = set.verifier(db).records(1, "CREATE u:1 SET a = 1");
    assert!(verifier.verify().await.unwrap().is_sound());
}

async fn a_failure_keeps_what_was_found_before(db: &Database) {
    let set = unchecked_set(&[
        ("first", "DEFINE TABLE t;", "REMOVE TABLE t;"),
        ("second", "DEFINE FIELD a ON t;", "-- Nothing."),
        ("third", "DEFINE TABLE u;", "REMOVE TABLE u;"),
    ]);
    let error = set.verify(db).await.unwrap_err();
    let verification = not_undone(error.kind());
    assert_eq!(
        (verification.migrations.len(), verification.not_tried),
        (2, 1)
    );
    assert_eq!(
        error.message(),
        "1 of 2 migrations has failed the verification, and 1 migration behind it not tried"
    );
    empty(db).await;
    // Alone, it is the error.
    let set = unchecked_set(&[("first", "DEFINE TABLE t;", "REMOVE TABLE u;")]);
    let error = set.verify(db).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Script(_)), "{error:?}");
    empty(db).await;
    let set = unchecked_set(&[("first", "DEFINE TABLE t SCHEMAFULL;", "REMOVE TABLE t;")]);
    let verifier = set.verifier(db).records(1, "CREATE t SET a = 1");
    let error = verifier.verify().await.unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::NotPrepared { .. }),
        "{error:?}"
    );
    let message =
        "what is given for version 1, `CREATE t SET a = 1`, cannot be added for the verification";
    assert_eq!(error.message(), message);
}

async fn what_becomes_of_records_is_found(db: &Database) {
    for (up, down, expected) in [
        ("CREATE u:2;", "RETURN 1;", vec!["left behind: record u:2"]),
        ("DELETE u:1;", "RETURN 1;", vec!["lost: record u:1"]),
        (
            "UPDATE t SET a = a * 2;",
            "UPDATE t SET a = 0;",
            vec!["changed: record t:1, in a"],
        ),
        (
            "REMOVE TABLE u;",
            "DEFINE TABLE u;",
            vec!["lost: record u:1"],
        ),
        (
            "UPDATE u SET c = b, b = NONE;",
            "UPDATE u SET b = c;",
            vec!["changed: record u:1, in c"],
        ),
        ("UPDATE t SET a = a * 2;", "UPDATE t SET a = a / 2;", vec![]),
        ("CREATE u:2;", "DELETE u:2;", vec![]),
    ] {
        let mut found = findings(db, up, down).await;
        // Behind that it may say why it cannot be applied again.
        found.truncate(expected.len().max(1));
        assert_eq!(found, expected, "{up} / {down}");
    }
}

async fn what_is_undone_in_other_words_is_sound(db: &Database) {
    for (up, down) in [
        (
            "DEFINE FIELD OVERWRITE a ON t TYPE string;",
            "DEFINE FIELD OVERWRITE a ON TABLE t PERMISSIONS FOR update FULL, FOR create FULL, FOR select WHERE (true) DEFAULT 1 TYPE int;",
        ),
        (
            "ALTER TABLE t SCHEMALESS;",
            "DEFINE TABLE OVERWRITE t SCHEMAFULL TYPE NORMAL PERMISSIONS NONE;",
        ),
        (
            "DEFINE USER reader ON DATABASE PASSWORD 'secret';",
            "REMOVE USER reader ON DATABASE;",
        ),
        (
            "REMOVE FUNCTION fn::f;",
            "DEFINE FUNCTION fn::f() {\n  -- as before\n  RETURN 1\n};",
        ),
        // The engine makes these values by itself, at other times than before.
        (
            "DEFINE FIELD at ON u VALUE time::now(); UPDATE u;",
            "REMOVE FIELD at ON u; UPDATE u UNSET at;",
        ),
        (
            "DEFINE ACCESS k ON DATABASE TYPE RECORD; DEFINE SEQUENCE s; DEFINE ANALYZER z TOKENIZERS blank;",
            "REMOVE ACCESS k ON DATABASE; REMOVE SEQUENCE s; REMOVE ANALYZER z;",
        ),
        // The same expression, another time.
        (
            "DEFINE PARAM $installed VALUE time::now();",
            "REMOVE PARAM $installed;",
        ),
        (
            "DEFINE TABLE v AS SELECT count() AS n FROM u GROUP ALL;",
            "REMOVE TABLE v;",
        ),
    ] {
        assert_eq!(findings(db, up, down).await, [""; 0], "{up} / {down}");
    }
}

async fn a_lossy_down_script_is_accepted_with_its_reason(db: &Database) {
    let set = set(&[
        ("1_t.up.surql", "DEFINE TABLE t; CREATE t:1 SET a = 1"),
        ("1_t.down.surql", "REMOVE TABLE t"),
        (
            "2_gone.up.surql",
            "DEFINE FIELD OVERWRITE a ON t TYPE option<int>; DELETE t:1",
        ),
        (
            "2_gone.down.surql",
            "-- migrate: lossy: nobody needs it\n-- Nothing to undo.",
        ),
        ("3_u.up.surql", "DEFINE TABLE u"),
        ("3_u.down.surql", "REMOVE TABLE u"),
    ]);
    let verification = set.verify(db).await.unwrap();
    let folder = set.get(1).unwrap().up.file.trim_end_matches("1_t.up.surql");
    assert_eq!(
        verification.to_string().replace(folder, "migrations/"),
        "    1  t     undone\n    \
             2  gone  lossy: nobody needs it\n       \
                left behind: field `a` of table `t`, migrations/2_gone.up.surql:1\n         \
                  to undo it: REMOVE FIELD a ON t;\n       \
                lost: record t:1\n    \
             3  u     undone\n\
         3 migrations verified"
    );
    let json = serde_json::to_value(&verification).unwrap();
    assert_eq!(json["message"], "3 migrations verified");
    assert_eq!(json["migrations"][1]["lossy"], "nobody needs it");
    assert_eq!(
        json["migrations"][1]["schema"][0]["object"],
        "field `a` of table `t`"
    );
    assert_eq!(json["migrations"][1]["records"][0]["kind"], "lost");
}

async fn an_irreversible_migration_ends_the_way_down(db: &Database) {
    let set = set(&[
        ("1_t.up.surql", "DEFINE TABLE t"),
        ("1_t.down.surql", "REMOVE TABLE t"),
        ("2_end.up.surql", "-- migrate: irreversible\nREMOVE TABLE t"),
        ("3_u.up.surql", "DEFINE TABLE u"),
        ("3_u.down.surql", "REMOVE TABLE u"),
    ]);
    let verification = set.verify(db).await.unwrap();
    let irreversible: Vec<bool> = verification
        .migrations
        .iter()
        .map(|it| it.is_irreversible)
        .collect();
    assert_eq!(irreversible, [false, true, false]);
    let text = verification.to_string();
    assert!(text.contains("    2  end  irreversible\n"), "{text}");
    assert_eq!(set.current_version(db).await.unwrap(), 3);
}

async fn a_database_that_is_not_empty_is_left_alone(db: &Database) {
    let set = set(&[
        ("1_t.up.surql", "DEFINE TABLE t"),
        ("1_t.down.surql", "REMOVE TABLE t"),
    ]);
    execute(
        db,
        "DEFINE TABLE mine; DEFINE FIELD a ON mine; DEFINE PARAM $p VALUE 1",
    )
    .await;
    let before = ask_json(db, "INFO FOR DB").await;
    let error = set.verify(db).await.unwrap_err();
    let ErrorKind::NotEmpty { found, .. } = error.kind() else {
        panic!("{error}")
    };
    assert_eq!(*found, ["table `mine`", "parameter `$p`"]);
    assert_eq!(ask_json(db, "INFO FOR DB").await, before);

    // Its own history is something as well.
    execute(db, "REMOVE TABLE mine; REMOVE PARAM $p").await;
    set.run(db).await.unwrap();
    set.revert_to(db, 0).await.unwrap();
    let error = set.verify(db).await.unwrap_err();
    let ErrorKind::NotEmpty { found, .. } = error.kind() else {
        panic!("{error}")
    };
    assert!(
        found.contains(&"table `_sbl_migrations`".to_owned()),
        "{error}"
    );

    let error = set.verifier(db).records(2, "CREATE t").verify().await;
    assert!(matches!(
        error.unwrap_err().kind(),
        ErrorKind::NotEmpty { .. }
    ));
}

async fn what_cannot_run_again_says_why(db: &Database) {
    let found = findings(db, "DEFINE TABLE w;", "RETURN 1;").await;
    assert_eq!(
        found[0],
        "left behind: table `w`, migrations/002_tried.up.surql:1"
    );
    let why = found[2..].join("\n");
    assert!(
        why.starts_with("migration 2 (tried) was not applied"),
        "{why}"
    );
    assert!(why.contains("already exists"), "{why}");
    // Where nothing is left that explains it, the failure itself is the error.
    let set = unchecked_set(&[(
        "once",
        "DEFINE TABLE IF NOT EXISTS w; IF record::exists(w:1) { THROW 'twice' }; CREATE w:1;",
        "RETURN 1;",
    )]);
    let error = set.verifier(db).records(0, "DEFINE TABLE w").verify().await;
    let error = error.unwrap_err();
    let failed = not_undone(error.kind()).migrations[0].failed.clone();
    assert!(failed.unwrap().contains("twice"), "{error}");
}

async fn an_index_that_cannot_be_built_is_found(db: &Database) {
    let set = unchecked_set(&[
        ("t", "DEFINE TABLE t;", "REMOVE TABLE t;"),
        (
            "unique",
            "DEFINE INDEX i ON t FIELDS a UNIQUE CONCURRENTLY;",
            "REMOVE INDEX i ON t;",
        ),
        ("u", "DEFINE TABLE u;", "REMOVE TABLE u;"),
    ]);
    let verifier = set
        .verifier(db)
        .records(1, "CREATE t:1 SET a = 1; CREATE t:2 SET a = 1");
    let error = verifier.verify().await.unwrap_err();
    let failed = &not_undone(error.kind()).migrations[1].failed_indexes;
    assert_eq!(failed[0].index, "i", "{error}");
    assert!(not_undone(error.kind()).migrations[2].is_sound(), "{error}");
    assert!(
        error.to_string().contains("index `i` on `t`: failed: "),
        "{error}"
    );
}

async fn assumed_definitions_are_there_first(db: &Database) {
    let folder = tempfile::tempdir().unwrap();
    let before = folder.path().join("before.surql");
    std::fs::write(&before, "DEFINE TABLE legacy SCHEMAFULL;").unwrap();
    let migrations = folder.path().join("migrations");
    std::fs::create_dir(&migrations).unwrap();
    let up = "DEFINE FIELD a ON legacy TYPE option<int>; UPDATE legacy SET a = 1";
    std::fs::write(migrations.join("1_a.up.surql"), up).unwrap();
    let down = "REMOVE FIELD a ON legacy; UPDATE legacy UNSET a";
    std::fs::write(migrations.join("1_a.down.surql"), down).unwrap();
    let set = Migrations::read_assuming(&migrations, &before).unwrap();
    let verifier = set.verifier(db).records(0, "CREATE legacy:1");
    verifier.verify().await.unwrap();
}

async fn a_set_statement_by_statement_is_verified(db: &Database) {
    let set = set(&[
        (
            "1_t.up.surql",
            "-- migrate: per-statement\nDEFINE TABLE t;\nCREATE t:1;\nDEFINE INDEX i ON t FIELDS a;",
        ),
        ("1_t.down.surql", "REMOVE TABLE t"),
    ]);
    assert!(set.verify(db).await.unwrap().is_sound());
}

#[tokio::test]
async fn the_errors_say_what_was_found_and_what_to_do() {
    let db = tests::connection::Engine::Memory.open().await;
    let set = unchecked_set(&[
        ("t", "DEFINE TABLE t;", "REMOVE TABLE t;"),
        (
            "tags",
            "DEFINE FIELD tags ON t TYPE option<array<string>>;\nUPDATE t SET tags = [];",
            "REMOVE FIELD tags ON t;",
        ),
    ]);
    let verifier = set.verifier(&db).records(1, "CREATE t:1");
    let error = verifier.verify().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "1 of 2 migrations has failed the verification\n  \
          = migration 2 (tags)\n    \
             left behind: field `tags.*` of table `t`, migrations/002_tags.up.surql:1\n      \
               to undo it: REMOVE FIELD tags.* ON t;\n    \
             changed: record t:1, in tags\n  \
          = help: have the down script undo this, or accept what it leaves, loses or changes with `-- migrate: lossy: REASON` as its first line"
    );
    let json = serde_json::to_value(&error).unwrap();
    assert_eq!(json["kind"], "not_undone");
    assert_eq!(
        json["verification"]["migrations"][1]["records"][0]["fields"][0],
        "tags"
    );

    let error = set.verify(&db).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the database to verify migrations on is not empty\n  \
          = table `_sbl_migrations`\n  \
          = table `_sbl_migrations_lease`\n  \
          = table `_sbl_migrations_progress`\n  \
          = table `t`\n  \
          = nothing was done\n  \
          = help: take one that holds nothing else, such as `mem://` or a database of a new name; what is there before the first migration, `verifier(&db).records(0, …)` adds"
    );

    execute(&db, "DEFINE TABLE by_hand; REMOVE FIELD tags ON t").await;
    let error = set.runner(&db).refuse_drift().run().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "2 definitions are not what the migrations make of them, at version 2\n    \
             no migration defines table `by_hand`\n      \
               is:        DEFINE TABLE by_hand TYPE ANY SCHEMALESS PERMISSIONS NONE\n    \
             missing: field `tags` of table `t`, defined in migrations/002_tags.up.surql:1\n      \
               should be: DEFINE FIELD tags ON t TYPE none | array<string> PERMISSIONS FULL\n  \
          = somebody, or another program, has changed the schema; no migration was applied\n  \
          = help: undo that; or write a migration that makes the same of it, with `DEFINE … OVERWRITE` and `REMOVE … IF EXISTS`, and run that once without `refuse_drift()`\n  \
          = help: what belongs to another program, or to another set of migrations, a script declares: `-- migrate: assumes table NAME`"
    );
}
