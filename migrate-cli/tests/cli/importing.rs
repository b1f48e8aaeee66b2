//! `migrate import`.

use std::fs;

use expect_test::expect;

use crate::support::{PEOPLE, Shell};

fn with_old(files: &[(&str, &str)]) -> Shell {
    let shell = Shell::embedded(&[]);
    for folder in ["old/down", "old/schemas"] {
        fs::create_dir_all(shell.path().join(folder)).expect("the folder is writable");
    }
    for (name, text) in files {
        shell.write(&format!("old/{name}"), text);
    }
    shell
}

/// As `surrealdb-migrations` has them.
const DATED: &[(&str, &str)] = &[
    (
        "20240101_120000_AddPeople.surql",
        "USE NS app DB app;\nBEGIN TRANSACTION;\n\n-- Who is here.\nDEFINE TABLE person SCHEMAFULL;\nDEFINE FIELD name ON person TYPE string; COMMIT; -- done\n",
    ),
    (
        "down/20240101_120000_AddPeople.surql",
        "REMOVE TABLE person;\n",
    ),
    (
        "20240201_080000_AddPets.surql",
        "OPTION\n  IMPORT;\nDEFINE TABLE pet;\nDEFINE FUNCTION fn::f() { RETURN 'USE NS a; BEGIN;' };\n",
    ),
    ("schemas/person.surql", "DEFINE TABLE person;\n"),
    ("README.md", "# Migrations\n"),
];

