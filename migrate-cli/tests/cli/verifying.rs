//! `migrate verify`, which needs no server.

use expect_test::expect;

use crate::support::{PEOPLE, Shell};

#[test]
fn a_sound_set() {
    expect![[r#"
            1  people     undone
            2  nicknames  undone
            3  pets       undone
        3 migrations verified
    "#]]
    .assert_eq(&Shell::new(PEOPLE).run("verify"));
}

#[test]
fn a_down_script_that_leaves_something_only_an_engine_sees() {
    let shell = Shell::new(&[
        ("1.up.surql", "DEFINE TABLE a; CREATE a:1 SET n = 1;\n"),
        ("1.down.surql", "REMOVE TABLE a;\n"),
        ("2.up.surql", "UPDATE a:1 SET n = 2;\n"),
        ("2.down.surql", "-- The number stays.\n"),
    ]);
    expect![[r#"
        stderr: error: 1 of 2 migrations has failed the verification
        stderr:   = migration 2
        stderr:     changed: record a:1, in n
        stderr:   = help: have the down script undo this, or accept what it leaves, loses or changes with `-- migrate: lossy: REASON` as its first line
        exit status: 1
    "#]].assert_eq(&shell.run("verify"));
}

#[test]
fn records_that_the_migrations_have_to_keep() {
    let shell = Shell::new(PEOPLE);
    shell.write("ada.surql", "CREATE person:ada SET name = 'Ada';\n");
    shell.succeed("verify --records 1=ada.surql");
    expect![[r#"
        stderr: error: migration 1 (people) was not applied: nothing of it remains
        stderr:  --> migrations/001_people.up.surql:1:1, statement 1 of 2
        stderr:   |
        stderr: 1 | DEFINE TABLE person SCHEMAFULL;
        stderr:   | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ The table 'person' already exists
        stderr:   = help: if another program or a person has set up this database, record what is applied: `migrate adopt VERSION`
        stderr:   = help: do not add OVERWRITE to get past this: a later migration could remove data that is in use
        stderr:   = no migration is applied
        exit status: 1
    "#]].assert_eq(&shell.run("verify --records 0=ada.surql"));
    expect![[r#"
        stderr: error: nobody.surql: the file cannot be read: No such file or directory (os error 2)
        exit status: 3
    "#]]
    .assert_eq(&shell.run("verify --records 1=nobody.surql"));
    expect![[r#"
        stderr: error: invalid value 'ada.surql' for '--records <VERSION=FILE>': expected a version and a file, such as `12=people.surql`
        stderr: 
        stderr: For more information, try '--help'.
        exit status: 2
    "#]].assert_eq(&shell.run("verify --records ada.surql"));
    expect![[r#"
        stderr: error: there is no version 9
        stderr:   = the versions are 1 to 3; `migrate down --to 0` reverts all of them
        stderr:   = nothing was done
        exit status: 3
    "#]]
    .assert_eq(&shell.run("verify --records 9=ada.surql"));
}
