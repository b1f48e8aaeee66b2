//! `migrate renumber`.

use std::fs;

use expect_test::expect;

use crate::support::{Files, Shell};

/// Two branches have written a migration 2, and one of them a third.
const MERGED: &Files<'static> = &[
    ("001_people.up.surql", "DEFINE TABLE person;"),
    ("001_people.down.surql", "REMOVE TABLE person;"),
    ("002_pets.up.surql", "DEFINE TABLE pet;"),
    ("002_pets.down.surql", "REMOVE TABLE pet;"),
    ("002_teams.up.surql", "DEFINE TABLE team;"),
    ("002_teams.down.surql", "REMOVE TABLE team;"),
    ("003_names.up.surql", "DEFINE FIELD name ON team;"),
    ("003_names.down.surql", "REMOVE FIELD name ON team;"),
];

fn listed(shell: &Shell) -> Vec<String> {
    let mut names = shell.listed("migrations");
    names.retain(|name| name.contains(".up."));
    names
}

#[test]
fn which_one_moves_is_asked_for() {
    let shell = Shell::new(MERGED);
    expect![[r#"
        stderr: error: version 2 is used by `pets` and `teams`: one of them has to move
        stderr:   = help: `migrate renumber pets`
        stderr:   = help: `migrate renumber teams`
        exit status: 3
    "#]]
    .assert_eq(&shell.run("renumber"));
    assert_eq!(listed(&shell).len(), 4);
}

#[test]
fn one_moves_behind_all_others() {
    let shell = Shell::new(MERGED);
    expect![[r#"
        renamed migrations/002_pets.down.surql to 004_pets.down.surql
        renamed migrations/002_pets.up.surql to 004_pets.up.surql
    "#]]
    .assert_eq(&shell.run("renumber pets"));
    expect![[r#"
        4 migrations in `migrations`: nothing wrong
    "#]]
    .assert_eq(&shell.run("check"));
    expect![[r#"
        each version is used once
    "#]]
    .assert_eq(&shell.run("renumber"));
    expect![[r#"
        what is named comes last already
    "#]]
    .assert_eq(&shell.run("renumber pets"));
}

/// One's own migrations build on each other.
#[test]
fn several_move_in_their_order() {
    let shell = Shell::new(MERGED);
    shell.succeed("renumber migrations/003_names.up.surql teams");
    assert_eq!(
        listed(&shell),
        [
            "001_people.up.surql",
            "002_pets.up.surql",
            "003_teams.up.surql",
            "004_names.up.surql"
        ]
    );
    shell.succeed("check");
}

#[test]
fn what_does_not_fit_any_more_is_said() {
    expect![[r#"
        renamed migrations/002_teams.down.surql to 004_teams.down.surql
        renamed migrations/002_teams.up.surql to 004_teams.up.surql
        stderr: warning: the migrations are not sound yet: 1 problem is left
        stderr:   = help: `migrate check` shows what
    "#]]
    .assert_eq(&Shell::new(MERGED).run("renumber teams"));
}

#[test]
fn what_would_leave_a_gap_or_a_double_is_refused() {
    let shell = Shell::new(MERGED);
    expect![[r#"
        stderr: error: version 2 would still be used more than once
        stderr:   = help: name the others as well that have to move
        exit status: 3
    "#]]
    .assert_eq(&shell.run("renumber names"));
    expect![[r#"
        stderr: error: this would leave version 2 without a migration
        stderr:   = help: name those as well that come behind it, if they are to move, too
        exit status: 3
    "#]]
    .assert_eq(&shell.run("renumber pets teams"));
    expect![[r#"
        stderr: error: this would leave version 1 without a migration
        stderr:   = help: name those as well that come behind it, if they are to move, too
        exit status: 3
    "#]]
    .assert_eq(&shell.run("renumber people"));
    expect![[r#"
        stderr: error: there is no migration `cats`
        exit status: 3
    "#]]
    .assert_eq(&shell.run("renumber cats"));
    assert_eq!(listed(&shell).len(), 4);
}

/// What a database has applied stays: with one, nobody has to say which one moves.
#[test]
fn what_a_database_has_applied_stays_where_it_is() {
    let shell = Shell::embedded(MERGED);
    shell.remove("migrations/002_pets.up.surql");
    shell.remove("migrations/002_pets.down.surql");
    shell.succeed("up");
    shell.write("migrations/002_pets.up.surql", "DEFINE TABLE pet;");
    shell.write("migrations/002_pets.down.surql", "REMOVE TABLE pet;");
    expect![[r#"
        stderr: error: the database has applied `teams` as version 2: it stays there
        stderr:   = help: `migrate renumber pets`
        exit status: 3
    "#]]
    .assert_eq(&shell.run("renumber teams"));
    expect![[r#"
        renamed migrations/002_pets.down.surql to 004_pets.down.surql
        renamed migrations/002_pets.up.surql to 004_pets.up.surql
    "#]]
    .assert_eq(&shell.run("renumber"));
    expect![[r#"
        version  name    state       applied at               took
              1  people  applied     WHEN TIME
              2  teams   applied     WHEN TIME
              3  names   applied     WHEN TIME
              4  pets    pending
    "#]]
    .assert_eq(&shell.run("status"));
}

#[test]
fn a_database_that_has_applied_neither_does_not_say_which() {
    let shell = Shell::embedded(MERGED);
    fs::create_dir(shell.path().join("first")).expect("the folder is writable");
    for file in ["001_people.up.surql", "001_people.down.surql"] {
        let from = shell.path().join("migrations").join(file);
        fs::copy(from, shell.path().join("first").join(file)).expect("the folder is writable");
    }
    shell.succeed("up --dir first");
    expect![[r#"
        stderr: error: version 2 is used by `pets` and `teams`: one of them has to move
        stderr:   = the database has applied none of them
        stderr:   = help: `migrate renumber pets`
        stderr:   = help: `migrate renumber teams`
        exit status: 3
    "#]]
    .assert_eq(&shell.run("renumber"));
    expect![[r#"
        stderr: error: the database has applied `people` as version 1: it stays there
        exit status: 3
    "#]]
    .assert_eq(&shell.run("renumber people"));
}

#[test]
fn as_data() {
    let renamed = Shell::new(MERGED).json("renumber pets");
    assert_eq!(
        renamed["moved"],
        serde_json::json!([{ "from": 2, "to": 4 }])
    );
}
