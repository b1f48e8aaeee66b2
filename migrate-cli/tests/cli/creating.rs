//! `migrate new`.

use std::fs;
use std::io::Write as _;
use std::process::Stdio;

use expect_test::expect;

use crate::support::{Files, PEOPLE, Shell, transcript};

/// An up script that makes, changes and removes something, and writes records.
const VISITS: &str = "\
DEFINE TABLE visit TYPE RELATION IN person OUT pet;
DEFINE FIELD OVERWRITE name ON person TYPE string ASSERT $value != '';
DEFINE FIELD age ON person TYPE option<int>;
REMOVE FIELD nickname ON person;
UPDATE person UNSET nickname;
CREATE pet:rex;
";

/// In the way of whoever is there already, or of this project.
#[test]
fn new_files_are_named_as_the_others_are() {
    for (files, expected) in [
        (&[][..], ["001_tags.down.surql", "001_tags.up.surql"]),
        (
            &[
                ("1.surql", "DEFINE TABLE a;"),
                ("1_down.surql", "REMOVE TABLE a;"),
            ],
            ["2_tags.surql", "2_tags_down.surql"],
        ),
        (
            &[
                ("0001_a.up.surrealql", "DEFINE TABLE a;"),
                ("0001_a.down.surrealql", "REMOVE TABLE a;"),
            ],
            ["0002_tags.down.surrealql", "0002_tags.up.surrealql"],
        ),
    ] {
        let files: &Files<'_> = files;
        let shell = Shell::new(files);
        shell.succeed("new tags");
        let mut created = shell.listed("migrations");
        created.retain(|name| !files.iter().any(|(it, _)| it == name));
        assert_eq!(created, expected);
    }
}

