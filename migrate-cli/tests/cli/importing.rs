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
    expect![[r#""#]].assert_eq(&shell.run("import old"));
    let text = |name: &str| fs::read_to_string(shell.path().join("migrations").join(name));
    expect![[r#""#]].assert_eq(&text("001_AddPeople.up.surql").expect("it is there"));
    expect![[r#""#]].assert_eq(&text("002_AddPets.up.surql").expect("it is there"));
    assert_eq!(
        text("001_AddPeople.down.surql").expect("it is there"),
        DATED[1].1
    );
    expect![[r#""#]].assert_eq(&shell.run("check"));
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
    expect![[r#""#]].assert_eq(&shell.run("import old"));
    expect![[r#""#]].assert_eq(&shell.run("check"));
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
    expect![[r#""#]].assert_eq(&shell.run("import old"));
    assert!(
        shell
            .path()
            .join("migrations")
            .read_dir()
            .expect("it is there")
            .next()
            .is_none()
    );
    expect![[r#""#]].assert_eq(&shell.run("import old --dir old"));
    expect![[r#""#]].assert_eq(&shell.run("import nowhere"));
    fs::create_dir(shell.path().join("empty")).expect("the folder is writable");
    expect![[r#""#]].assert_eq(&shell.run("import empty"));
}

/// There is work left, which is done best where the files are.
#[test]
fn what_is_not_sound_yet_is_imported_and_said() {
    let shell = with_old(&[
        ("1_a.surql", "DEFINE TABLE a;"),
        ("2_a.surql", "DEFINE TABLE a;"),
    ]);
    expect![[r#""#]].assert_eq(&shell.run("import old"));
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
    expect![[r#""#]].assert_eq(&shell.run("import old"));
}

/// A database that another runner has brought up: its tables, and what it has recorded of them.
fn with_old_database(recorded: &str) -> Shell {
    let shell = with_old(DATED);
    fs::create_dir(shell.path().join("before")).expect("the folder is writable");
    shell.write("before/1.up.surql", recorded);
    shell.write("before/1.down.surql", "-- nothing");
    shell.succeed("up --dir before --table before");
    shell
}

#[test]
fn what_a_database_has_is_recorded_there() {
    let shell = with_old_database("DEFINE TABLE person; DEFINE TABLE pet;");
    expect![[r#""#]].assert_eq(&shell.run("import old --mark-applied"));
    assert!(
        shell
            .path()
            .join("migrations")
            .read_dir()
            .expect("it is there")
            .next()
            .is_none()
    );
    expect![[r#""#]].assert_eq(&shell.run("import old --mark-applied --yes"));
    expect![[r#""#]].assert_eq(&shell.run("status"));
}

#[test]
fn what_surrealdb_migrations_has_recorded_says_how_far_it_is() {
    let shell =
        with_old_database("CREATE script_migration SET script_name = '20240101_120000_AddPeople';");
    shell.succeed("import old --mark-applied --yes");
    expect![[r#""#]].assert_eq(&shell.run("status"));
    let shell =
        with_old_database("CREATE script_migration SET script_name = '20240201_080000_AddPets';");
    expect![[r#""#]].assert_eq(&shell.run("import old --mark-applied --yes"));
}
