//! What rules out any work: a set that is not valid, a newer database, a damaged history.

use expect_test::expect;

use crate::support::{PEOPLE, Shell};

/// The commands that need a valid set.
const COMMANDS: [&str; 9] = [
    "status",
    "plan",
    "up",
    "down --yes",
    "redo --yes",
    "accept 1",
    "adopt 1",
    "drift",
    "verify",
];

#[test]
fn nothing_is_done_with_a_set_that_is_not_valid() {
    let shell = Shell::embedded(PEOPLE);
    shell.write("migrations/005_gap.up.surql", "DEFINE TABEL gap;\n");
    expect![[r#"
        stderr: error: 3 problems in `migrations`
        stderr: 
        stderr: migrations/005_gap.up.surql: version 4 is missing between 3 (`003_pets.up.surql`) and 5 (`005_gap.up.surql`)
        stderr:   = help: versions have no gaps: add what is missing, or renumber from here on: 5 becomes 4
        stderr: 
        stderr: migrations/005_gap.up.surql: this up script has no down script
        stderr:   = help: write `005_gap.down.surql`, or begin this file with the line `-- migrate: irreversible`
        stderr: 
        stderr: migrations/005_gap.up.surql:1:8: Unexpected token `an identifier`, expected a define statement keyword
        stderr:   |
        stderr: 1 | DEFINE TABEL gap;
        stderr:   |        ^^^^^
        exit status: 3
    "#]].assert_eq(&shell.run("up"));
    let up = shell.run("up");
    for command in COMMANDS {
        assert_eq!(shell.run(command), up, "{command}");
    }
    assert!(!shell.path().join("data").exists());
}

#[test]
fn nothing_is_done_with_an_empty_folder() {
    let shell = Shell::embedded(&[]);
    let up = shell.run("up");
    expect![[r#"
        stderr: error: migrations: this directory contains no migrations
        stderr:   = help: start with `migrations/001_initial.up.surql` and `migrations/001_initial.down.surql`
        exit status: 3
    "#]].assert_eq(&up);
    for command in COMMANDS {
        assert_eq!(shell.run(command), up, "{command}");
    }
}

#[test]
fn a_database_of_a_newer_build() {
    let shell = Shell::embedded(PEOPLE);
    shell.succeed("up");
    shell.remove("migrations/003_pets.up.surql");
    shell.remove("migrations/003_pets.down.surql");
    expect![[r#"
        stderr: error: the database is newer than this build
        stderr:   = applied WHEN, not in this build: 3 (pets)
        stderr:   = the latest version in this build is 2; nothing was done
        stderr:   = help: deploy the newer build again, or
        stderr:   = help: revert the newer migrations, with the down scripts that the newer build stored: `migrate down --to 2`, or
        stderr:   = help: if this build can work with the newer schema: `migrate up --allow-newer`
        exit status: 3
    "#]].assert_eq(&shell.run("up"));
    expect![[r#"
        version  name       state              applied at               took
              1  people     applied            WHEN TIME
              2  nicknames  applied            WHEN TIME
              3  pets       not in this build  WHEN TIME
    "#]]
    .assert_eq(&shell.run("status"));
    expect![[r#"
        stderr: error: the database is newer than this build
        stderr:   = applied WHEN, not in this build: 3 (pets)
        stderr:   = the latest version in this build is 2; nothing was done
        stderr:   = help: deploy the newer build again, or
        stderr:   = help: revert the newer migrations, with the down scripts that the newer build stored: `migrate down --to 2`, or
        stderr:   = help: if this build can work with the newer schema: `migrate up --allow-newer`
        exit status: 3
    "#]].assert_eq(&shell.run("plan"));
    expect![[r#"
        stderr: error: the database is newer than this build
        stderr:   = applied WHEN, not in this build: 3 (pets)
        stderr:   = the latest version in this build is 2; nothing was done
        stderr:   = help: deploy the newer build again, or
        stderr:   = help: revert the newer migrations, with the down scripts that the newer build stored: `migrate down --to 2`, or
        stderr:   = help: if this build can work with the newer schema: `migrate up --allow-newer`
        exit status: 3
    "#]].assert_eq(&shell.run("drift"));
    expect![[r#"
        up to date at version 3
    "#]]
    .assert_eq(&shell.run("up --allow-newer"));
    // The newer build has left its down script.
    expect![[r#"
        stderr: This reverts 1 migration of the database `app` in the namespace `app` at surrealkv://data:
        stderr:      3  pets
        stderr:           by the script that was stored when it was applied
        stderr:           removes table `pet`, which has no records
        stderr: error: this needs to be confirmed, and there is no terminal to ask on
        stderr:   = nothing was done
        stderr:   = help: pass `--yes` if it is meant
        exit status: 3
    "#]].assert_eq(&shell.run("down"));
    expect![[r#"
        down     3  pets TIME
        1 migration, from version 3 to 2
    "#]]
    .assert_eq(&shell.run("down --yes"));
}

#[test]
fn what_is_irreversible_is_refused_without_a_question() {
    let shell = Shell::embedded(&[("1.surql", "-- migrate: irreversible\nDEFINE TABLE a;\n")]);
    shell.succeed("up");
    expect![[r#"
        stderr: error: migration 1 cannot be reverted: it is marked irreversible
        stderr:   = nothing was reverted; version 1 is still current
        stderr:   = help: write a new migration that undoes it, or restore a backup
        exit status: 3
    "#]]
    .assert_eq(&shell.run("down"));
}

#[test]
fn versions_on_the_wrong_side() {
    let shell = Shell::embedded(PEOPLE);
    shell.succeed("up --to 2");
    expect![[r#"
        stderr: error: cannot run up to version 1: the database is at version 2
        stderr:   = nothing was done
        stderr:   = help: use `migrate down --to 1` to go down
        exit status: 3
    "#]]
    .assert_eq(&shell.run("up --to 1"));
    expect![[r#"
        stderr: error: cannot revert to version 3: the database is at version 2
        stderr:   = nothing was done
        stderr:   = help: use `migrate up --to 3` to go up
        exit status: 3
    "#]]
    .assert_eq(&shell.run("down --yes --to 3"));
    expect![[r#"
        stderr: error: there is no version 9
        stderr:   = the versions are 1 to 3; `migrate down --to 0` reverts all of them
        stderr:   = nothing was done
        exit status: 3
    "#]]
    .assert_eq(&shell.run("up --to 9"));
}

#[test]
fn a_schema_that_was_changed_by_hand() {
    let shell = Shell::embedded(PEOPLE);
    shell.succeed("up --to 2");
    // Another set in the same database that this one knows nothing of.
    shell.write("before.surql", "");
    std::fs::create_dir(shell.path().join("other")).expect("the folder is writable");
    shell.write(
        "other/1.surql",
        "-- migrate: irreversible\nDEFINE TABLE scratch;\n",
    );
    shell.succeed("up --dir other --table _other --allow-existing-tables");
    expect![[r#"
        no migration defines table `_other`
          is:        DEFINE TABLE _other TYPE NORMAL SCHEMALESS PERMISSIONS NONE
        no migration defines table `_other_lease`
          is:        DEFINE TABLE _other_lease TYPE NORMAL SCHEMALESS PERMISSIONS NONE
        no migration defines table `_other_progress`
          is:        DEFINE TABLE _other_progress TYPE NORMAL SCHEMALESS PERMISSIONS NONE
        no migration defines table `scratch`
          is:        DEFINE TABLE scratch TYPE ANY SCHEMALESS PERMISSIONS NONE
        4 definitions are not what the migrations make of them, at version 2
        exit status: 1
    "#]]
    .assert_eq(&shell.run("drift"));
    expect![[r#"
        stderr: error: 4 definitions are not what the migrations make of them, at version 2
        stderr:     no migration defines table `_other`
        stderr:       is:        DEFINE TABLE _other TYPE NORMAL SCHEMALESS PERMISSIONS NONE
        stderr:     no migration defines table `_other_lease`
        stderr:       is:        DEFINE TABLE _other_lease TYPE NORMAL SCHEMALESS PERMISSIONS NONE
        stderr:     no migration defines table `_other_progress`
        stderr:       is:        DEFINE TABLE _other_progress TYPE NORMAL SCHEMALESS PERMISSIONS NONE
        stderr:     no migration defines table `scratch`
        stderr:       is:        DEFINE TABLE scratch TYPE ANY SCHEMALESS PERMISSIONS NONE
        stderr:   = somebody, or another program, has changed the schema; no migration was applied
        stderr:   = help: undo that; or write a migration that makes the same of it, with `DEFINE … OVERWRITE` and `REMOVE … IF EXISTS`, and run that once without `--refuse-drift`
        stderr:   = help: what belongs to another program, or to another set of migrations, a script declares: `-- migrate: assumes table NAME`
        exit status: 3
    "#]].assert_eq(&shell.run("up --refuse-drift"));
    assert_eq!(shell.status("up"), Some(0));
}

#[test]
fn definitions_that_are_there_before_the_first_migration() {
    let shell = Shell::embedded(&[
        ("1.up.surql", "DEFINE FIELD name ON legacy TYPE string;\n"),
        ("1.down.surql", "REMOVE FIELD name ON legacy;\n"),
    ]);
    shell.write("legacy.surql", "DEFINE TABLE legacy SCHEMAFULL;\n");
    shell.succeed("check --assumes legacy.surql");
    shell.succeed("verify --assumes legacy.surql");
    expect![[r#"
        error: nowhere.surql: the file cannot be read: No such file or directory (os error 2)

        1 problem in `migrations`
        exit status: 1
    "#]]
    .assert_eq(&shell.run("check --assumes nowhere.surql"));
}
