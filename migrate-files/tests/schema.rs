//! Statements that certainly fail on the schema that the scripts before them made, and down scripts
//! that do not undo their up scripts. That the model is right is asked of the engine, by
//! `tests/tests/schema`.

use std::path::Path;

use migrate_files::{Directory, File, Problems, read_files};

/// What is wrong with migrations of these up and down scripts.
fn read(migrations: &[(&str, &str)]) -> Result<(), Problems> {
    let files = (1..).zip(migrations).flat_map(|(version, (up, down))| {
        [("up", up), ("down", down)]
            .map(|(role, text)| File::new(format!("{version}.{role}.surql"), *text))
    });
    let directory = Directory::new(Path::new("/nowhere"), ".");
    read_files(&directory, &files.collect::<Vec<_>>()).map(|_| ())
}

/// Where which statements fail, and what the beginning of the help is.
fn problems(migrations: &[(&str, &str)]) -> Vec<String> {
    let Err(problems) = read(migrations) else {
        return Vec::new();
    };
    let problems = problems.iter().map(|problem| {
        let place = problem.snippet.as_ref().map(|snippet| snippet.place);
        let (place, help) = (place.expect("a place"), problem.help.as_ref());
        let help = help.expect("a help").split(';').next().expect("a part");
        format!("{}:{place}: {}; {help}", problem.file, problem.message)
    });
    problems.collect()
}

const NOTHING: &str = "-- Nothing.";

#[test]
fn what_is_there_is_not_defined_again() {
    assert_eq!(
        problems(&[
            ("DEFINE TABLE a;\nDEFINE FIELD f ON a;", "REMOVE TABLE a;"),
            ("CREATE a;\nDEFINE FIELD f ON a; DEFINE TABLE a;", NOTHING),
        ]),
        [
            "2.up.surql:2:1: field `f` of table `a` is defined already: 1.up.surql:2; remove this statement",
            "2.up.surql:2:22: table `a` is defined already: 1.up.surql:1; remove this statement",
        ]
    );
}

#[test]
fn what_is_not_there_is_not_removed_or_altered() {
    assert_eq!(
        problems(&[
            (
                "DEFINE TABLE a; DEFINE FIELD name ON a; DEFINE INDEX names ON a FIELDS name;",
                "REMOVE TABLE a;\nREMOVE FIELD name ON a;"
            ),
            (
                "REMOVE FIELD nane ON a;\nALTER FIELD other ON a TYPE int;\nREMOVE INDEX name ON a;",
                NOTHING
            ),
        ]),
        [
            "1.down.surql:2:1: there is no field `name` of table `a` any more: removed in 1.down.surql:1; remove this statement, or write `REMOVE FIELD IF EXISTS name ON a`",
            "2.up.surql:1:1: there is no field `nane` of table `a`; did you mean `name`?",
            "2.up.surql:2:1: there is no field `other` of table `a`; remove this statement, or write `ALTER FIELD IF EXISTS other ON a`",
            "2.up.surql:3:1: there is no index `name` of table `a`; did you mean `names`?",
        ]
    );
}

#[test]
fn a_down_script_starts_on_what_its_up_script_made_and_leaves_no_trace() {
    assert_eq!(
        problems(&[
            ("DEFINE TABLE a;", "REMOVE TABLE a;"),
            ("REMOVE TABLE a;", "DEFINE TABLE a;"),
            ("DEFINE TABLE a;", "REMOVE TABLE a;"),
        ]),
        [""; 0]
    );
    assert_eq!(
        problems(&[("DEFINE TABLE a;", "DEFINE TABLE a;")]),
        ["1.down.surql:1:1: table `a` is defined already: 1.up.surql:1; remove this statement"]
    );
}

const ON_NOTHING: &str = "\
UPDATE a;
DELETE b:1;
LET $x = (SELECT * FROM c, d);
DEFINE TABLE v AS SELECT * FROM d;
REBUILD INDEX i ON e; LET $f = fn::f();
ALTER PARAM $p VALUE 1;
ALTER FIELD f ON g TYPE int;";

