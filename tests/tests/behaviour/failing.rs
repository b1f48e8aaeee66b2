//! A statement that fails: nothing remains, and the error says which one it was.

use migrate_runtime::{ErrorKind, Migrations};
use tests::connection::{Database, Engine};
use tests::on_every_engine;
use tests::questions::{ask_json, execute, schema};
use tests::sets::{set, unchecked_set};

on_every_engine!(
    every_failing_statement_is_named_with_its_place,
    the_error_prints_as_promised,
    a_script_that_deletes_its_own_row_is_not_applied,
    a_script_that_conflicts_with_itself_is_reported_as_such,
    what_was_applied_before_stays,
    a_tampered_script_that_does_not_parse_is_shown,
);

/// Scripts, the statement of each that fails (marked with `«»`), and a part of the engine's words.
const SCRIPTS: &[(&str, usize, &str)] = &[
    ("CREATE a:1; «CREATE a:1;» CREATE a:2;", 2, "already exists"),
    (
        "CREATE a:1;\n«UPDATE ghost SET seen = true;»\n",
        2,
        "The table 'ghost' does not exist",
    ),
    ("CREATE a:1;\nCREATE a:2;\n«THROW 'the end';»", 3, "the end"),
    ("CREATE a:1;\n«THROW 'no semicolon'»", 2, "no semicolon"),
    ("«REMOVE TABLE nope;» CREATE a;", 1, "'nope' does not exist"),
    (
        "-- one; two\n\n/* three; */ CREATE a:1; -- four;\n-- five\n  «CREATE a:1;»",
        2,
        "already exists",
    ),
    (
        "CREATE a:1 SET s = 'x; y; CREATE z', t = \"a;b\", r = /a;b/; «CREATE a:1;»",
        2,
        "already exists",
    ),
    (
        "CREATE a:1;;;\n;\n«CREATE\n  a:1\n  SET x = {\n    LET $y = 1;\n    $y\n  };»",
        2,
        "already exists",
    ),
    (
        "CREATE a:1;\n«CREATE\n  a:1\n  SET x = { a: 1, b: 'ü;' };»\nCREATE a:3;",
        2,
        "already exists",
    ),
    (
        "DEFINE FUNCTION fn::f($x: int) { LET $y = $x; IF $y > 1 { THROW 'too big; by far'; }; RETURN { RETURN $y }; };\nLET $a = fn::f(1);\n«LET $b = fn::f(2);»",
        3,
        "too big; by far",
    ),
    (
        "DEFINE TABLE p SCHEMAFULL; DEFINE FIELD age ON p TYPE int ASSERT $value > 3;\nCREATE p:1 SET age = 4; «CREATE p:2 SET age = 2;» CREATE p:3 SET age = 5;",
        4,
        "must conform to",
    ),
    (
        "DEFINE TABLE p SCHEMAFULL; DEFINE FIELD age ON p TYPE int; «CREATE p:1 SET age = 'old';»",
        3,
        "Expected `int`",
    ),
    (
        "DEFINE INDEX u ON p FIELDS mail UNIQUE; CREATE p:1 SET mail = 'a'; «CREATE p:2 SET mail = 'a';»",
        3,
        "already contains",
    ),
    (
        "CREATE `tää`:1; LET $text = '→ ; ←'; «CREATE `tää`:1;»",
        3,
        "already exists",
    ),
    (
        "CREATE a:1; «FOR $i IN [1, 2] { CREATE type::record('a', $i); };»",
        2,
        "already exists",
    ),
    (
        "CREATE a:1; «IF true { CREATE a:1; } ELSE { CREATE a:3; };» CREATE a:2;",
        2,
        "already exists",
    ),
    ("«LET $x = 1 + 'a';» CREATE a;", 1, ""),
    (
        "DEFINE EVENT e ON a WHEN true THEN { THROW 'from an event' }; «CREATE a:1;» CREATE a:2;",
        2,
        "from an event",
    ),
    (
        "DEFINE TABLE a; «IF true { DEFINE TABLE a };» DEFINE TABLE b;",
        2,
        "already exists",
    ),
    ("«SELECT * FROM fn::nothing();»", 1, "nothing"),
    (
        "INSERT INTO a [{ id: 1 }, { id: 2 }]; DEFINE PARAM $p VALUE 1; «INSERT INTO a [{ id: 3 }, { id: 1 }];»",
        3,
        "already exists",
    ),
    (
        "CREATE a:1;\r\n«CREATE a:1;»\r\nCREATE a:2;\r\n",
        2,
        "already exists",
    ),
];