#[test]
fn a_first_migration_is_created_with_its_folder() {
    let shell = Shell::new(&[]);
    expect![[r#"
        created database/001_people.up.surql
        created database/001_people.down.surql
          = help: write the up script; `migrate new --down-for 1` then writes the down script, as far as it can
    "#]].assert_eq(&shell.run("new people --dir database"));
    // As long as nobody has written them.
    expect![[r#"
        error: database/001_people.down.surql: this down script contains neither a statement nor a comment
          = help: write what reverts the migration, or a comment that says why there is nothing to revert

        error: database/001_people.up.surql: this up script contains neither a statement nor a comment
          = help: write what the migration does, or a comment that says why there is nothing to do

        2 problems in `database`
        exit status: 1
    "#]].assert_eq(&shell.run("check --dir database"));
    expect![[r#"
        stderr: error: no/where cannot be created: No such file or directory (os error 2)
        stderr:   = nothing was changed
        exit status: 1
    "#]]
    .assert_eq(&shell.run("new pets --dir no/where"));
}

#[test]
fn a_name_that_no_file_can_have_is_refused() {
    let shell = Shell::new(PEOPLE);
    expect![[r#"
        stderr: error: migrations: the name `Größe & Alter` contains 'ö'
        stderr:   = help: a name is made of the letters a to z and A to Z, digits, `_` and `-`: `gr_e_alter`
        exit status: 3
    "#]].assert_eq(&transcript(
        &shell
            .command("new")
            .arg("Größe & Alter")
            .output()
            .expect("it starts"),
    ));
    expect![[r#"
        stderr: error: migrations: the name `../tags` contains '.'
        stderr:   = help: a name is made of the letters a to z and A to Z, digits, `_` and `-`: `tags`
        exit status: 3
    "#]].assert_eq(&shell.run("new ../tags"));
    assert_eq!(shell.listed("migrations").len(), PEOPLE.len());
}

#[test]
fn nothing_is_created_beside_what_is_not_sound() {
    let shell = Shell::new(PEOPLE);
    shell.write("migrations/003_other.up.surql", "DEFINE TABLE other;\n");
    expect![[r#"
        stderr: error: 2 problems in `migrations`
        stderr: 
        stderr: migrations/003_other.up.surql: this up script has no down script
        stderr:   = help: write `003_other.down.surql`, or begin this file with the line `-- migrate: irreversible`
        stderr: 
        stderr: migrations/003_pets.up.surql: version 3 is used twice: by this migration and by `003_other.up.surql`
        stderr:   = help: rename the newer one to 4, the next free version; this one would be `004_pets.up.surql` and `004_pets.down.surql`
        exit status: 3
    "#]].assert_eq(&shell.run("new tags"));
    assert_eq!(shell.listed("migrations").len(), PEOPLE.len() + 1);
}

#[test]
fn a_down_script_is_written_from_its_up_script() {
    let shell = Shell::new(PEOPLE);
    shell.write("visits.surql", VISITS);
    expect![[r#"
        created migrations/004_visits.up.surql
        created migrations/004_visits.down.surql
          = not brought back: the records of `person` that are changed (line 5)
    "#]]
    .assert_eq(&shell.run("new visits --up visits.surql"));
    assert_eq!(shell.text("004_visits.up.surql"), VISITS);
    expect![[r#"
        -- migrate: lossy: not brought back: the records of `person` that are changed (line 5)

        DELETE pet:rex;

        REMOVE FIELD age ON person;
        DEFINE FIELD OVERWRITE name ON person TYPE string;
        DEFINE FIELD nickname ON person TYPE option<string>;

        -- REMOVE FIELD leaves the values, and a SCHEMAFULL table refuses to write a record with a field
        -- that it does not know.
        UPDATE person UNSET age WHERE age != NONE RETURN NONE;

        -- The records before their table: REMOVE TABLE does not look for what refers to them.
        DELETE visit;

        REMOVE TABLE visit;
    "#]].assert_eq(&shell.text("004_visits.down.surql"));
    expect![[r#"
            1  people     undone
            2  nicknames  undone
            3  pets       undone
            4  visits     lossy: not brought back: the records of `person` that are changed (line 5)
        4 migrations verified
    "#]]
    .assert_eq(&shell.run("verify"));
}

#[test]
fn an_up_script_is_taken_from_standard_input() {
    let shell = Shell::new(PEOPLE);
    let mut command = shell.command("new tags --up -");
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut running = command.spawn().expect("it starts");
    let mut input = running.stdin.take().expect("it is piped");
    input.write_all(b"DEFINE TABLE tag;\n").expect("it reads");
    drop(input);
    let output = running.wait_with_output().expect("it ends");
    assert!(output.status.success());
    assert_eq!(shell.text("004_tags.up.surql"), "DEFINE TABLE tag;\n");
    assert_eq!(shell.text("004_tags.down.surql"), "REMOVE TABLE tag;\n");
}

/// The way that it is meant: create both, write the first, have the second written.
#[test]
fn an_empty_down_script_is_filled() {
    let shell = Shell::new(PEOPLE);
    shell.succeed("new tags");
    shell.write("migrations/004_tags.up.surql", "DEFINE TABLE tag;\n");
    expect![[r#"
        created migrations/004_tags.down.surql
    "#]]
    .assert_eq(&shell.run("new --down-for 4"));
    assert_eq!(shell.text("004_tags.down.surql"), "REMOVE TABLE tag;\n");
    // What somebody has written stays.
    expect![[r#"
        stderr: error: migration 4 has a down script already: migrations/004_tags.down.surql
        stderr:   = help: `--print` shows what would be written
        exit status: 3
    "#]]
    .assert_eq(&shell.run("new --down-for 4"));
    expect![[r#"
        REMOVE FIELD nickname ON person;

        -- REMOVE FIELD leaves the values, and a SCHEMAFULL table refuses to write a record with a field
        -- that it does not know.
        UPDATE person UNSET nickname WHERE nickname != NONE RETURN NONE;
    "#]].assert_eq(&shell.run("new --down-for 2 --print"));
    expect![[r#"
        stderr: error: there is no up script of version 9
        stderr:   = help: `migrate check` shows what there is
        exit status: 3
    "#]]
    .assert_eq(&shell.run("new --down-for 9"));
}

#[test]
fn an_up_script_that_says_so_has_no_down_script() {
    let shell = Shell::new(PEOPLE);
    shell.write("up.surql", "-- migrate: irreversible\nDEFINE TABLE tag;\n");
    expect![[r#"
        created migrations/004_tags.up.surql
    "#]]
    .assert_eq(&shell.run("new tags --up up.surql"));
    expect![[r#"
        stderr: error: migrations/004_tags.up.surql says that it has no down script: `-- migrate: irreversible`
        stderr:   = help: remove that line
        exit status: 3
    "#]].assert_eq(&shell.run("new --down-for 4"));
}

#[test]
fn nothing_is_created_from_an_up_script_that_is_wrong() {
    let shell = Shell::new(PEOPLE);
    shell.write("up.surql", "DEFINE TABLE person;\nDEFINE FEILD a ON b;\n");
    expect![[r#"
        stderr: error: migrations/004_tags.up.surql:2:8: Unexpected token `an identifier`, expected a define statement keyword
        stderr:   |
        stderr: 2 | DEFINE FEILD a ON b;
        stderr:   |        ^^^^^
        exit status: 3
    "#]].assert_eq(&shell.run("new tags --up up.surql"));
    shell.write("up.surql", "");
    expect![[r#"
        stderr: error: migrations/004_tags.up.surql: this up script contains neither a statement nor a comment
        stderr:   = help: write what the migration does, or a comment that says why there is nothing to do
        exit status: 3
    "#]].assert_eq(&shell.run("new tags --up up.surql"));
    expect![[r#"
        stderr: error: nothing.surql: the file cannot be read: No such file or directory (os error 2)
        exit status: 3
    "#]].assert_eq(&shell.run("new tags --up nothing.surql"));
    assert_eq!(shell.listed("migrations").len(), PEOPLE.len());
}

/// What is likely to hurt in the new up script is said as `check` says it.
#[test]
fn warnings_about_the_new_files_are_printed() {
    let shell = Shell::new(PEOPLE);
    shell.write(
        "up.surql",
        "DEFINE FIELD stars ON person TYPE int DEFAULT 0;\n",
    );
    expect![[r#"
        created migrations/004_stars.up.surql
        created migrations/004_stars.down.surql
        stderr: warning: migrations/004_stars.up.surql:1:1: from here on every update of a record of `person` that is there already fails: it has no `stars`, and `DEFAULT` is for new records [required_field]
        stderr:   |
        stderr: 1 | DEFINE FIELD stars ON person TYPE int DEFAULT 0;
        stderr:   | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        stderr:   = help: write `UPDATE person SET stars = …` behind this statement, or make it an `option<…>`; if this is meant, begin the file with `-- migrate: allow required_field: REASON`
    "#]].assert_eq(&shell.run("new stars --up up.surql"));
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_to_is_named() {
    use std::os::unix::fs::PermissionsExt as _;

    let shell = Shell::new(PEOPLE);
    let folder = shell.path().join("migrations");
    let set = |mode| {
        let permissions = fs::Permissions::from_mode(mode);
        fs::set_permissions(&folder, permissions).expect("it is ours");
    };
    set(0o555);
    let printed = shell.run("new tags");
    set(0o755);
    // Whoever may do everything may do this, too.
    if shell.listed("migrations").len() == PEOPLE.len() {
        let expected = "migrations/004_tags.up.surql cannot be created: permission denied";
        assert!(printed.contains(expected), "{printed}");
    }
}

#[test]
fn what_was_created_is_there_as_data() {
    let shell = Shell::new(PEOPLE);
    shell.write("visits.surql", VISITS);
    let created = shell.json("new visits --up visits.surql");
    assert_eq!(
        created["created"],
        serde_json::json!([
            "migrations/004_visits.up.surql",
            "migrations/004_visits.down.surql"
        ])
    );
    assert_eq!(created["not_restored"].as_array().map(Vec::len), Some(1));
}
