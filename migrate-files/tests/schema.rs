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

#[test]
fn nothing_is_known_of_what_was_there_before() {
    assert_eq!(
        problems(&[(
            "REMOVE TABLE IF EXISTS a; REMOVE FIELD IF EXISTS f ON b; ALTER TABLE c SCHEMAFULL;
             DEFINE TABLE IF NOT EXISTS e; DEFINE FIELD OVERWRITE f ON g;",
            "REMOVE TABLE d;"
        )]),
        [""; 0]
    );
}

#[test]
fn a_set_with_other_problems_is_not_run_on_the_model() {
    let found = problems(&[
        ("DEFINE TABLE a;", "REMOVE TABLE a;"),
        ("COMMIT; DEFINE TABLE a;", NOTHING),
    ]);
    assert!(
        matches!(&*found, [only] if only.starts_with("2.up.surql:1:1: a migration already runs")),
        "{found:?}"
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
            REMOVE TABLE `b c`;
            DEFINE FIELD OVERWRITE f ON a TYPE int DEFAULT 1 PERMISSIONS FULL;
            REMOVE FIELD tags.* ON a;
            DEFINE INDEX i ON a FIELDS f;
            DEFINE INDEX j ON a FIELDS g;
          or, if this is meant, begin this file with the line `-- migrate: lossy: REASON`"
    );
    let mended = format!("{down}\n{}", remedies(&found));
    assert_eq!(read(&[first, (up, &mended)]), Ok(()));
    let accepted = format!("-- migrate: lossy: nobody reverts this\n{down}");
    let problem = report(&[first, (up, &accepted)]);
    assert!(problem.contains("cannot run again"), "{problem}");
}

/// Of what a table held, every definition is needed to restore it.
#[test]
fn a_table_is_restored_with_all_that_was_on_it() {
    let first = (
        "DEFINE TABLE a TYPE RELATION; DEFINE FIELD f ON a TYPE array<int>; DEFINE EVENT e ON a THEN {};",
        "REMOVE TABLE a;",
    );
    let found = report(&[first, ("REMOVE TABLE a;", NOTHING)]);
    assert_eq!(
        remedies(&found),
        "DEFINE TABLE a TYPE RELATION SCHEMALESS PERMISSIONS NONE;\n\
         DEFINE FIELD f ON a TYPE array<int> PERMISSIONS FULL;\n\
         DEFINE EVENT e ON a WHEN true THEN {  };"
    );
    assert_eq!(
        read(&[first, ("REMOVE TABLE a;", &remedies(&found))]),
        Ok(())
    );
}

/// That a statement without `IF EXISTS` and the like does not fail says what was there.
#[test]
fn what_was_there_before_the_first_migration_is_undone_as_far_as_the_script_tells() {
    let found = report(&[("DEFINE TABLE a; REMOVE FIELD f ON b;", NOTHING)]);
    assert_eq!(
        found,
        "\
1.down.surql: this down script does not undo its up script
  = left behind: table `a`, defined in 1.up.surql:1
  = lost: field `f` of table `b`, removed in 1.up.surql:1
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
    ] {
        assert_eq!(read(&[(up, down)]), Ok(()), "{up} {down}");
    }
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
