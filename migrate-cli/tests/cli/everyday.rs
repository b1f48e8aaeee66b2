//! A day's work on a database in a folder.

use expect_test::expect;

use crate::support::{OWN_SET, PEOPLE, Shell};

#[test]
fn up_and_down() {
    let shell = Shell::embedded(PEOPLE);
    expect![[r#"
        up       1  people TIME
        up       2  nicknames TIME
        2 migrations, from version 0 to 2
    "#]]
    .assert_eq(&shell.run("up --to 2"));
    expect![[r#"
        version  name       state       applied at               took
              1  people     applied     WHEN TIME
              2  nicknames  applied     WHEN TIME
              3  pets       pending
    "#]]
    .assert_eq(&shell.run("status"));
    expect![[r#"
        up       3  pets
        1 pending migration, from version 2 to 3
    "#]]
    .assert_eq(&shell.run("plan"));
    expect![[r#"
        up       3  pets TIME
        1 migration, from version 2 to 3
    "#]]
    .assert_eq(&shell.run("up"));
    expect![[r#"
        nothing to do: up to date at version 3
    "#]]
    .assert_eq(&shell.run("plan"));
    expect![[r#"
        down     3  pets TIME
        down     2  nicknames TIME
        2 migrations, from version 3 to 1
    "#]]
    .assert_eq(&shell.run("down --yes --steps 2"));
    expect![[r#"
        down     1  people TIME
        up       1  people TIME
        2 migrations, still at version 1
    "#]]
    .assert_eq(&shell.run("redo --yes"));
    expect![[r#"
        down     1  people TIME
        1 migration, from version 1 to 0
    "#]]
    .assert_eq(&shell.run("down --yes --to 0"));
}

#[test]
fn more_steps_than_there_are_revert_everything() {
    let shell = Shell::embedded(PEOPLE);
    shell.succeed("up");
    let down = shell.succeed("down --yes --steps 9");
    assert!(
        down.ends_with("3 migrations, from version 3 to 0\n"),
        "{down}"
    );
}

#[test]
fn nothing_to_do_is_an_exit_status_where_that_is_asked_for() {
    let shell = Shell::embedded(PEOPLE);
    assert_eq!(shell.status("up --exit-code"), Some(0));
    for command in ["up", "plan", "adopt 3", "accept 3"] {
        assert_eq!(shell.status(command), Some(0), "{command}");
        let command = format!("{command} --exit-code");
        assert_eq!(shell.status(&command), Some(5), "{command}");
    }
    shell.succeed("down --yes --to 0");
    for command in ["down --yes --exit-code", "redo --yes --exit-code"] {
        assert_eq!(shell.status(command), Some(5), "{command}");
    }
}

#[test]
fn all_in_one_transaction() {
    let shell = Shell::embedded(PEOPLE);
    assert!(
        shell
            .succeed("up --grouped")
            .ends_with("3 migrations, from version 0 to 3\n")
    );
    assert!(
        shell
            .succeed("down --yes --grouped --to 1")
            .ends_with("2 migrations, from version 3 to 1\n")
    );
}

#[test]
fn a_script_that_fails() {
    let shell = Shell::embedded(PEOPLE);
    shell.write(
        "migrations/004_check.up.surql",
        "-- The last one.\nDEFINE TABLE toy;\nTHROW 'there are no toys';\n",
    );
    shell.write("migrations/004_check.down.surql", "REMOVE TABLE toy;\n");
    expect![[r#"
        stderr: error: migration 4 (check) was not applied: nothing of it remains
        stderr:  --> migrations/004_check.up.surql:3:1, statement 2 of 2
        stderr:   |
        stderr: 3 | THROW 'there are no toys';
        stderr:   | ^^^^^^^^^^^^^^^^^^^^^^^^^^ An error occurred: there are no toys
        stderr:   = version 3 (pets) is still current
        stderr:   = before the failure, this call applied 1 (people), 2 (nicknames), 3 (pets)
        exit status: 1
    "#]]
    .assert_eq(&shell.run("up"));
    // What was applied before stays, and nothing of the one that failed does.
    assert!(
        shell
            .run("plan")
            .ends_with("1 pending migration, from version 3 to 4\n")
    );
}

#[test]
fn an_edited_migration_is_refused_until_its_text_is_accepted() {
    let shell = Shell::embedded(PEOPLE);
    shell.succeed("up");
    shell.write(
        "migrations/001_people.up.surql",
        "-- Everybody.\nDEFINE TABLE person SCHEMAFULL;\nDEFINE FIELD name ON person TYPE string;\n",
    );
    expect![[r#"
        stderr: error: migration 1 (people) was edited after it was applied
        stderr:  --> migrations/001_people.up.surql
        stderr:   = applied WHEN with checksum 5b2feb9bf2d4…, now 4535901e9697…
        stderr:   = help: restore the text as it was applied, and put the change into a new migration
        stderr:   = help: or, if both versions are equivalent: `migrate accept 1` records the new one
        exit status: 3
    "#]].assert_eq(&shell.run("up"));
    expect![[r#"
        version  name       state       applied at               took
              1  people     changed     WHEN TIME
              2  nicknames  applied     WHEN TIME
              3  pets       applied     WHEN TIME
    "#]]
    .assert_eq(&shell.run("status"));
    expect![[r#"
        1 new text accepted without running, still at version 3
    "#]]
    .assert_eq(&shell.run("accept 1"));
    expect![[r#"
        migration 1 is recorded with this text already
    "#]]
    .assert_eq(&shell.run("accept 1"));
    assert_eq!(shell.status("up --exit-code"), Some(5));
}

#[test]
fn what_is_not_applied_or_not_there_cannot_be_accepted() {
    let shell = Shell::embedded(PEOPLE);
    shell.succeed("up --to 1");
    expect![[r#"
        stderr: error: the text of migration 2 (nicknames) cannot be accepted: it is not applied
        stderr:   = version 1 is current; nothing was done
        stderr:   = help: its text can still be changed as you like; what is applied next is what is there then
        exit status: 3
    "#]].assert_eq(&shell.run("accept 2"));
    expect![[r#"
        stderr: error: there is no version 7
        stderr:   = the versions are 1 to 3; `migrate down --to 0` reverts all of them
        stderr:   = nothing was done
        exit status: 3
    "#]]
    .assert_eq(&shell.run("accept 7"));
}

#[test]
fn a_database_that_another_program_has_set_up() {
    let shell = Shell::embedded(PEOPLE);
    shell.succeed("up --table _other");
    expect![[r#"
        stderr: error: the database has no migration history, but tables that the migrations define
        stderr:   = there already: `person`, `pet`
        stderr:   = nothing was done: another program or a person has set it up, and starting at version 1 could lose data
        stderr:   = help: record what is applied without running it: `migrate adopt 3`, with the version that the database is at
        stderr:   = help: if the migrations are meant to run on these tables: `migrate up --allow-existing-tables`
        exit status: 3
    "#]].assert_eq(&shell.run("up"));
    expect![[r#"
        3 migrations adopted without running, now at version 3
    "#]]
    .assert_eq(&shell.run("adopt 3"));
    expect![[r#"
        version  name       state       applied at               took
              1  people     adopted     WHEN
              2  nicknames  adopted     WHEN
              3  pets       adopted     WHEN
    "#]]
    .assert_eq(&shell.run("status"));
    expect![[r#"
        stderr: error: version 2 cannot be adopted: the history says that version 3 is current
        stderr:   = nothing was done
        stderr:   = help: `migrate down --to 2` reverts what is above
        exit status: 3
    "#]]
    .assert_eq(&shell.run("adopt 2"));
}

#[test]
fn a_table_that_loses_records_is_asked_for() {
    let shell = Shell::embedded(&[
        ("1.up.surql", "DEFINE TABLE a; DEFINE TABLE b; CREATE b;\n"),
        ("1.down.surql", "REMOVE TABLE a; REMOVE TABLE b;\n"),
        ("2.up.surql", "REMOVE TABLE a; REMOVE TABLE b;\n"),
        ("2.down.surql", "DEFINE TABLE a; DEFINE TABLE b;\n"),
    ]);
    shell.succeed("up --to 1");
    // The empty one is not worth a question.
    expect![[r#"
        stderr: This loses records of the database `app` in the namespace `app` at surrealkv://data:
        stderr:      2
        stderr:           removes table `b`, with 1 record
        stderr: A script that means it says so: `-- migrate: allow table_removed: REASON`.
        stderr: error: this needs to be confirmed, and there is no terminal to ask on
        stderr:   = nothing was done
        stderr:   = help: pass `--yes` if it is meant
        exit status: 3
    "#]]
    .assert_eq(&shell.run("up"));
    shell.succeed("up --yes");
}

#[test]
fn a_table_that_a_script_says_may_go_is_not_asked_for() {
    let shell = Shell::embedded(&[
        ("1.up.surql", "DEFINE TABLE b; CREATE b;\n"),
        ("1.down.surql", "REMOVE TABLE b;\n"),
        (
            "2.up.surql",
            "-- migrate: allow table_removed: nobody reads it\nREMOVE TABLE b;\n",
        ),
        ("2.down.surql", "DEFINE TABLE b;\n"),
    ]);
    shell.succeed("up --to 1");
    shell.succeed("up");
}

#[test]
fn down_is_refused_where_nobody_can_be_asked() {
    let shell = Shell::embedded(PEOPLE);
    shell.succeed("up");
    expect![[r#"
        stderr: This reverts 3 migrations of the database `app` in the namespace `app` at surrealkv://data:
        stderr:      3  pets
        stderr:           removes table `pet`, which has no records
        stderr:      2  nicknames
        stderr:           removes field `nickname` of table `person`, with its values
        stderr:      1  people
        stderr:           removes table `person`, which has no records
        stderr: error: this needs to be confirmed, and there is no terminal to ask on
        stderr:   = nothing was done
        stderr:   = help: pass `--yes` if it is meant
        exit status: 3
    "#]].assert_eq(&shell.run("down --to 0"));
    assert!(shell.run("redo").ends_with("exit status: 3\n"));
    assert_eq!(shell.status("up --exit-code"), Some(5));
}

#[test]
fn the_projects_own_set() {
    let shell = Shell::embedded(PEOPLE);
    let own = |command: &str| shell.succeed(&format!("{command} --dir {OWN_SET}"));
    assert!(own("up").ends_with("20 migrations, from version 0 to 20\n"));
    assert!(
        own("drift").starts_with("the schema is what the migrations make of it, at version 20")
    );
    assert!(own("redo --yes").ends_with("2 migrations, still at version 20\n"));
    assert!(own("down --yes --to 0").ends_with("20 migrations, from version 20 to 0\n"));
    assert_eq!(own("status").matches("pending").count(), 20);
    assert!(own("plan").ends_with("20 pending migrations, from version 0 to 20\n"));
    let guess = own("adopt --guess");
    assert!(
        guess.starts_with("version 0 fits best, before the first migration: "),
        "{guess}"
    );
    let refused = shell.run(&format!("adopt 20 --dir {OWN_SET}"));
    assert!(
        refused.contains("`migrate adopt 20 --allow-drift`"),
        "{refused}"
    );
    assert!(own("adopt 20 --allow-drift").starts_with("20 migrations adopted"));
    assert!(own("accept 20").starts_with("migration 20 is recorded with this text already"));
    assert!(own("verify").ends_with("20 migrations verified\n"));
}
