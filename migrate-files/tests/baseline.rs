//! A baseline beside the migrations that it stands for.

#![expect(
    clippy::needless_raw_string_hashes,
    reason = "they are written by the tool that updates them"
)]

use std::path::Path;

use expect_test::{Expect, expect};
use migrate_files::{Directory, File, Set, read_files};

const NOTES: [(&str, &str); 4] = [
    ("before/1_notes.up.surql", "DEFINE TABLE note SCHEMAFULL;\n"),
    ("before/1_notes.down.surql", "REMOVE TABLE note;\n"),
    (
        "before/2_text.up.surql",
        "DEFINE FIELD text ON note TYPE string;\n",
    ),
    ("before/2_text.down.surql", "REMOVE FIELD text ON note;\n"),
];

const WHOLE: &str = "DEFINE TABLE note SCHEMAFULL;\nDEFINE FIELD text ON note TYPE string;\n";

/// A baseline of two migrations with these lines above its statements.
fn baseline(lines: &str, statements: &str) -> (&'static str, String) {
    let text = format!("-- migrate: baseline\n{lines}{statements}");
    ("2_baseline.up.surql", text)
}

fn read(files: &[(&str, &str)]) -> Result<Set, String> {
    let directory = Directory::new(Path::new("/nowhere"), "migrations");
    let files = files.iter().map(|(name, text)| File::new(*name, *text));
    let files: Vec<File> = files.collect();
    read_files(&directory, &files).map_err(|problems| problems.to_string())
}