#[test]
fn the_first_migration_starts_on_nothing() {
    let define = "define it in an earlier migration, or before this statement";
    let remove = "remove this statement, or write";
    assert_eq!(
        problems(&[(ON_NOTHING, "REMOVE TABLE IF EXISTS v;")]),
        [
            format!("1.up.surql:1:1: there is no table `a`; {define}"),
            format!("1.up.surql:2:1: there is no table `b`; {define}"),
            format!("1.up.surql:3:1: there is no table `c`; {define}"),
            format!("1.up.surql:3:1: there is no table `d`; {define}"),
            format!("1.up.surql:5:1: there is no index `i` of table `e`; {define}"),
            format!("1.up.surql:5:23: there is no function `fn::f`; {define}"),
            format!(
                "1.up.surql:6:1: there is no parameter `$p`; {remove} `ALTER PARAM IF EXISTS $p`"
            ),
            format!(
                "1.up.surql:7:1: there is no field `f` of table `g`; {remove} `ALTER FIELD IF EXISTS f ON g`"
            ),
        ]
    );
}

/// As the help says it.
#[test]
fn what_is_assumed_may_be_there() {
    let assumed = "-- migrate: assumes table a, table b\n\
                   -- migrate: assumes table c, TABLE d, param $p, index i ON e, function fn::f, field f ON TABLE g\n";
    let up = format!("{assumed}{ON_NOTHING}");
    assert_eq!(read(&[(&up, "REMOVE TABLE v;")]), Ok(()));
    let found = read(&[(ON_NOTHING, "REMOVE TABLE IF EXISTS v;")]).unwrap_err();
    let helps = found.iter().filter_map(|it| it.help.as_deref());
    let lines = helps.filter_map(|help| help.rsplit('`').nth(1));
    let lines: String = lines.flat_map(|line| [line, "\n"]).collect();
    let up = format!("{lines}-- migrate: assumes table d\n{ON_NOTHING}");
    assert_eq!(read(&[(&up, "REMOVE TABLE v;")]), Ok(()), "{up}");
}

#[test]
fn a_table_that_is_assumed_may_have_anything_on_it() {
    let up = "-- migrate: assumes table a\nALTER FIELD f ON a TYPE int; DEFINE FIELD IF NOT EXISTS g ON a;";
    assert_eq!(read(&[(up, NOTHING)]), Ok(()));
    let up = "-- migrate: assumes field f ON a\nALTER FIELD f ON a TYPE int; ALTER FIELD g ON a TYPE int;";
    assert_eq!(
        read(&[(up, NOTHING)]),
        Ok(()),
        "so the table is assumed as well"
    );
}

/// Nothing but what is there by then is offered instead.
#[test]
fn what_is_defined_later_is_not_there_yet() {
    assert_eq!(
        problems(&[(
            "REMOVE TABLE note;\nDEFINE TABLE note;",
            "REMOVE TABLE note;"
        )]),
        [
            "1.up.surql:1:1: there is no table `note`; remove this statement, or write `REMOVE TABLE IF EXISTS note`"
        ]
    );
}

/// What a migration has made is known.
#[test]
fn what_is_assumed_does_not_hide_what_is_there() {
    assert_eq!(
        problems(&[
            ("DEFINE TABLE a;", "REMOVE TABLE a;"),
            ("-- migrate: assumes table a\nDEFINE TABLE a;", NOTHING),
        ]),
        ["2.up.surql:2:1: table `a` is defined already: 1.up.surql:1; remove this statement"]
    );
}

#[test]
fn the_runners_own_tables_and_the_databases_users_may_be_there() {
    let up =
        "LET $all = SELECT * FROM _sbl_migrations; ALTER USER service ON DATABASE COMMENT 'x';";
    assert_eq!(read(&[(up, NOTHING)]), Ok(()));
}