fn one_migration(up: &str) -> Migrations {
    unchecked_set(&[("x", up, "-- Nothing.\n")])
}

async fn every_failing_statement_is_named_with_its_place(db: &Database) {
    let empty = schema(db).await;
    for (marked, number, words) in SCRIPTS {
        let text = marked.replace(['«', '»'], "");
        let before = &marked[..marked.find('«').unwrap()];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap().chars().count() + 1;
        let inside = &marked[marked.find('«').unwrap() + '«'.len_utf8()..marked.find('»').unwrap()];

        let error = one_migration(&text).run(db).await.unwrap_err();
        let ErrorKind::Script(script) = error.kind() else {
            panic!("{marked}\n{error}")
        };
        let statement = script
            .statement
            .as_ref()
            .unwrap_or_else(|| panic!("{marked}\n{error}"));
        assert_eq!(statement.number, *number, "{marked}\n{error}");
        assert_eq!(
            statement.text.as_deref(),
            Some(&*inside.replace("\r\n", "\n")),
            "{marked}"
        );
        let place = script.place.unwrap();
        assert_eq!(
            (place.line, place.column),
            (line, column),
            "{marked}\n{error}"
        );
        assert!(script.engine.message.contains(words), "{marked}\n{error}");
        assert!(
            !error.to_string().contains("not executed"),
            "{marked}\n{error}"
        );
        assert!(!script.is_committed && script.current_version == 0);

        assert_eq!(schema(db).await, empty, "{marked}");
        assert_eq!(
            ask_json(db, "SELECT * FROM _sbl_migrations").await,
            serde_json::json!([])
        );
    }
}

async fn the_error_prints_as_promised(db: &Database) {
    let set = unchecked_set(&[
        ("", "CREATE a;", "-- Nothing."),
        ("", "CREATE a;", "-- Nothing."),
        ("", "CREATE a;", "-- Nothing."),
        ("", "CREATE a;", "-- Nothing."),
        ("", "CREATE a;", "-- Nothing."),
        ("indexes", "CREATE a;", "-- Nothing."),
        (
            "search",
            "-- Search.\n\n\n\n\n\n\n\nCREATE b;\n\nCREATE c;\n\n\nUPDATE ghost SET seen = true;\nCREATE d;\n",
            "-- Nothing.\n",
        ),
    ]);
    let error = set.run(db).await.unwrap_err();
    let text = error.to_string();
    let (headline, rest) = text.split_once('\n').unwrap();
    assert_eq!(
        headline,
        "migration 7 (search) was not applied: nothing of it remains"
    );
    let (place, rest) = rest.split_once('\n').unwrap();
    assert!(
        place.starts_with("  --> ")
            && place.ends_with("migrations/007_search.up.surql:14:1, statement 3 of 4"),
        "{text}"
    );
    assert_eq!(
        rest,
        "   |
14 | UPDATE ghost SET seen = true;
   | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ The table 'ghost' does not exist
   = version 6 (indexes) is still current
   = before the failure, this call applied 6 migrations, 1 to 6 (indexes)"
    );
    let json = serde_json::to_value(&error).unwrap();
    assert_eq!(json["kind"], "script");
    assert_eq!(json["place"]["line"], 14);
    assert_eq!(json["statement"]["number"], 3);
    assert_eq!(
        json["engine"]["message"],
        "The table 'ghost' does not exist"
    );
}