#[test]
fn dated_scripts_with_a_folder_of_down_scripts() {
    let shell = with_old(DATED);
    expect![[r#"
        created migrations/001_AddPeople.up.surql from old/20240101_120000_AddPeople.surql
          = taken out: USE NS app DB app;
          = taken out: BEGIN TRANSACTION;
          = taken out: COMMIT;
        created migrations/001_AddPeople.down.surql from old/down/20240101_120000_AddPeople.surql
        created migrations/002_AddPets.up.surql from old/20240201_080000_AddPets.surql
          = taken out: OPTION
          = it has no down script: marked as irreversible
        left alone, since their names have no number: old/schemas/person.surql
          = help: `migrate new --down-for 2` writes a down script, once the line that says that there is none is gone
    "#]].assert_eq(&shell.run("import old"));
    let text = |name: &str| fs::read_to_string(shell.path().join("migrations").join(name));
    expect![[r#"
        -- taken out on import: USE NS app DB app;
        -- taken out on import: BEGIN TRANSACTION;

        -- Who is here.
        DEFINE TABLE person SCHEMAFULL;
        DEFINE FIELD name ON person TYPE string; -- taken out on import: COMMIT;
         -- done
    "#]]
    .assert_eq(&text("001_AddPeople.up.surql").expect("it is there"));
    expect![[r#"
        -- migrate: irreversible
        -- taken out on import: OPTION
        -- taken out on import:   IMPORT;
        DEFINE TABLE pet;
        DEFINE FUNCTION fn::f() { RETURN 'USE NS a; BEGIN;' };
    "#]]
    .assert_eq(&text("002_AddPets.up.surql").expect("it is there"));
    assert_eq!(
        text("001_AddPeople.down.surql").expect("it is there"),
        DATED[1].1
    );
    expect![[r#"
        2 migrations in `migrations`: nothing wrong
    "#]]
    .assert_eq(&shell.run("check"));
    shell.succeed("verify");
}

#[test]
fn numbered_scripts_without_down_scripts() {
    let shell = with_old(&[
        ("0001_people.surql", "DEFINE TABLE person;"),
        ("0003_pets.surql", "DEFINE TABLE pet;"),
        ("0003_teams & more.surql", "DEFINE TABLE team;"),
        ("0010.sql", ""),
        ("0011_last.surql", "DEFINE TABLE last;"),
        ("0011_last_down.surql", "REMOVE TABLE last;"),
    ]);
    expect![[r#"
        created migrations/001_people.up.surql from old/0001_people.surql
          = it has no down script: marked as irreversible
        created migrations/002_pets.up.surql from old/0003_pets.surql
          = it has no down script: marked as irreversible
        created migrations/003_teams_more.up.surql from old/0003_teams & more.surql
          = it has no down script: marked as irreversible
        created migrations/004_imported.up.surql from old/0010.sql
          = it has no down script: marked as irreversible
        created migrations/005_last.up.surql from old/0011_last.surql
        created migrations/005_last.down.surql from old/0011_last_down.surql
          = help: `migrate new --down-for 1` writes a down script, once the line that says that there is none is gone
    "#]].assert_eq(&shell.run("import old"));
    expect![[r#"
        5 migrations in `migrations`: nothing wrong
    "#]]
    .assert_eq(&shell.run("check"));
}

/// Nothing is half imported.
#[test]
fn what_cannot_be_a_migration_is_refused() {
    let shell = with_old(&[
        ("1_a.surql", "DEFINE TABEL a;"),
        ("2_b.surql", "DEFINE TABLE b; CANCEL;"),
        ("20240101_c.surql", "DEFINE TABLE c;"),
        ("down/3_d.surql", "REMOVE TABLE d;"),
    ]);
    expect![[r#"
        stderr: error: 4 problems in `old`
        stderr: 
        stderr: old/1_a.surql: this is named by number, and `old/20240101_c.surql` by date: which comes first?
        stderr:   = help: import them from folders of their own, one after the other
        stderr: 
        stderr: old/1_a.surql:1:8: Unexpected token `an identifier`, expected a define statement keyword
        stderr:   |
        stderr: 1 | DEFINE TABEL a;
        stderr:   |        ^^^^^
        stderr: 
        stderr: old/2_b.surql:1:17: this undoes what the script did before
        stderr:   |
        stderr: 1 | DEFINE TABLE b; CANCEL;
        stderr:   |                 ^^^^^^^
        stderr:   = help: remove the file, or this statement and what it undoes
        stderr: 
        stderr: old/down/3_d.surql: this down script has no up script
        stderr:   = help: move it somewhere else, or rename it like its up script
        stderr:   = nothing was written
        exit status: 3
    "#]].assert_eq(&shell.run("import old"));
    assert!(
        shell
            .path()
            .join("migrations")
            .read_dir()
            .expect("it is there")
            .next()
            .is_none()
    );
    expect![[r#"
        stderr: error: the scripts cannot be imported into their own folder
        stderr:   = help: name another one for the migrations: `--dir FOLDER`
        exit status: 3
    "#]]
    .assert_eq(&shell.run("import old --dir old"));
    expect![[r#"
        stderr: error: nowhere: this folder cannot be read: No such file or directory (os error 2)
        exit status: 3
    "#]]
    .assert_eq(&shell.run("import nowhere"));
    fs::create_dir(shell.path().join("empty")).expect("the folder is writable");
    expect![[r#"
        stderr: error: empty: there are no scripts here that begin with a number or a date
        stderr:   = nothing was written
        exit status: 3
    "#]]
    .assert_eq(&shell.run("import empty"));
}

/// There is work left, which is done best where the files are.
#[test]
fn what_is_not_sound_yet_is_imported_and_said() {
    let shell = with_old(&[
        ("1_a.surql", "DEFINE TABLE a;"),
        ("2_a.surql", "DEFINE TABLE a;"),
    ]);
    expect![[r#"
        created migrations/001_a.up.surql from old/1_a.surql
          = it has no down script: marked as irreversible
        created migrations/002_a.up.surql from old/2_a.surql
          = it has no down script: marked as irreversible
          = help: `migrate new --down-for 1` writes a down script, once the line that says that there is none is gone

        error: migrations/002_a.up.surql:2:1: table `a` is defined already: migrations/001_a.up.surql:2
          |
        2 | DEFINE TABLE a;
          | ^^^^^^^^^^^^^^^
          = help: remove this statement; to change the definition, write `ALTER TABLE a …`, or `DEFINE TABLE OVERWRITE a …`, which drops every clause that it does not repeat

        The scripts were imported, and are not sound yet: `migrate check` shows what is left to do.
        exit status: 1
    "#]].assert_eq(&shell.run("import old"));
}

#[test]
fn it_goes_behind_the_migrations_that_are_there() {
    let shell = with_old(&[("1_a.surql", "DEFINE TABLE a;")]);
    for (name, text) in PEOPLE {
        shell.write(&format!("migrations/{name}"), text);
    }
    shell.succeed("import old");
    assert!(shell.path().join("migrations/004_a.up.surql").exists());
    // Once more would not be sound, and what is there stays so.
    expect![[r#"
        stderr: error: migrations/005_a.up.surql:2:1: table `a` is defined already: migrations/004_a.up.surql:2
        stderr:   |
        stderr: 2 | DEFINE TABLE a;
        stderr:   | ^^^^^^^^^^^^^^^
        stderr:   = help: remove this statement; to change the definition, write `ALTER TABLE a …`, or `DEFINE TABLE OVERWRITE a …`, which drops every clause that it does not repeat
        stderr:   = nothing was written
        exit status: 3
    "#]].assert_eq(&shell.run("import old"));
}

/// What the scripts define.
const PERSON: &str = "DEFINE TABLE person SCHEMAFULL; DEFINE FIELD name ON person TYPE string;";
const FUNCTION: &str = "DEFINE FUNCTION fn::f() { RETURN 'USE NS a; BEGIN;' };";

/// A database that another runner has brought up: its tables, and what it has recorded of them.
fn with_old_database(recorded: &str) -> Shell {
    let shell = with_old(DATED);
    fs::create_dir(shell.path().join("before")).expect("the folder is writable");
    let text = format!("-- migrate: irreversible\n{recorded}\n");
    shell.write("before/1.up.surql", &text);
    shell.succeed("up --dir before --table before");
    shell
}

#[test]
fn what_a_database_has_is_recorded_there() {
    let shell = with_old_database(&format!("{PERSON} DEFINE TABLE pet; {FUNCTION}"));
    expect![[r#"
        stderr: This creates 3 files in migrations, and records the migrations 1 to 2 as applied in the database at surrealkv://data, without running them.
        stderr: error: this needs to be confirmed, and there is no terminal to ask on
        stderr:   = nothing was done
        stderr:   = help: pass `--yes` if it is meant
        exit status: 3
    "#]].assert_eq(&shell.run("import old --mark-applied"));
    assert!(
        shell
            .path()
            .join("migrations")
            .read_dir()
            .expect("it is there")
            .next()
            .is_none()
    );
    expect![[r#"
        2 migrations adopted without running, now at version 2
        stderr: This creates 3 files in migrations, and records the migrations 1 to 2 as applied in the database at surrealkv://data, without running them.
        stderr: created migrations/001_AddPeople.up.surql from old/20240101_120000_AddPeople.surql
        stderr:   = taken out: USE NS app DB app;
        stderr:   = taken out: BEGIN TRANSACTION;
        stderr:   = taken out: COMMIT;
        stderr: created migrations/001_AddPeople.down.surql from old/down/20240101_120000_AddPeople.surql
        stderr: created migrations/002_AddPets.up.surql from old/20240201_080000_AddPets.surql
        stderr:   = taken out: OPTION
        stderr:   = it has no down script: marked as irreversible
        stderr: left alone, since their names have no number: old/schemas/person.surql
        stderr:   = help: `migrate new --down-for 2` writes a down script, once the line that says that there is none is gone
    "#]].assert_eq(&shell.run("import old --mark-applied --yes"));
    expect![[r#"
        version  name       state       applied at               took
              1  AddPeople  adopted     WHEN
              2  AddPets    adopted     WHEN
    "#]]
    .assert_eq(&shell.run("status"));
}

#[test]
fn what_a_database_does_not_have_is_not_recorded() {
    let shell = with_old_database("DEFINE TABLE person;");
    let told = shell.run("import old --mark-applied --yes");
    assert!(
        told.contains("created migrations/001_AddPeople.up.surql"),
        "{told}"
    );
    assert!(
        told.contains("the schema is not what the migrations 1 to 2 make"),
        "{told}"
    );
    assert!(told.contains("= nothing was recorded"), "{told}");
    assert!(told.ends_with("exit status: 3\n"), "{told}");
    expect![[r#"
        no migration defines table `person`
          is:        DEFINE TABLE person TYPE ANY SCHEMALESS PERMISSIONS NONE
        version 0 fits best, before the first migration: 1 definition is not what the migrations make of it, at version 0
        exit status: 1
    "#]]
    .assert_eq(&shell.run("adopt --guess"));
}

#[test]
fn what_surrealdb_migrations_has_recorded_says_how_far_it_is() {
    let recorded = "CREATE script_migration SET script_name = '20240101_120000_AddPeople';";
    let shell = with_old_database(&format!("{PERSON} {recorded}"));
    shell.succeed("import old --mark-applied --yes");
    expect![[r#"
        version  name       state       applied at               took
              1  AddPeople  adopted     WHEN
              2  AddPets    pending
    "#]]
    .assert_eq(&shell.run("status"));
    let shell =
        with_old_database("CREATE script_migration SET script_name = '20240201_080000_AddPets';");
    expect![[r#"
        stderr: error: the database has recorded old/20240201_080000_AddPets.surql in its table `script_migration`, but not all before it
        stderr:   = nothing was done
        stderr:   = help: apply the others first, or say up to which version: `--mark-applied VERSION`
        exit status: 3
    "#]].assert_eq(&shell.run("import old --mark-applied --yes"));
}