/// Definitions that are there before the first migration.
#[test]
fn a_set_can_start_on_a_file_of_definitions() {
    let read_on = |definitions: &str, up: &str, down: &str| {
        let files = [("1.up.surql", up), ("1.down.surql", down)];
        let files = files.map(|(name, text)| File::new(name, text));
        let directory = Directory::new(Path::new("/nowhere"), ".");
        let directory = directory.with_assumed(File::new("before.surql", definitions));
        let problems = read_files(&directory, &files).err();
        problems.map(|problems| problems.to_string())
    };
    let definitions = "DEFINE TABLE a;\nDEFINE FIELD f ON a TYPE int;";
    assert_eq!(
        read_on(
            definitions,
            "UPDATE a; ALTER TABLE a SCHEMAFULL;",
            "ALTER TABLE a SCHEMALESS;"
        ),
        None
    );
    assert_eq!(
        read_on(definitions, "REMOVE FIELD f ON a;", NOTHING).unwrap(),
        "\
1.down.surql: this down script does not undo its up script
  = lost: field `f` of table `a`, defined in before.surql:2, removed in 1.up.surql:1
  = help: add
            DEFINE FIELD f ON a TYPE int;
          or, if this is meant, begin this file with the line `-- migrate: lossy: REASON`"
    );
    assert_eq!(
        read_on("DEFINE TABLE a;\nDEFINE TABEL b;\n", "UPDATE a;", NOTHING).unwrap(),
        "\
before.surql:2:8: Unexpected token `an identifier`, expected a define statement keyword
  |
2 | DEFINE TABEL b;
  |        ^^^^^"
    );
    assert_eq!(
        read_on("DEFINE TABLE a;\nDEFINE TABLE a;\n", "UPDATE a;", NOTHING).unwrap(),
        "\
before.surql:2:1: table `a` is defined already: before.surql:1
  |
2 | DEFINE TABLE a;
  | ^^^^^^^^^^^^^^^
  = help: remove this statement; to change the definition, write `ALTER TABLE a …`, or `DEFINE TABLE OVERWRITE a …`, which drops every clause that it does not repeat"
    );
}

#[test]
fn a_set_that_is_not_read_to_its_end_is_not_run_on_the_model() {
    let problems = read(&[
        ("DEFINE TABLE a;", "REMOVE TABLE a;"),
        ("DEFINE TABLE a; DEFINE TABEL b;", NOTHING),
    ]);
    let problems = problems.expect_err("a typo");
    let messages: Vec<&str> = problems.iter().map(|it| &*it.message).collect();
    assert!(
        matches!(&*messages, [only] if only.starts_with("Unexpected token")),
        "{messages:?}"
    );
}

#[test]
fn what_is_refused_in_a_script_does_not_hide_what_fails_on_the_schema() {
    let found = problems(&[
        ("DEFINE TABLE a;", "REMOVE TABLE a;"),
        (
            "DEFINE TABLE a; DEFINE INDEX i ON b FIELDS c; CREATE b SET c = 1; DEFINE INDEX i ON b FIELDS d;",
            NOTHING,
        ),
    ]);
    let places: Vec<&str> = found
        .iter()
        .map(|it| it.split(": ").next().unwrap())
        .collect();
    assert_eq!(
        places,
        ["2.up.surql:1:1", "2.up.surql:1:67", "2.up.surql:1:67"]
    );
}

/// What is reported of a down script that is all that is wrong.
fn report(migrations: &[(&str, &str)]) -> String {
    read(migrations).expect_err("a problem").to_string()
}

