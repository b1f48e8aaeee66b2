//! `migrate diff`.

use std::fs;

use expect_test::expect;

use crate::support::{PEOPLE, Shell};

/// What is wanted in place of what `PEOPLE` makes.
const WANTED: &str = "\
DEFINE FIELD name ON person TYPE string ASSERT $value != '';
DEFINE FIELD called ON person TYPE option<string>;
DEFINE TABLE person SCHEMAFULL;
DEFINE TABLE named AS SELECT name FROM person;
DEFINE TABLE pet SCHEMAFULL;
";

fn with_wanted(text: &str) -> Shell {
    let shell = Shell::new(PEOPLE);
    shell.write("wanted.surql", text);
    shell
}

#[test]
fn what_it_takes_is_printed() {
    expect![[r#"
        added   table `named`
        added   field `called` of table `person`
        removed field `nickname` of table `person`
        changed field `name` of table `person`
          = help: if something was renamed, move its values between the statements that add and remove it

        -- up
        REMOVE FIELD nickname ON person;
        DEFINE FIELD called ON person TYPE option<string>;
        DEFINE FIELD OVERWRITE name ON person TYPE string ASSERT $value != '';

        -- REMOVE FIELD leaves the values, and a SCHEMAFULL table refuses to write a record with a field
        -- that it does not know.
        UPDATE person UNSET nickname WHERE nickname != NONE RETURN NONE;

        DEFINE TABLE named AS SELECT name FROM person;

        -- down
        -- migrate: lossy: not brought back: the records of `person` that are changed (line 7)

        REMOVE TABLE named;

        REMOVE FIELD called ON person;
        DEFINE FIELD OVERWRITE name ON person TYPE string;
        DEFINE FIELD nickname ON person TYPE option<string>;

        -- REMOVE FIELD leaves the values, and a SCHEMAFULL table refuses to write a record with a field
        -- that it does not know.
        UPDATE person UNSET called WHERE called != NONE RETURN NONE;
    "#]].assert_eq(&with_wanted(WANTED).run("diff wanted.surql"));
}

#[test]
fn a_migration_of_it_is_written_and_sound() {
    let shell = with_wanted(WANTED);
    expect![[r#"
        added   table `named`
        added   field `called` of table `person`
        removed field `nickname` of table `person`
        changed field `name` of table `person`
          = help: if something was renamed, move its values between the statements that add and remove it
        created migrations/004_names.up.surql
        created migrations/004_names.down.surql
          = not brought back: the records of `person` that are changed (line 7)
    "#]].assert_eq(&shell.run("diff wanted.surql --write names"));
    expect![[r#"
        the migrations make the desired schema
    "#]]
    .assert_eq(&shell.run("diff wanted.surql"));
    expect![[r#"
            1  people     undone
            2  nicknames  undone
            3  pets       undone
            4  names      lossy: not brought back: the records of `person` that are changed (line 7)
        4 migrations verified
    "#]]
    .assert_eq(&shell.run("verify"));
}

/// In CI.
#[test]
fn a_difference_can_fail() {
    let shell = with_wanted(WANTED);
    assert_eq!(shell.status("diff wanted.surql --check"), Some(1));
    shell.write("wanted.surql", &shell.succeed("schema"));
    assert_eq!(shell.status("diff wanted.surql --check"), Some(0));
}

/// A folder is read with all that is in it, in whatever order.
#[test]
fn definitions_may_stand_in_several_files() {
    let shell = Shell::new(PEOPLE);
    fs::create_dir_all(shell.path().join("wanted/views")).expect("the folder is writable");
    for (index, line) in WANTED.lines().rev().enumerate() {
        shell.write(&format!("wanted/views/{index}.surql"), line);
    }
    let apart = shell.run("diff wanted");
    shell.write("wanted.surql", WANTED);
    assert_eq!(shell.run("diff wanted.surql"), apart);
}

#[test]
fn what_is_no_definition_is_refused() {
    for (text, expected) in [
        (
            "CREATE person;\nREMOVE TABLE pet;\n",
            expect![[r#"
            stderr: error: 2 problems in `wanted.surql`
            stderr: 
            stderr: wanted.surql:1:1: this does not define anything
            stderr:   |
            stderr: 1 | CREATE person;
            stderr:   | ^^^^^^^^^^^^^^
            stderr:   = help: remove it: what a schema is to be is said by definitions alone, without a `REMOVE`, an `ALTER` or records
            stderr: 
            stderr: wanted.surql:2:1: this does not define anything
            stderr:   |
            stderr: 2 | REMOVE TABLE pet;
            stderr:   | ^^^^^^^^^^^^^^^^^
            stderr:   = help: remove it: what a schema is to be is said by definitions alone, without a `REMOVE`, an `ALTER` or records
            exit status: 3
        "#]],
        ),
        (
            "DEFINE TABEL person;\n",
            expect![[r#"
            stderr: error: wanted.surql:1:8: Unexpected token `an identifier`, expected a define statement keyword
            stderr:   |
            stderr: 1 | DEFINE TABEL person;
            stderr:   |        ^^^^^
            exit status: 3
        "#]],
        ),
        (
            "DEFINE TABLE v AS SELECT * FROM nowhere;\nDEFINE TABLE a;\nDEFINE TABLE a;\n",
            expect![[r#"
                stderr: error: 2 problems in `wanted.surql`
                stderr: 
                stderr: wanted.surql:1:1: there is no table `nowhere`
                stderr:   |
                stderr: 1 | DEFINE TABLE v AS SELECT * FROM nowhere;
                stderr:   | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
                stderr: 
                stderr: wanted.surql:3:1: table `a` is defined already: wanted.surql:2
                stderr:   |
                stderr: 3 | DEFINE TABLE a;
                stderr:   | ^^^^^^^^^^^^^^^
                exit status: 3
            "#]],
        ),
    ] {
        expected.assert_eq(&with_wanted(text).run("diff wanted.surql"));
    }
    expect![[r#"
        stderr: error: nothing.surql: the file cannot be read: No such file or directory (os error 2)
        exit status: 3
    "#]].assert_eq(&Shell::new(PEOPLE).run("diff nothing.surql"));
}

/// Who may sign in is rarely kept with the schema, and what scripts only assume is somebody else's.
#[test]
fn users_and_what_is_assumed_are_left_alone() {
    let shell = Shell::new(&[
        (
            "1_a.up.surql",
            "-- migrate: assumes table legacy\nDEFINE FIELD mark ON legacy TYPE option<int>;\nDEFINE TABLE a;\nDEFINE USER u ON DATABASE PASSWORD 'secret' ROLES OWNER;\n",
        ),
        (
            "1_a.down.surql",
            "REMOVE USER u ON DATABASE; REMOVE TABLE a; REMOVE FIELD mark ON legacy;",
        ),
    ]);
    shell.write("wanted.surql", "DEFINE TABLE a;\n");
    expect![[r#"
        removed table `legacy`

        -- up
        REMOVE TABLE legacy;

        -- down
        -- migrate: lossy: not brought back: the records of table `legacy`

        DEFINE FIELD mark ON legacy TYPE option<int>;
        stderr: warning: table `legacy` is not compared: the scripts or the definitions leave open what it is, or is to be
    "#]].assert_eq(&shell.run("diff wanted.surql"));
}

#[test]
fn as_data() {
    let diff = with_wanted(WANTED).json("diff wanted.surql");
    assert_eq!(
        diff["diff"]["removed"][0],
        "field `nickname` of table `person`"
    );
    assert!(
        diff["down"]
            .as_str()
            .is_some_and(|down| down.contains("nickname"))
    );
}