fn with_before((name, text): &(&'static str, String)) -> Result<Set, String> {
    read(&[&NOTES[..], &[(*name, &**text)]].concat())
}

#[track_caller]
fn refused(found: Result<Set, String>, expected: &Expect) {
    expected.assert_eq(&(found.unwrap_err() + "\n"));
}

/// The lines with which the baseline lists its migrations.
fn list() -> String {
    let set = with_before(&baseline("", WHOLE)).unwrap();
    let replaced = set.migrations[0].replaces.iter();
    let lines = replaced.map(|it| {
        let checksum = it.checksum.unwrap();
        format!(
            "-- migrate: replaces {} {} {checksum}\n",
            it.version, it.name
        )
    });
    lines.collect()
}

#[test]
fn a_set_begins_with_a_baseline() {
    let (name, text) = baseline("", WHOLE);
    let set = read(&[
        (name, &text),
        ("3.up.surql", "-- migrate: irreversible\nCREATE note;"),
    ]);
    let set = set.unwrap();
    let versions = set.migrations.iter().map(|it| it.version);
    assert_eq!(versions.collect::<Vec<_>>(), [2, 3]);
    let first = &set.migrations[0];
    assert!(first.is_baseline() && first.down.is_none());
    assert_eq!(first.versions(), 1..=2);
    assert_eq!(first.recorded_as(1), ("", None));
    assert!(!set.migrations[1].is_baseline());
}

#[test]
fn what_is_still_there_is_listed_and_what_is_listed_is_kept() {
    let set = with_before(&baseline("", WHOLE)).unwrap();
    assert_eq!(set.migrations.len(), 1);
    assert_eq!(set.migrations[0].replaces[1].name, "text");
    assert_eq!(set.replaced_files[0], "before/1_notes.up.surql");
    assert_eq!(set.replaced_files.len(), 4);

    let listed = with_before(&baseline(&list(), WHOLE)).unwrap();
    assert_eq!(listed.migrations[0].replaces, set.migrations[0].replaces);
    let (name, text) = baseline(&list(), WHOLE);
    let alone = read(&[(name, &text)]).unwrap();
    assert_eq!(alone.migrations, listed.migrations);
}

#[test]
fn a_baseline_stands_for_another_one_as_well() {
    let list = list();
    let first = format!("-- migrate: baseline\n{list}{WHOLE}");
    let second = format!("-- migrate: baseline\n{WHOLE}DEFINE TABLE tag;\n");
    let files = [
        ("before/2_baseline.up.surql", &*first),
        ("before/3_tag.up.surql", "DEFINE TABLE tag;\n"),
        ("before/3_tag.down.surql", "REMOVE TABLE tag;\n"),
        ("3_baseline.up.surql", &*second),
    ];
    let set = read(&files).unwrap();
    let names = set.migrations[0].replaces.iter().map(|it| &*it.name);
    assert_eq!(names.collect::<Vec<_>>(), ["notes", "text", "tag"]);

    let nested = NOTES.map(|(name, text)| (format!("before/{name}"), text));
    let nested = nested.iter().map(|(name, text)| (&**name, *text));
    let all: Vec<(&str, &str)> = files.into_iter().chain(nested).collect();
    let set = read(&all).unwrap();
    assert_eq!(
        set.replaced_files.last().unwrap(),
        "before/before/2_text.down.surql"
    );
}

#[test]
fn a_baseline_that_makes_another_schema() {
    let other = "DEFINE TABLE note SCHEMALESS;\nDEFINE TABLE extra;\n";
    refused(
        with_before(&baseline("", other)),
        &expect![[r#"
        migrations/2_baseline.up.surql: this baseline does not make the schema that migrations 1 to 2 make
          = only in the baseline: table `extra`, migrations/2_baseline.up.surql:3
          = different: table `note`, migrations/2_baseline.up.surql:2, and not as in migrations/before/1_notes.up.surql:1
          = missing: field `text` of table `note`, migrations/before/2_text.up.surql:1
          = help: what it should say:
                    DEFINE TABLE note TYPE NORMAL SCHEMAFULL PERMISSIONS NONE;
                    DEFINE FIELD text ON note TYPE string PERMISSIONS FULL;
                  `migrate squash 2` writes all of it
    "#]],
    );
}

#[test]
fn what_leaves_open_what_it_makes_is_not_refused() {
    for statements in [
        "DEFINE PARAM $since VALUE time::now();\n",
        "DEFINE USER someone ON DATABASE PASSWORD 'secret' ROLES VIEWER;\n",
    ] {
        let whole = format!("{WHOLE}{statements}");
        let (name, text) = baseline("", &whole);
        let files = [
            &NOTES[..2],
            &[
                (
                    "before/2_text.up.surql",
                    "-- migrate: irreversible\nDEFINE FIELD text ON note TYPE string;\n",
                ),
                (name, &text),
            ],
        ];
        let second = format!(
            "-- migrate: irreversible\nDEFINE FIELD text ON note TYPE string;\n{statements}"
        );
        let mut files = files.concat();
        files[2].1 = &second;
        read(&files).unwrap();
    }
}

#[test]
fn a_user_that_is_lost() {
    let up = format!(
        "-- migrate: irreversible\n{}DEFINE USER someone ON DATABASE PASSWORD 'x' ROLES VIEWER;\n",
        NOTES[2].1
    );
    let (name, text) = baseline("", WHOLE);
    refused(
        read(&[
            NOTES[0],
            NOTES[1],
            ("before/2_text.up.surql", &up),
            (name, &text),
        ]),
        &expect![[r#"
            migrations/2_baseline.up.surql: this baseline does not make the schema that migrations 1 to 2 make
              = missing: user `someone`
              = help: what it should say:
                        DEFINE USER someone ON DATABASE …;
                      `migrate squash 2` writes all of it
        "#]],
    );
}

#[test]
fn a_list_that_is_not_true() {
    let list = list();
    let edited = list.replacen("notes", "note", 1);
    refused(
        with_before(&baseline(&edited, WHOLE)),
        &expect![[r#"
        migrations/2_baseline.up.surql:2:1: this is not what migration 1 is in `before`
          |
        2 | -- migrate: replaces 1 note 65a58c8973aca5bac15faf7406f106b7686161b560be212517f794d82d9f2fbd
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          = help: write `-- migrate: replaces 1 notes 65a58c8973aca5bac15faf7406f106b7686161b560be212517f794d82d9f2fbd`, or restore the migration as it was
    "#]],
    );
    let first = list.lines().next().unwrap().to_owned() + "\n";
    refused(
        with_before(&baseline(&first, WHOLE)),
        &expect![[r#"
        migrations/2_baseline.up.surql:1:1: version 2 is missing from what this baseline lists
          |
        1 | -- migrate: baseline
          | ^^^^^^^^^^^^^^^^^^^^
          = help: list versions 1 to 2 in order, each by a line `-- migrate: replaces VERSION NAME CHECKSUM`, as `migrate squash` writes them
    "#]],
    );
    refused(
        with_before(&baseline(&(first.clone() + &first), WHOLE)),
        &expect![[r#"
            migrations/2_baseline.up.surql:3:1: this is version 1, where version 2 is expected
              |
            3 | -- migrate: replaces 1 notes 65a58c8973aca5bac15faf7406f106b7686161b560be212517f794d82d9f2fbd
              | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
              = help: list versions 1 to 2 in order, each by a line `-- migrate: replaces VERSION NAME CHECKSUM`, as `migrate squash` writes them
        "#]],
    );
    let third = list.clone() + &first.replace("replaces 1", "replaces 3");
    refused(
        with_before(&baseline(&third, WHOLE)),
        &expect![[r#"
        migrations/2_baseline.up.surql:4:1: this baseline stands for nothing above version 2
          |
        4 | -- migrate: replaces 3 notes 65a58c8973aca5bac15faf7406f106b7686161b560be212517f794d82d9f2fbd
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          = help: list versions 1 to 2 in order, each by a line `-- migrate: replaces VERSION NAME CHECKSUM`, as `migrate squash` writes them
    "#]],
    );
    let short = "-- migrate: replaces 1 notes abc\n";
    refused(
        with_before(&baseline(short, WHOLE)),
        &expect![[r#"
        migrations/2_baseline.up.surql:2:1: the directive `replaces` needs a migration's version, name and checksum
          |
        2 | -- migrate: replaces 1 notes abc
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          = help: write `-- migrate: replaces VERSION NAME CHECKSUM`
    "#]],
    );
}

#[test]
fn a_baseline_in_the_wrong_place() {
    let (name, text) = baseline("", WHOLE);
    // Beside what it stands for.
    let beside = NOTES.map(|(name, text)| (name.trim_start_matches("before/"), text));
    refused(
        read(&[beside[0], beside[1], (name, &text)]),
        &expect![[r#"
        migrations/2_baseline.up.surql:1:1: a baseline stands for all migrations up to its version, and others are still beside it
          |
        1 | -- migrate: baseline
          | ^^^^^^^^^^^^^^^^^^^^
          = help: move them into a directory `before` beside this file, or remove this line
    "#]],
    );
    // Of another version.
    refused(
        read(&[&NOTES[..2], &[(name, &*text)]].concat()),
        &expect![[r#"
            migrations/before: the last version here is 1, but `migrations/2_baseline.up.surql` stands for the versions up to 2
              = help: add what is missing up to 2, or renumber the baseline to 1
        "#]],
    );
    let (_, text) = baseline("", "DEFINE TABLE note SCHEMAFULL;\n");
    refused(
        read(&[&NOTES[..], &[("1_baseline.up.surql", &*text)]].concat()),
        &expect![[r#"
            migrations/before: the last version here is 2, but `migrations/1_baseline.up.surql` stands for the versions up to 1
              = help: move what is above 1 back up, or renumber the baseline to 2
        "#]],
    );
    // Without a baseline, the directory is none of old migrations.
    refused(
        read(&NOTES),
        &expect![[r#"
            migrations/before/1_notes.down.surql: this looks like a migration, but subdirectories are not read
              = help: move it up to the other migrations, as `1_notes.down.surql`; if it is not a migration, rename it so that it neither begins with a number nor ends with `.up` or `.down`; if a baseline stands for it, begin that with the line `-- migrate: baseline`

            migrations/before/1_notes.up.surql: this looks like a migration, but subdirectories are not read
              = help: move it up to the other migrations, as `1_notes.up.surql`; if it is not a migration, rename it so that it neither begins with a number nor ends with `.up` or `.down`; if a baseline stands for it, begin that with the line `-- migrate: baseline`

            migrations/before/2_text.down.surql: this looks like a migration, but subdirectories are not read
              = help: move it up to the other migrations, as `2_text.down.surql`; if it is not a migration, rename it so that it neither begins with a number nor ends with `.up` or `.down`; if a baseline stands for it, begin that with the line `-- migrate: baseline`

            migrations/before/2_text.up.surql: this looks like a migration, but subdirectories are not read
              = help: move it up to the other migrations, as `2_text.up.surql`; if it is not a migration, rename it so that it neither begins with a number nor ends with `.up` or `.down`; if a baseline stands for it, begin that with the line `-- migrate: baseline`
        "#]],
    );
}

#[test]
fn a_baseline_of_more_than_there_can_be() {
    let (_, text) = baseline("", WHOLE);
    refused(
        read(&[("4294967295_baseline.up.surql", &*text)]),
        &expect![[r#"
            migrations/4294967295_baseline.up.surql:1:1: a baseline stands for at most 10000 migrations
              |
            1 | -- migrate: baseline
              | ^^^^^^^^^^^^^^^^^^^^
              = help: remove this line, or renumber this migration
        "#]],
    );
}

#[test]
fn lines_that_do_not_go_together() {
    refused(
        with_before(&baseline("-- migrate: per-statement\n", WHOLE)),
        &expect![[r#"
            migrations/2_baseline.up.surql:2:1: a baseline is applied in one transaction
              |
            2 | -- migrate: per-statement
              | ^^^^^^^^^^^^^^^^^^^^^^^^^
              = help: remove this line
        "#]],
    );
    refused(
        read(&[
            ("1.up.surql", &(list() + "DEFINE TABLE note;")),
            ("1.down.surql", "-- migrate: baseline\nREMOVE TABLE note;"),
        ]),
        &expect![[r#"
            migrations/1.down.surql:1:1: the directive `baseline` belongs in the up script
              |
            1 | -- migrate: baseline
              | ^^^^^^^^^^^^^^^^^^^^
              = help: remove this line

            migrations/1.up.surql:1:1: only a baseline replaces other migrations
              |
            1 | -- migrate: replaces 1 notes 65a58c8973aca5bac15faf7406f106b7686161b560be212517f794d82d9f2fbd
              | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
              = help: remove this line, or begin this file with the line `-- migrate: baseline`
        "#]],
    );
    refused(
        with_before(&baseline("-- migrate: baseline of 2\n", WHOLE)),
        &expect![[r#"
            migrations/2_baseline.up.surql:2:1: the directive `baseline` stands alone
              |
            2 | -- migrate: baseline of 2
              | ^^^^^^^^^^^^^^^^^^^^^^^^^
              = help: write `-- migrate: baseline`
        "#]],
    );
}

#[test]
fn what_is_wrong_in_the_old_migrations_is_told() {
    let (name, text) = baseline("", WHOLE);
    let files = [
        ("before/1_notes.up.surql", "DEFINE TABEL note;"),
        NOTES[1],
        NOTES[2],
        NOTES[3],
        (name, &text),
    ];
    refused(
        read(&files),
        &expect![[r#"
        migrations/before/1_notes.up.surql:1:8: Unexpected token `an identifier`, expected a define statement keyword
          |
        1 | DEFINE TABEL note;
          |        ^^^^^
    "#]],
    );
}