/// The statements of a report that would undo what the up script did.
fn remedies(report: &str) -> String {
    let lines = report.lines().map(str::trim);
    let inside = lines.skip_while(|line| *line != "= help: add").skip(1);
    let inside = inside.take_while(|line| !line.starts_with("or, "));
    inside.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_down_script_undoes_what_the_up_script_did() {
    let first = (
        "DEFINE TABLE a;\nDEFINE FIELD f ON a TYPE int\n  DEFAULT 1;\nDEFINE INDEX i ON a FIELDS f;\nDEFINE INDEX j ON a FIELDS g;",
        "REMOVE TABLE a;",
    );
    let up = "DEFINE FIELD tags ON a TYPE array<string>;\n\
              REMOVE INDEX i ON a;\n\
              DEFINE FIELD OVERWRITE f ON a TYPE string;\n\
              DEFINE TABLE `b c`; DEFINE FIELD f ON `b c`;";
    let down = "-- Half of it.\nREMOVE FIELD tags ON a;\nREMOVE INDEX j ON a;";
    let found = report(&[first, (up, down)]);
    assert_eq!(
        found,
        "\
2.down.surql: this down script does not undo its up script
  = left behind: table `b c`, defined in 2.up.surql:4
  = changed: field `f` of table `a`, defined in 1.up.surql:2, redefined in 2.up.surql:3
  = left behind: field `tags.*` of table `a`, defined in 2.up.surql:1
  = lost: index `i` of table `a`, defined in 1.up.surql:4, removed in 2.up.surql:2
  = lost: index `j` of table `a`, defined in 1.up.surql:5, removed in 2.down.surql:3
  = help: add
            REMOVE FIELD tags.* ON a;
            DEFINE FIELD OVERWRITE f ON a TYPE int
              DEFAULT 1;
            DEFINE INDEX i ON a FIELDS f;
            DEFINE INDEX j ON a FIELDS g;
            REMOVE TABLE `b c`;
          or, if this is meant, begin this file with the line `-- migrate: lossy: REASON`"
    );
    let mended = format!("{down}\n{}", remedies(&found));
    assert_eq!(read(&[first, (up, &mended)]), Ok(()));
    let accepted = format!("-- migrate: lossy: nobody reverts this\n{down}");
    let problem = report(&[first, (up, &accepted)]);
    assert!(problem.contains("cannot run again"), "{problem}");
}

/// Of what a table held, every definition is needed to restore it.
/// The engine makes it, so that it cannot be defined any more.
#[test]
fn a_table_that_a_write_or_a_definition_makes_is_there() {
    for makes in [
        "CREATE a:1;",
        "UPSERT a SET b = 1 WHERE b = 2;",
        "INSERT INTO a $rows;",
        "RELATE b:1->a->b:2;",
        "LET $made = (CREATE ONLY a);",
        "DEFINE FIELD f ON a;",
    ] {
        let up = format!("-- migrate: assumes param $rows\n\n{makes}");
        let next = ("UPDATE a;\n  DEFINE TABLE a;", NOTHING);
        assert_eq!(
            problems(&[(&up, "REMOVE TABLE a;"), next]),
            [
                "2.up.surql:2:3: table `a` is there already, made by 1.up.surql:3; write `DEFINE TABLE OVERWRITE a …`, or define it before the statement that makes it"
            ],
            "{makes}"
        );
    }
    assert_eq!(
        problems(&[(
            "CREATE a; DEFINE TABLE a;",
            "REMOVE TABLE a; REMOVE TABLE a;"
        )])
        .len(),
        2
    );
}

/// Where the text does not say that it is made.
#[test]
fn a_table_that_is_made_perhaps_may_be_there() {
    for up in [
        "IF $a { CREATE a };",
        "RELATE $from->a->b:1;",
        "INSERT INTO $table { b: 1 };",
        "DEFINE EVENT e ON b THEN { CREATE a }; CREATE b;",
    ] {
        let up = format!("-- migrate: assumes param $a, param $from, param $table\n{up}");
        let down = "REMOVE EVENT IF EXISTS e ON b;";
        for next in [
            ("DEFINE TABLE a;", "REMOVE TABLE a;"),
            ("UPDATE a;", NOTHING),
        ] {
            assert_eq!(read(&[(&up, down), next]), Ok(()), "{up}");
        }
    }
}

/// It may be somebody else's, and a migration of data has nothing to undo in the schema.
#[test]
fn a_table_that_a_write_makes_may_be_left() {
    for (up, down) in [
        ("CREATE a:1;", NOTHING),
        ("CREATE a:1;", "DELETE a:1;"),
        ("CREATE a:1;", "REMOVE TABLE a;"),
        ("DEFINE FIELD f ON a;", "REMOVE FIELD f ON a;"),
        ("DEFINE FIELD f ON a; CREATE a:1;", "REMOVE TABLE a;"),
        ("DEFINE TABLE b;", "REMOVE TABLE b; CREATE a:1;"),
    ] {
        assert_eq!(read(&[(up, down)]), Ok(()), "{up} {down}");
    }
    let report = report(&[("DEFINE TABLE a;", "REMOVE TABLE a;\nCREATE a:1;")]);
    assert_eq!(
        report,
        "\
1.down.surql: after this down script its up script cannot run again
  = 1.up.surql:1: table `a` is there already, made by 1.down.surql:2
  = help: undo that much; `lossy` accepts only what does not prevent it"
    );
}

#[test]
fn a_table_that_a_write_makes_is_restored() {
    let made = ("CREATE a;", "DELETE a;");
    assert_eq!(
        report(&[made, ("REMOVE TABLE a;", NOTHING)]),
        "\
2.down.surql: this down script does not undo its up script
  = lost: table `a`, made by 1.up.surql:1, removed in 2.up.surql:1
  = help: add
            DEFINE TABLE a TYPE ANY SCHEMALESS PERMISSIONS NONE;
          or, if this is meant, begin this file with the line `-- migrate: lossy: REASON`"
    );
    assert_eq!(
        report(&[made, ("ALTER TABLE a SCHEMAFULL;", NOTHING)]),
        "\
2.down.surql: this down script does not undo its up script
  = changed: table `a`, made by 1.up.surql:1, redefined in 2.up.surql:1
  = help: add
            ALTER TABLE a SCHEMALESS;
          or, if this is meant, begin this file with the line `-- migrate: lossy: REASON`"
    );
    assert_eq!(
        read(&[made, ("REMOVE TABLE a;", "CREATE a;")]),
        Ok(()),
        "by another write"
    );
}

#[test]
fn a_table_is_restored_with_all_that_was_on_it() {
    let first = (
        "DEFINE TABLE a TYPE RELATION; DEFINE FIELD f ON a TYPE array<int>; DEFINE EVENT e ON a THEN {};",
        "REMOVE TABLE a;",
    );
    let found = report(&[first, ("REMOVE TABLE a;", NOTHING)]);
    assert_eq!(
        remedies(&found),
        "DEFINE TABLE a TYPE RELATION;\n\
         DEFINE FIELD f ON a TYPE array<int>;\n\
         DEFINE EVENT e ON a THEN {};"
    );
    assert_eq!(
        read(&[first, ("REMOVE TABLE a;", &remedies(&found))]),
        Ok(())
    );
}

/// APIs, configurations, buckets and modules.
#[test]
fn what_a_database_serves_is_restored() {
    let first = (
        "DEFINE API '/a/' FOR get THEN { { body: 1 } };\nDEFINE CONFIG GRAPHQL TABLES INCLUDE t;\n\
         DEFINE BUCKET b BACKEND 'memory' READONLY;\nDEFINE MODULE mod::m FROM f'b:/m.surli' UNSIGNED;",
        "REMOVE MODULE mod::m; REMOVE BUCKET b; REMOVE CONFIG GRAPHQL; REMOVE API '/a';",
    );
    assert_eq!(read(&[first]), Ok(()));
    assert_eq!(
        remedies(&report(&[(first.0, NOTHING)])),
        "REMOVE API \"/a\";\nREMOVE CONFIG GRAPHQL;\nREMOVE BUCKET b;\nREMOVE MODULE mod::m;"
    );
    let up = "ALTER API '/a' COMMENT 'x'; ALTER CONFIG GRAPHQL AUTO; ALTER BUCKET b DROP READONLY; \
              REMOVE MODULE mod::m;";
    let found = report(&[first, (up, NOTHING)]);
    assert_eq!(
        remedies(&found),
        "\
DEFINE MODULE mod::m FROM f'b:/m.surli' UNSIGNED;
DEFINE BUCKET OVERWRITE b BACKEND 'memory' READONLY;
DEFINE CONFIG OVERWRITE GRAPHQL TABLES INCLUDE t;
DEFINE API OVERWRITE '/a' FOR any PERMISSIONS FULL FOR get PERMISSIONS FULL THEN { { body: 1 } };"
    );
    assert_eq!(read(&[first, (up, &remedies(&found))]), Ok(()));
    // It defines what is not there.
    assert_eq!(read(&[("ALTER CONFIG API;", "REMOVE CONFIG API;")]), Ok(()));
}

/// That a statement without `IF EXISTS` and the like does not fail says what was there.
#[test]
fn what_is_assumed_is_restored_as_far_as_the_script_tells() {
    let assumed = "-- migrate: assumes table a, table b\n";
    let up = format!("{assumed}DEFINE TABLE a; REMOVE FIELD f ON b;");
    let found = report(&[(&up, NOTHING)]);
    assert_eq!(
        found,
        "\
1.down.surql: this down script does not undo its up script
  = left behind: table `a`, defined in 1.up.surql:2
  = lost: field `f` of table `b`, removed in 1.up.surql:2
  = help: add
            REMOVE TABLE a;
            DEFINE FIELD f ON b …;
          or, if this is meant, begin this file with the line `-- migrate: lossy: REASON`"
    );
    for (up, down) in [
        ("DEFINE TABLE IF NOT EXISTS a;", NOTHING),
        ("DEFINE TABLE OVERWRITE a;", NOTHING),
        ("REMOVE TABLE IF EXISTS a;", NOTHING),
        ("REMOVE TABLE a;", "DEFINE TABLE a;"),
        ("DEFINE TABLE a;", "REMOVE TABLE IF EXISTS a;"),
        ("DEFINE TABLE a;", "IF true { REMOVE TABLE a };"),
        ("IF true { DEFINE TABLE a };", NOTHING),
        ("CREATE a;", NOTHING),
        ("DEFINE TABLE a;", "THROW 'this stays';"),
        ("ALTER TABLE a SCHEMAFULL;", "ALTER TABLE a SCHEMALESS;"),
        ("ALTER TABLE IF EXISTS a SCHEMAFULL;", "REMOVE TABLE a;"),
    ] {
        let up = format!("{assumed}{up}");
        assert_eq!(read(&[(&up, down)]), Ok(()), "{up} {down}");
    }
    let up = format!("{assumed}ALTER TABLE a SCHEMAFULL;");
    let found = report(&[(&up, "REMOVE TABLE a;")]);
    assert_eq!(remedies(&found), "DEFINE TABLE a …;", "{found}");
}

#[test]
fn a_definition_in_other_words_is_the_same() {
    let first = (
        "DEFINE FIELD a ON t TYPE option<int | string> DEFAULT 'x' COMMENT \"y\";",
        "REMOVE TABLE t;",
    );
    let up = "DEFINE FIELD OVERWRITE a ON TABLE t TYPE bool;";
    for down in [
        "define field overwrite a on t COMMENT 'y' default ('x') type string | int | none permissions full;",
        "REMOVE FIELD a ON t;\nDEFINE FIELD a ON t TYPE option<string | int> COMMENT 'y' DEFAULT \"x\";",
        "REMOVE TABLE t; DEFINE TABLE t; DEFINE FIELD IF NOT EXISTS a ON t COMMENT 'y' TYPE option<int | string> DEFAULT 'x';",
    ] {
        assert_eq!(read(&[first, (up, down)]), Ok(()), "{down}");
    }
    let other = "DEFINE FIELD OVERWRITE a ON t TYPE option<int | string> DEFAULT 'x'";
    assert!(
        report(&[first, (up, other)]).contains(
            "changed: field `a` of table `t`, defined in 1.up.surql:1, redefined in 2.down"
        )
    );
}

#[test]
fn a_lossy_down_script_is_accepted_where_the_up_script_can_run_again() {
    let first = (
        "DEFINE TABLE a; DEFINE FIELD f ON a; DEFINE INDEX i ON a FIELDS f;",
        "REMOVE TABLE a;",
    );
    let lossy = |rest: &str| format!("-- migrate: lossy: the values are gone\n{rest}");
    let nothing = lossy("");
    let accepted = read(&[
        first,
        (
            "REMOVE INDEX IF EXISTS i ON a;",
            &lossy("-- Nobody needs it."),
        ),
    ]);
    assert_eq!(accepted, Ok(()));
    let up = "DEFINE FIELD g ON a;\nDEFINE INDEX j ON a FIELDS g;";
    assert_eq!(
        report(&[first, (up, &lossy("REMOVE FIELD g ON a;"))]),
        "\
2.down.surql: after this down script its up script cannot run again
  = 2.up.surql:2: index `j` of table `a` is defined already: 2.up.surql:2
  = help: undo that much; `lossy` accepts only what does not prevent it"
    );
    assert!(
        read(&[first, (up, &nothing)]).is_err(),
        "a directive says nothing by itself"
    );
}

#[test]
fn what_is_in_use_is_not_removed() {
    let first = (
        "DEFINE TABLE t; DEFINE ANALYZER words TOKENIZERS blank;",
        "REMOVE TABLE t; REMOVE ANALYZER words;",
    );
    let up = "DEFINE TABLE v AS SELECT * FROM t;\n\
              DEFINE INDEX i ON t FIELDS a FULLTEXT ANALYZER words;";
    assert_eq!(
        problems(&[
            first,
            (up, "REMOVE INDEX i ON t; REMOVE TABLE v;"),
            ("REMOVE TABLE t; REMOVE ANALYZER IF EXISTS words;", NOTHING),
        ]),
        [
            "3.up.surql:1:1: table `t` is in use: table `v` needs it, 2.up.surql:1; write `REMOVE TABLE v",
        ],
        "the index goes with the table"
    );
    let in_order = "REMOVE TABLE v;\nREMOVE INDEX i ON t;\nREMOVE ANALYZER words;\nREMOVE TABLE t;";
    let back = format!("{}{up}", first.0);
    assert_eq!(
        read(&[
            first,
            (up, "REMOVE INDEX i ON t; REMOVE TABLE v;"),
            (in_order, &back)
        ]),
        Ok(())
    );
    assert_eq!(
        problems(&[
            first,
            (
                up,
                "REMOVE ANALYZER words; REMOVE INDEX i ON t; REMOVE TABLE v;"
            )
        ]),
        [
            "2.down.surql:1:1: analyzer `words` is in use: index `i` of table `t` needs it, 2.up.surql:2; write `REMOVE INDEX i ON t"
        ]
    );
}

#[test]
fn a_flexible_field_needs_a_schemafull_table() {
    let problems = problems(&[
        (
            "DEFINE TABLE a;\nDEFINE TABLE f SCHEMAFULL;\nDEFINE FIELD o ON a TYPE object FLEXIBLE;\nDEFINE FIELD o ON f TYPE object FLEXIBLE;",
            "REMOVE TABLE a; REMOVE TABLE f;",
        ),
        (
            "ALTER TABLE a SCHEMAFULL;\nDEFINE FIELD p ON a TYPE object FLEXIBLE;\nALTER TABLE f SCHEMALESS;\nDEFINE FIELD IF NOT EXISTS o ON f TYPE object FLEXIBLE;\nDEFINE FIELD p ON b TYPE object FLEXIBLE;\nDEFINE FIELD OVERWRITE o ON f TYPE object FLEXIBLE;",
            NOTHING,
        ),
    ]);
    assert_eq!(
        problems,
        [
            "1.up.surql:3:1: `FLEXIBLE` needs a SCHEMAFULL table, and table `a` is not one: 1.up.surql:1; remove `FLEXIBLE`: without a schema, objects accept any field",
            "2.up.surql:4:1: `FLEXIBLE` needs a SCHEMAFULL table, and table `f` is not one: 2.up.surql:3; remove `FLEXIBLE`: without a schema, objects accept any field",
            "2.up.surql:5:1: there is no table `b`; define it in an earlier migration, or before this statement",
            "2.up.surql:6:1: `FLEXIBLE` needs a SCHEMAFULL table, and table `f` is not one: 2.up.surql:3; remove `FLEXIBLE`: without a schema, objects accept any field",
        ]
    );
}

#[test]
fn an_index_needs_its_fields_where_the_table_is_schemafull() {
    let first = (
        "DEFINE TABLE t SCHEMAFULL; DEFINE FIELD name ON t;",
        "REMOVE TABLE t;",
    );
    assert_eq!(
        problems(&[
            first,
            (
                "DEFINE INDEX i ON t FIELDS name, nane;",
                "REMOVE INDEX i ON t;"
            )
        ]),
        [
            "2.up.surql:1:1: there is no field `nane` of table `t`, which is SCHEMAFULL; did you mean `name`?"
        ]
    );
    for up in [
        "DEFINE INDEX i ON t FIELDS id, name, other.nested;",
        "DEFINE FIELD `größe` ON t; DEFINE INDEX i ON t FIELDS `größe`; REMOVE FIELD `größe` ON t;",
        "DEFINE FIELD nane ON t; DEFINE INDEX i ON t FIELDS nane;",
        "ALTER TABLE t SCHEMALESS; DEFINE INDEX i ON t FIELDS nane;",
        "DEFINE TABLE OVERWRITE t; DEFINE INDEX i ON t FIELDS nane;",
        "IF true { DEFINE FIELD nane ON t }; DEFINE INDEX i ON t FIELDS nane;",
        "DEFINE INDEX IF NOT EXISTS i ON t FIELDS nane;",
    ] {
        let down = "REMOVE INDEX i ON t; REMOVE FIELD IF EXISTS nane ON t; DEFINE TABLE OVERWRITE t SCHEMAFULL;";
        assert_eq!(read(&[first, (up, down)]), Ok(()), "{up}");
    }
}

#[test]
fn a_record_has_no_field_that_its_schemafull_table_does_not_have() {
    let first = (
        "DEFINE TABLE t SCHEMAFULL; DEFINE FIELD name ON t;",
        "REMOVE TABLE t;",
    );
    for up in [
        "CREATE t SET nane = 1;",
        "CREATE t:1 CONTENT { name: 1, nane: 'x' };",
        "UPSERT ONLY t:1 MERGE { nane: {} };",
        "INSERT INTO t [{ name: 1 }, { nane: NULL }];",
        "INSERT INTO t (name, nane) VALUES (1, 2);",
        "INSERT { id: t:1, nane: 1 };",
        "LET $made = (CREATE t SET nane.first = 'x');",
        "RELATE a:1->t->b:1 SET nane = d'2000-01-01T00:00:00Z';",
    ] {
        assert_eq!(
            problems(&[first, (up, NOTHING)]),
            [
                "2.up.surql:1:1: there is no field `nane` of table `t`, which is SCHEMAFULL; did you mean `name`?"
            ],
            "{up}"
        );
    }
    for up in [
        "CREATE t SET name = 1, id = 2;",
        "CREATE t SET nane = NONE;",
        "CREATE t SET nane = 1, nane = NONE;",
        "CREATE t UNSET nane;",
        "UPSERT t SET nane = 1 WHERE name = 1;",
        "LET $edges = []; RELATE $edges->t->b:1 SET nane = 1;",
        "IF false { CREATE t SET nane = 1 };",
        "DEFINE FIELD nane.first ON t; CREATE t SET nane.first = 1;",
        "DEFINE FIELD nane ON t; CREATE t SET nane = 1;",
        "ALTER TABLE t SCHEMALESS; CREATE t SET nane = 1;",
    ] {
        let down = "REMOVE FIELD IF EXISTS nane ON t; REMOVE FIELD IF EXISTS nane.first ON t; ALTER TABLE t SCHEMAFULL;";
        assert_eq!(read(&[first, (up, down)]), Ok(()), "{up}");
    }
}

/// The engine takes it for `NONE` and says nothing: `tests/tests/engine`.
#[test]
fn a_variable_that_nothing_sets_is_not_read() {
    assert_eq!(
        problems(&[(
            "DEFINE TABLE t; DEFINE PARAM $limit VALUE 10;\nLET $status = 'a';\n\
             UPDATE t SET status = $staus, most = $limt;\nCREATE type::table($name);",
            "REMOVE PARAM $limit;\nUPDATE t SET most = $limit; REMOVE TABLE t;"
        )]),
        [
            "1.down.surql:2:1: `$limit` would be NONE: the parameter is removed in 1.down.surql:1; set it with `LET` before this statement",
            "1.up.surql:3:1: `$limt` would be NONE: nothing sets it; did you mean `$limit`?",
            "1.up.surql:3:1: `$staus` would be NONE: nothing sets it; did you mean `$status`?",
            "1.up.surql:4:1: `$name` would be NONE: nothing sets it; set it with `LET` before this statement",
        ]
    );
    for up in [
        "LET $a = 1; FOR $b IN [$a] { LET $c = $b; CREATE t SET a = $c };",
        "DEFINE PARAM $a VALUE 1; CREATE t SET a = $a;",
        "DEFINE PARAM IF NOT EXISTS $a VALUE 1; CREATE t SET a = $a;",
        "IF true { DEFINE PARAM $a VALUE 1 }; CREATE t SET a = $a;",
        "CREATE t SET a = [1].map(|$x| $x + 1);",
        "LET $f = |$x: int| { RETURN $x + 1 }; CREATE t SET a = $f(1);",
        "DEFINE FUNCTION fn::f($x: int) { RETURN $x + $later }; CREATE t SET a = fn::f(1);",
        "DEFINE FIELD a ON t VALUE $value + $later ASSERT $later;",
        "DEFINE EVENT e ON t WHEN $before != $after THEN { CREATE log SET event = $event, later = $later };",
        "DEFINE TABLE t PERMISSIONS FOR select WHERE $later;",
        "CREATE t SET a = $auth.id, b = $session.ip, c = $token.iss, d = $access;",
        "CREATE t; UPDATE t SET a = (SELECT VALUE id FROM t WHERE id = $parent.id), b = $this.a, c = $value;",
        "CREATE t; INSERT INTO t { id: 1 } ON DUPLICATE KEY UPDATE a = $input.a, b = $before, c = $after;",
        "-- migrate: assumes param $dim\nCREATE t SET a = $dim;",
    ] {
        let down = "-- migrate: lossy: only reading counts here\nREMOVE PARAM IF EXISTS $a;\
                    REMOVE FUNCTION IF EXISTS fn::f; REMOVE TABLE IF EXISTS t; REMOVE TABLE IF EXISTS log;";
        assert_eq!(read(&[(up, down)]), Ok(()), "{up}");
    }
}
