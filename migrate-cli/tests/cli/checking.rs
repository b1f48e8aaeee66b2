//! `migrate check`.

use crate::support::{OWN_SET, PEOPLE, Shell};
use expect_test::expect;

fn sound() -> Shell {
    Shell::new(&[
        ("1_people.up.surql", "DEFINE TABLE person SCHEMAFULL;\n"),
        ("1_people.down.surql", "REMOVE TABLE person;\n"),
    ])
}

fn with_warning() -> Shell {
    Shell::new(&[
        ("1_people.up.surql", "DEFINE TABLE person SCHEMAFULL;\n"),
        ("1_people.down.surql", "REMOVE TABLE person;\n"),
        (
            "2_stars.up.surql",
            "DEFINE FIELD stars ON person TYPE int DEFAULT 0;\n",
        ),
        ("2_stars.down.surql", "REMOVE FIELD stars ON person;\n"),
    ])
}

fn broken() -> Shell {
    Shell::new(&[
        ("1_people.up.surql", "DEFINE TABLE person SCHEMAFULL;\n"),
        ("3_tags.up.surql", "DEFINE TABEL tag;\n"),
        ("3_tags.down.surql", "REMOVE TABLE tag;\nCOMMIT;\n"),
    ])
}

#[test]
fn a_sound_set() {
    expect![[r#"
        1 migration in `migrations`: nothing wrong
    "#]]
    .assert_eq(&sound().run("check"));
}

#[test]
fn the_projects_own_set_is_sound() {
    let printed = Shell::new(PEOPLE).run(&format!("check --dir {OWN_SET}"));
    assert!(printed.starts_with("20 migrations in `"), "{printed}");
    assert!(printed.ends_with("`: nothing wrong\n"), "{printed}");
}

#[test]
fn all_problems_are_shown_at_once() {
    expect![[r#"
        error: migrations/1_people.up.surql: this up script has no down script
          = help: write `1_people.down.surql`, or begin this file with the line `-- migrate: irreversible`

        error: migrations/3_tags.down.surql:2:1: a migration already runs in a transaction: this would leave it partially applied
          |
        2 | COMMIT;
          | ^^^^^^^
          = help: remove it; the whole script is applied atomically

        error: migrations/3_tags.up.surql: version 2 is missing between 1 (`1_people.up.surql`) and 3 (`3_tags.up.surql`)
          = help: versions have no gaps: add what is missing, or renumber from here on: 3 becomes 2

        error: migrations/3_tags.up.surql:1:8: Unexpected token `an identifier`, expected a define statement keyword
          |
        1 | DEFINE TABEL tag;
          |        ^^^^^

        4 problems in `migrations`
        exit status: 1
    "#]].assert_eq(&broken().run("check"));
}

#[test]
fn a_warning_is_no_failure() {
    expect![[r#"
        warning: migrations/2_stars.up.surql:1:1: from here on every update of a record of `person` that is there already fails: it has no `stars`, and `DEFAULT` is for new records [required_field]
          |
        1 | DEFINE FIELD stars ON person TYPE int DEFAULT 0;
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          = help: write `UPDATE person SET stars = …` behind this statement, or make it an `option<…>`; if this is meant, begin the file with `-- migrate: allow required_field: REASON`

        2 migrations in `migrations`: 1 warning
    "#]].assert_eq(&with_warning().run("check"));
}

#[test]
fn a_warning_can_be_denied_and_allowed() {
    let denied = with_warning().run("check --deny all");
    assert!(denied.ends_with("exit status: 1\n"), "{denied}");
    let allow = "check --deny all --allow required_field,values_left";
    assert_eq!(
        with_warning().run(allow),
        sound()
            .run("check")
            .replace("1 migration ", "2 migrations ")
    );
    assert_eq!(
        with_warning().run("check --lint-from 3"),
        with_warning().run(allow)
    );
}

#[test]
fn a_rule_that_is_not_there() {
    expect![[r#"
        stderr: error: invalid value 'required_felt' for '--deny <RULE,…>': there is no rule "required_felt"; the rules are analyzer_beside_index, clause_dropped, computed_in_view, definition_kept, edges_left, events_fired, ignored_write, index_in_foreground, made_computed, missing_name, misspelt_table, narrowed_type, never_null, permissions_dropped, readonly_unfilled, records_not_restored, reference_unfilled, required_field, stale_index, table_removed, unique_index_removed, unique_with_none, unknown_field, unset_required, values_left, values_moved, view_replaced, whole_table_write, wrong_default
        stderr: 
        stderr: For more information, try '--help'.
        exit status: 2
    "#]].assert_eq(&sound().run("check --deny required_felt"));
}

#[test]
fn as_json() {
    expect![[r#"
        {
          "migrations": null,
          "errors": 4,
          "warnings": 0,
          "findings": [
            {
              "level": "error",
              "file": "migrations/1_people.up.surql",
              "line": null,
              "column": null,
              "end_column": null,
              "rule": null,
              "message": "this up script has no down script",
              "notes": [],
              "help": "write `1_people.down.surql`, or begin this file with the line `-- migrate: irreversible`",
              "rendered": "migrations/1_people.up.surql: this up script has no down script\n  = help: write `1_people.down.surql`, or begin this file with the line `-- migrate: irreversible`"
            },
            {
              "level": "error",
              "file": "migrations/3_tags.down.surql",
              "line": 2,
              "column": 1,
              "end_column": 8,
              "rule": null,
              "message": "a migration already runs in a transaction: this would leave it partially applied",
              "notes": [],
              "help": "remove it; the whole script is applied atomically",
              "rendered": "migrations/3_tags.down.surql:2:1: a migration already runs in a transaction: this would leave it partially applied\n  |\n2 | COMMIT;\n  | ^^^^^^^\n  = help: remove it; the whole script is applied atomically"
            },
            {
              "level": "error",
              "file": "migrations/3_tags.up.surql",
              "line": null,
              "column": null,
              "end_column": null,
              "rule": null,
              "message": "version 2 is missing between 1 (`1_people.up.surql`) and 3 (`3_tags.up.surql`)",
              "notes": [],
              "help": "versions have no gaps: add what is missing, or renumber from here on: 3 becomes 2",
              "rendered": "migrations/3_tags.up.surql: version 2 is missing between 1 (`1_people.up.surql`) and 3 (`3_tags.up.surql`)\n  = help: versions have no gaps: add what is missing, or renumber from here on: 3 becomes 2"
            },
            {
              "level": "error",
              "file": "migrations/3_tags.up.surql",
              "line": 1,
              "column": 8,
              "end_column": 13,
              "rule": null,
              "message": "Unexpected token `an identifier`, expected a define statement keyword",
              "notes": [],
              "help": null,
              "rendered": "migrations/3_tags.up.surql:1:8: Unexpected token `an identifier`, expected a define statement keyword\n  |\n1 | DEFINE TABEL tag;\n  |        ^^^^^"
            }
          ],
          "message": "4 problems in `migrations`"
        }
        exit status: 1
    "#]].assert_eq(&broken().run("check --format json"));
}

#[test]
fn as_annotations() {
    expect![[r#"
        ::error file=migrations/1_people.up.surql,title=migrations::this up script has no down script%0Ahelp: write `1_people.down.surql`, or begin this file with the line `-- migrate: irreversible`
        ::error file=migrations/3_tags.down.surql,line=2,endLine=2,col=1,endColumn=8,title=migrations::a migration already runs in a transaction: this would leave it partially applied%0Ahelp: remove it; the whole script is applied atomically
        ::error file=migrations/3_tags.up.surql,title=migrations::version 2 is missing between 1 (`1_people.up.surql`) and 3 (`3_tags.up.surql`)%0Ahelp: versions have no gaps: add what is missing, or renumber from here on: 3 becomes 2
        ::error file=migrations/3_tags.up.surql,line=1,endLine=1,col=8,endColumn=13,title=migrations::Unexpected token `an identifier`, expected a define statement keyword
        4 problems in `migrations`
        exit status: 1
    "#]].assert_eq(&broken().run("check --format github"));
    expect![[r#"
        ::warning file=migrations/2_stars.up.surql,line=1,endLine=1,col=1,endColumn=49,title=required_field::from here on every update of a record of `person` that is there already fails: it has no `stars`, and `DEFAULT` is for new records%0Ahelp: write `UPDATE person SET stars = …` behind this statement, or make it an `option<…>`; if this is meant, begin the file with `-- migrate: allow required_field: REASON`
        2 migrations in `migrations`: 1 warning
    "#]].assert_eq(&with_warning().run("check --format github"));
}

#[test]
fn annotations_name_files_from_the_root_of_the_repository() {
    let shell = with_warning();
    let path = shell.path();
    let root = path.parent().expect("the folder is in another one");
    let name = path.file_name().expect("it has a name").to_string_lossy();
    let root = root.to_string_lossy().into_owned();
    let printed = shell
        .with("GITHUB_WORKSPACE", root)
        .run("check --format github");
    let file = format!("::warning file={name}/migrations/2_stars.up.surql,");
    assert!(printed.starts_with(&file), "{printed}");
}

#[test]
fn as_sarif() {
    expect![[r#"
        {
          "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
          "runs": [
            {
              "columnKind": "unicodeCodePoints",
              "results": [
                {
                  "level": "warning",
                  "locations": [
                    {
                      "physicalLocation": {
                        "artifactLocation": {
                          "uri": "migrations/2_stars.up.surql"
                        },
                        "region": {
                          "endColumn": 49,
                          "startColumn": 1,
                          "startLine": 1
                        }
                      }
                    }
                  ],
                  "message": {
                    "text": "from here on every update of a record of `person` that is there already fails: it has no `stars`, and `DEFAULT` is for new records\nhelp: write `UPDATE person SET stars = …` behind this statement, or make it an `option<…>`; if this is meant, begin the file with `-- migrate: allow required_field: REASON`"
                  },
                  "ruleId": "required_field"
                }
              ],
              "tool": {
                "driver": {
                  "name": "migrate",
                  "rules": [
                    {
                      "id": "required_field"
                    }
                  ],
                  "version": "0.1.0"
                }
              }
            }
          ],
          "version": "2.1.0"
        }
    "#]].assert_eq(&with_warning().run("check --format sarif"));
}

#[test]
fn a_directory_that_is_not_there_or_empty() {
    let empty = Shell::new(&[]);
    expect![[r#"
        error: migrations: this directory contains no migrations
          = help: start with `migrations/001_initial.up.surql` and `migrations/001_initial.down.surql`

        1 problem in `migrations`
        exit status: 1
    "#]].assert_eq(&empty.run("check"));
    expect![[r#"
        error: db: this directory does not exist
          = help: create it, or pass the path of the directory that holds the migrations

        1 problem in `db`
        exit status: 1
    "#]]
    .assert_eq(&empty.run("check --dir db"));
}

#[test]
fn colours_are_for_those_who_want_them() {
    let plain = with_warning().run("check");
    let coloured = with_warning().run("check --color always");
    assert!(!plain.contains('\u{1b}'), "{plain}");
    expect![[r#"
        ESC[1mESC[33mwarningESC[0m: ESC[1mmigrations/2_stars.up.surql:1:1: from here on every update of a record of `person` that is there already fails: it has no `stars`, and `DEFAULT` is for new records [required_field]ESC[0m
        ESC[1mESC[34m  |ESC[0m
        ESC[1mESC[34m1 |ESC[0m DEFINE FIELD stars ON person TYPE int DEFAULT 0;
        ESC[1mESC[34m  |ESC[0mESC[1mESC[33m ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ESC[0m
          ESC[1mESC[34m=ESC[0m ESC[1mESC[36mhelp:ESC[0m write `UPDATE person SET stars = …` behind this statement, or make it an `option<…>`; if this is meant, begin the file with `-- migrate: allow required_field: REASON`

        2 migrations in `migrations`: 1 warning
    "#]].assert_eq(&coloured.replace('\u{1b}', "ESC"));
}