async fn what_was_applied_before_stays(db: &Database) {
    let set = set(&[
        ("1.up.surql", "CREATE a:1;"),
        ("1.down.surql", "DELETE a:1;"),
        ("2.up.surql", "CREATE a:2; THROW 'no';"),
        ("2.down.surql", "DELETE a:2;"),
        ("3.up.surql", "CREATE a:3;"),
        ("3.down.surql", "DELETE a:3;"),
    ]);
    set.run(db).await.unwrap_err();
    assert_eq!(set.current_version(db).await.unwrap(), 1);
    assert_eq!(
        ask_json(db, "SELECT VALUE id FROM a").await,
        serde_json::json!(["a:1"])
    );
}

/// A stored down script is text in a database: what comes back from there may be anything.
async fn a_tampered_script_that_does_not_parse_is_shown(db: &Database) {
    one_migration("CREATE a;").run(db).await.unwrap();
    let newer = set(&[
        ("1_x.up.surql", "CREATE a;"),
        ("1_x.down.surql", "-- Nothing.\n"),
        ("2_y.up.surql", "CREATE b;"),
        ("2_y.down.surql", "REMOVE TABLE b;"),
    ]);
    newer.run(db).await.unwrap();
    tests::questions::execute(
        db,
        "UPDATE _sbl_migrations SET down = 'CREATE c;\nREMOVE TABEL b;', down_checksum = NONE \
         WHERE version = 2",
    )
    .await;
    let older = one_migration("CREATE a;");
    let runner = older.runner(db).trust_stored_scripts();
    let text = runner.revert().await.unwrap_err().to_string();
    assert!(text.contains("2_y.down.surql:2:8\n"), "{text}");
    assert!(
        text.contains("2 | REMOVE TABEL b;\n  |        ^ Parse error: "),
        "{text}"
    );
    assert_eq!(newer.current_version(db).await.unwrap(), 2);
}

/// The limits are those of the server and the client; an embedded engine has none.
#[tokio::test]
async fn a_script_that_is_too_large_for_the_connection_is_reported_as_such() {
    let text = format!("CREATE a SET text = '{}';", "x".repeat(5 << 20));
    let set = set(&[("1.up.surql", &text), ("1.down.surql", "REMOVE TABLE a;")]);
    let db = Engine::Http.open().await;
    let error = set.run(&db).await.unwrap_err();
    let ErrorKind::TooLarge { bytes, .. } = error.kind() else {
        panic!("{error}")
    };
    assert!(*bytes > 5 << 20);
    assert!(error.to_string().contains("5.3 MB"), "{error}");
    for engine in [Engine::Memory, Engine::WebSocket] {
        let db = engine.open().await;
        set.run(&db).await.unwrap();
    }
}

async fn a_script_that_deletes_its_own_row_is_not_applied(db: &Database) {
    // As a function does, where the build does not see it.
    execute(db, "DEFINE FUNCTION fn::clear() { DELETE _sbl_migrations }").await;
    let set = set(&[
        (
            "1.up.surql",
            "-- migrate: assumes function fn::clear\nCREATE a; fn::clear();",
        ),
        ("1.down.surql", "REMOVE TABLE a;"),
    ]);
    let error = set.run(db).await.unwrap_err();
    assert!(error.to_string().contains("deletes its own row"), "{error}");
    assert_eq!(set.current_version(db).await.unwrap(), 0);
    assert!(!schema(db).await.contains_key("a"));
}

async fn a_script_that_conflicts_with_itself_is_reported_as_such(db: &Database) {
    // As a function does, where the build does not see it.
    execute(
        db,
        "DEFINE TABLE a; CREATE a:1 SET x = 1; \
         DEFINE FUNCTION fn::index() { DEFINE INDEX i ON a FIELDS x; REMOVE INDEX i ON a }",
    )
    .await;
    let set = set(&[
        (
            "1.up.surql",
            "-- migrate: assumes function fn::index\nfn::index();",
        ),
        ("1.down.surql", "-- Nothing."),
    ]);
    let error = set.run(db).await.unwrap_err();
    let ErrorKind::Conflict { engine, .. } = error.kind() else {
        panic!("{error}")
    };
    assert!(engine.message.contains("onflict"), "{error}");
    assert!(
        error.to_string().contains("conflicts with itself"),
        "{error}"
    );
}
