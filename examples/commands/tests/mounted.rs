//! The commands as the application's users run them.

#![allow(
    clippy::needless_raw_string_hashes,
    reason = "snapshots are written like that"
)]

use std::path::Path;
use std::process::{Command, Output};

use expect_test::expect;

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_commands"))
        .current_dir(folder)
        .args(arguments)
        .output()
        .expect("the application starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("what it prints is text")
}

#[test]
fn an_applications_own_set_over_its_own_connection() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let folder = folder.path();

    let up = run(folder, &["migrate", "up", "--to", "3"]);
    assert!(up.status.success(), "{up:?}");
    assert!(text(&up.stdout).ends_with("3 migrations, from version 0 to 3\n"));

    let down = run(folder, &["migrate", "down"]);
    assert_eq!(down.status.code(), Some(3));
    expect![[r#"
        This reverts 1 migration of the database `notebook` in the namespace `app`:
             3  notebooks
                  removes table `notebook`, which has no records
        error: this needs to be confirmed, and there is no terminal to ask on
          = nothing was done
          = help: pass `--yes` if it is meant
    "#]]
    .assert_eq(&text(&down.stderr));

    let down = run(folder, &["migrate", "down", "--yes"]);
    assert!(text(&down.stdout).ends_with("1 migration, from version 3 to 2\n"));

    let status = run(folder, &["migrate", "status", "--format", "json"]);
    assert!(text(&status.stdout).starts_with("{\n  \"current_version\": 2,"));

    let drift = run(folder, &["migrate", "drift"]);
    assert!(drift.status.success(), "{drift:?}");

    let sources = run(folder, &["sources"]);
    assert!(sources.status.success(), "{sources:?}");
}

#[test]
fn verifying_needs_no_database_of_the_application() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let verify = run(folder.path(), &["migrate", "verify"]);
    assert!(text(&verify.stdout).ends_with("20 migrations verified\n"));
    let mut left = std::fs::read_dir(folder.path()).expect("the folder is there");
    assert!(left.next().is_none());
}

#[test]
fn a_database_that_cannot_be_opened() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    std::fs::write(folder.path().join("notebook.db"), "").expect("a file can be written");
    let status = run(folder.path(), &["migrate", "status"]);
    assert_eq!(status.status.code(), Some(4));
    expect![[r#"
        error: cannot connect to the database
          = There was a problem with the datastore: IO error: File exists (os error 17)
    "#]]
    .assert_eq(&text(&status.stderr));
}

#[test]
fn help_has_no_arguments_for_what_the_application_knows() {
    let help = run(".".as_ref(), &["migrate", "--help"]);
    expect![[r#"
        Bring the database's schema along

        Usage: commands migrate <COMMAND>

        Commands:
          status  Show every migration with its state
          plan    Show what `up` would apply, without doing it
          up      Apply what is pending
          down    Revert the last migration, or down to a version
          redo    Revert the last migration and apply it again
          accept  Record the text that an applied migration has now, without running it
          adopt   Record migrations as applied that another program or a person has applied
          drift   Show how the schema differs from what the migrations make
          verify  Prove that each down script undoes its up script
          help    Print this message or the help of the given subcommand(s)

        Options:
          -h, --help  Print help
    "#]]
    .assert_eq(&text(&help.stdout));
    let help = run(".".as_ref(), &["migrate", "up", "-h"]);
    expect![[r#"
        Apply what is pending

        Usage: commands migrate up [OPTIONS]

        Options:
              --to <VERSION>                Apply up to and including this version
              --grouped                     Apply everything in one transaction: all or nothing
              --allow-newer                 Go on although a newer build has migrated the database
              --allow-existing-tables       Start at version 1 although there are tables that the migrations
                                            define
              --refuse-drift                Apply nothing if the schema is not what its migrations make of
                                            it
              --wait-for-indexes <SECONDS>  Wait until indexes that are built in the background are ready
              --lock-timeout <SECONDS>      Give up if another process is migrating for so long
          -y, --yes                         Do not ask before a migration removes a table that has records
              --exit-code                   End with exit status 5 if there is nothing to do
              --format <FORMAT>             What to print [default: text] [possible values: text, json]
          -h, --help                        Print help (see more with '--help')

        Many databases:
              --all-databases               Every database of the namespace
              --database-pattern <PATTERN>  Those whose name fits a pattern: `tenant_*`
              --databases-from <FILE>       Those in a file, one a line: `name` or `namespace/name`
              --concurrency <NUMBER>        How many at the same moment [default: 4]
              --stop-at-failure             Begin no other once one has failed
    "#]].assert_eq(&text(&help.stdout));
}
