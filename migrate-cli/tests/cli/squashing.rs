//! `migrate squash`.

use std::fs;

use expect_test::expect;

use crate::support::{Files, OWN_SET, PEOPLE, Shell};

const SEEDED: &Files<'static> = &[
    (
        "1_people.surql",
        "DEFINE TABLE person SCHEMAFULL;\nDEFINE FIELD name ON person TYPE string;\nDEFINE TABLE gone;\n",
    ),
    (
        "1_people_down.surql",
        "REMOVE TABLE gone;\nREMOVE TABLE person;\n",
    ),
    (
        "2_first.surql",
        "-- migrate: irreversible\nCREATE person:1 SET name = 'first';\nCREATE gone;\n",
    ),
    (
        "3_end.surql",
        "-- migrate: irreversible\nREMOVE TABLE gone;\nDEFINE INDEX name ON person FIELDS name UNIQUE CONCURRENTLY;\n",
    ),
];

#[test]
fn a_baseline_takes_the_place_of_old_migrations() {
    let shell = Shell::new(PEOPLE);
    expect![[r#"
        created migrations/002_baseline.up.surql
        created migrations/002_baseline.down.surql
        moved 4 files into migrations/before
    "#]]
    .assert_eq(&shell.run("squash 2"));
    expect![[r#"
        -- migrate: baseline
        -- migrate: replaces 1 people 5b2feb9bf2d4d4d48da01cdb5a773b72c8c37238e82287d3779671a90bbe5efa
        -- migrate: replaces 2 nicknames 081e7597e0f7f2a4fcf26e721a710b214c230863374f000e866bcc6305f0d4ae

        DEFINE TABLE person SCHEMAFULL;
        DEFINE FIELD name ON person TYPE string;
        DEFINE FIELD nickname ON person TYPE option<string>;
    "#]].assert_eq(&shell.text("002_baseline.up.surql"));
    expect![[r#"
        REMOVE TABLE person;
    "#]]
    .assert_eq(&shell.text("002_baseline.down.surql"));
    assert_eq!(
        shell.listed("migrations"),
        [
            "002_baseline.down.surql",
            "002_baseline.up.surql",
            "003_pets.down.surql",
            "003_pets.up.surql",
            "before"
        ]
    );
    assert_eq!(shell.listed("migrations/before").len(), 4);
    expect![[r#"
        2 migrations in `migrations`: nothing wrong
    "#]]
    .assert_eq(&shell.run("check"));
    shell.write("migrations/004_dogs.up.surql", "DEFINE TABLE dog;\n");
    shell.succeed("new --down-for 4");
    shell.succeed("schema");
    expect![[r#"
        stderr: error: version 2 is the baseline already
        exit status: 3
    "#]]
    .assert_eq(&shell.run("squash 2"));
    expect![[r#"
        stderr: error: there is no migration 1: the versions are 2 to 4
        exit status: 3
    "#]]
    .assert_eq(&shell.run("squash 1"));
    // Once more, with the first baseline among what is replaced.
    expect![[r#"
        created migrations/003_second.up.surql
        created migrations/003_second.down.surql
        moved 8 files into migrations/before
    "#]]
    .assert_eq(&shell.run("squash 3 --name second"));
    shell.succeed("check");
    assert_eq!(shell.listed("migrations/before/before").len(), 4);
    assert!(
        shell
            .text("003_second.up.surql")
            .contains("replaces 1 people ")
    );
}

#[test]
fn records_are_not_in_it() {
    let shell = Shell::new(SEEDED);
    expect![[r#"
        created migrations/3_baseline.surql
        moved 4 files into migrations/before
          = without a down script: not all of the migrations have one
        the baseline writes no records, and these statements did:
          migrations/2_first.surql:2: CREATE person:1 SET name = 'first';
          = help: add what a new database needs of it to the baseline
    "#]]
    .assert_eq(&shell.run("squash 3"));
    expect![[r#"
        -- migrate: baseline
        -- migrate: replaces 1 people 5924f96cff2d116473ebb9f8a5ed339d928abe7ccff88afe08f65e1b922b8f78
        -- migrate: replaces 2 first 933ef38b251ee9ca8b9736305964d307cadf94ecba6367dad0b86cd4c29f9391
        -- migrate: replaces 3 end 7df7629744702041728c4d841ce9daf6b0445bb1a89bfa5c75683c2a44678f47

        DEFINE TABLE person SCHEMAFULL;
        DEFINE FIELD name ON person TYPE string;
        DEFINE INDEX name ON person FIELDS name UNIQUE;
    "#]].assert_eq(&shell.text("3_baseline.surql"));
    shell.succeed("check");
}

/// What the first one stands for is not known, and so neither is what the second one does.
#[test]
fn a_baseline_without_a_list_is_squashed_without_one() {
    let mut files = PEOPLE[4..].to_vec();
    files.push((
        "002_whole.up.surql",
        "-- migrate: baseline\nDEFINE TABLE person SCHEMAFULL;\n",
    ));
    let shell = Shell::new(&files);
    shell.succeed("squash 3");
    assert!(!shell.text("003_baseline.up.surql").contains("replaces"));
    shell.succeed("check");
}

#[test]
fn a_file_in_the_way_changes_nothing() {
    let shell = Shell::new(PEOPLE);
    fs::create_dir(shell.path().join("migrations/before")).expect("the folder is writable");
    shell.write("migrations/before/001_people.up.surql.txt", "notes");
    shell.write("migrations/before/readme.md", "notes");
    shell.succeed("squash 2");
    assert_eq!(shell.listed("migrations/before").len(), 6);

    let shell = Shell::new(PEOPLE);
    fs::create_dir_all(
        shell
            .path()
            .join("migrations/before/002_nicknames.up.surql"),
    )
    .expect("the folder is writable");
    let before = shell.listed("migrations");
    expect![[r#"
        stderr: error: migrations/before/002_nicknames.up.surql: this looks like a migration, but subdirectories are not read
        stderr:   = help: move it up to the other migrations, as `002_nicknames.up.surql`; if it is not a migration, rename it so that it neither begins with a number nor ends with `.up` or `.down`; if a baseline stands for it, begin that with the line `-- migrate: baseline`
        exit status: 3
    "#]].assert_eq(&shell.run("squash 2"));
    assert_eq!(shell.listed("migrations"), before);
}

/// At each version of a real set: the directory is sound, and a database says the same.
#[test]
fn the_own_set_at_each_version() {
    let files = fs::read_dir(OWN_SET).expect("it is there");
    let files = files.map(|file| file.expect("it is listed").path());
    let files = files.filter(|path| path.is_file()).map(|path| {
        let name = path.file_name().expect("it has a name");
        let text = fs::read_to_string(&path).expect("it is readable");
        (name.to_string_lossy().into_owned(), text)
    });
    let files: Vec<(String, String)> = files.collect();
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(name, text)| (&**name, &**text))
        .collect();
    let whole = Shell::embedded(&files);
    whole.succeed("up --yes");
    let schema = whole.succeed("schema");
    let count = files
        .iter()
        .filter(|(name, _)| name.contains(".up."))
        .count();
    for version in 1..=count {
        let shell = Shell::embedded(&files);
        shell.succeed(&format!("squash {version}"));
        shell.succeed("check");
        shell.succeed("up --yes");
        shell.succeed("drift");
        assert_eq!(shell.succeed("schema"), schema, "at {version}");
    }
}
