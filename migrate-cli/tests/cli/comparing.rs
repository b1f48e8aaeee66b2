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
    expect![[r#""#]].assert_eq(&with_wanted(WANTED).run("diff wanted.surql"));
}

#[test]
fn a_migration_of_it_is_written_and_sound() {
    let shell = with_wanted(WANTED);
    expect![[r#""#]].assert_eq(&shell.run("diff wanted.surql --write names"));
    expect![[r#""#]].assert_eq(&shell.run("diff wanted.surql"));
    expect![[r#""#]].assert_eq(&shell.run("verify"));
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
        ("CREATE person;\nREMOVE TABLE pet;\n", expect![[r#""#]]),
        ("DEFINE TABEL person;\n", expect![[r#""#]]),
        (
            "DEFINE TABLE v AS SELECT * FROM nowhere;\nDEFINE TABLE a;\nDEFINE TABLE a;\n",
            expect![[r#""#]],
        ),
    ] {
        expected.assert_eq(&with_wanted(text).run("diff wanted.surql"));
    }
    expect![[r#""#]].assert_eq(&Shell::new(PEOPLE).run("diff nothing.surql"));
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
    expect![[r#""#]].assert_eq(&shell.run("diff wanted.surql"));
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
