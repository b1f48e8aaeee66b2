//! What a user gets to read about a whole directory: every problem, in one text.

use std::path::Path;

use migrate_files::{Directory, File, read_files};

/// The problems of files, each given by its name and its text.
fn report(files: &[(&str, &str)]) -> String {
    let files = files.iter().map(|(name, text)| File::new(*name, *text));
    let directory = Directory::new(Path::new("/nowhere"), "migrations");
    match read_files(&directory, &files.collect::<Vec<_>>()) {
        Err(problems) => problems.to_string(),
        Ok(migrations) => panic!("{migrations:?}"),
    }
}

/// Sound scripts of these names.
fn sound<'a>(names: &[&'a str]) -> Vec<(&'a str, &'static str)> {
    names
        .iter()
        .map(|name| (*name, "DEFINE TABLE a;"))
        .collect()
}

#[test]
fn two_migrations_with_one_version_are_reported_with_the_next_free_one() {
    let files = [
        "001_start.up.surql",
        "001_start.down.surql",
        "002_team.up.surql",
        "002_team.down.surql",
        "002_user.up.surql",
        "002_user.down.surql",
        "2_zone.surql",
        "2_zone_down.surql",
        "003_end.up.surql",
        "003_end.down.surql",
    ];
    assert_eq!(
        report(&sound(&files)),
        "\
migrations/002_user.up.surql: version 2 is used twice: by this migration and by `002_team.up.surql`
  = help: rename the newer one to 4, the next free version; this one would be `004_user.up.surql` and `004_user.down.surql`

migrations/2_zone.surql: version 2 is used twice: by this migration and by `002_team.up.surql`
  = help: rename the newer one to 5, the next free version; this one would be `5_zone.surql` and `5_zone_down.surql`"
    );
}

#[test]
fn two_files_for_one_script_are_reported_with_the_next_free_version() {
    let files = ["1_a.up.surql", "01_a.up.surql", "1_a.down.surql"];
    assert_eq!(
        report(&sound(&files)),
        "\
migrations/1_a.up.surql: version 1 has another up script: `01_a.up.surql`
  = help: remove one of them; if both are needed, this one would be `2_a.up.surql`, with the next free version"
    );
}

/// A free version is one after all others, those of misspelt files included.
#[test]
fn a_free_version_is_after_all_others() {
    let files = [
        "1_a.up.surql",
        "1_a.down.surql",
        "1_b.up.surql",
        "1_b.down.surql",
        "2_c.up.sql",
    ];
    let report = report(&sound(&files));
    assert!(report.contains("to 3, the next free version"), "{report}");
}

#[test]
fn duplicates_hide_no_other_problem() {
    let files = [
        ("1_a.up.surql", "DEFINE TABEL a;"),
        ("1_b.up.surql", "COMMIT;"),
        ("1_b.down.surql", " "),
        ("1_b.down.surrealql", "-- migrate: irreversible\nRETURN 1;"),
        ("3_c.up.surql", "-- migrate: nonsense\nDEFINE TABLE c;"),
    ];
    assert_eq!(
        report(&files),
        "\
migrations/1_a.up.surql: this up script has no down script
  = help: write `1_a.down.surql`, or begin this file with the line `-- migrate: irreversible`

migrations/1_a.up.surql:1:8: Unexpected token `an identifier`, expected a define statement keyword
  |
1 | DEFINE TABEL a;
  |        ^^^^^

migrations/1_b.down.surql: this down script contains neither a statement nor a comment
  = help: write what reverts the migration, or a comment that says why there is nothing to revert

migrations/1_b.down.surrealql: version 1 has another down script: `1_b.down.surql`
  = help: remove one of them; if both are needed, this one would be `5_b.down.surrealql`, with the next free version

migrations/1_b.down.surrealql:1:1: the directive `irreversible` belongs in the up script
  |
1 | -- migrate: irreversible
  | ^^^^^^^^^^^^^^^^^^^^^^^^
  = help: remove this line

migrations/1_b.down.surrealql:2:1: `RETURN` ends the script: the statements after it would be skipped without an error
  |
2 | RETURN 1;
  | ^^^^^^^^^
  = help: remove it, or move it into a function

migrations/1_b.up.surql: version 1 is used twice: by this migration and by `1_a.up.surql`
  = help: rename the newer one to 4, the next free version; this one would be `4_b.up.surql` and `4_b.down.surql` and `4_b.down.surrealql`

migrations/1_b.up.surql:1:1: a migration already runs in a transaction: this would leave it partially applied
  |
1 | COMMIT;
  | ^^^^^^^
  = help: remove it; the whole script is applied atomically

migrations/3_c.up.surql: version 2 is missing between 1 (`1_a.up.surql`) and 3 (`3_c.up.surql`)
  = help: versions have no gaps: add what is missing, or renumber from here on: 3 becomes 2

migrations/3_c.up.surql: this up script has no down script
  = help: write `3_c.down.surql`, or begin this file with the line `-- migrate: irreversible`

migrations/3_c.up.surql:1:1: unknown directive `nonsense`
  |
1 | -- migrate: nonsense
  | ^^^^^^^^^^^^^^^^^^^^
  = help: the directives are `-- migrate: irreversible`, `-- migrate: per-statement`, `-- migrate: lossy: REASON`, `-- migrate: assumes table NAME, …`, `-- migrate: allow NAME: REASON`, `-- migrate: baseline` and `-- migrate: replaces VERSION NAME CHECKSUM`, one per line"
    );
}

#[test]
fn dated_files_are_reported_once_with_their_new_names() {
    let files = [
        "20260419_101500_user.up.surql",
        "20260419_101500_user.down.surql",
        "20260418000000_team.surql",
        "20260418000000_team_down.surql",
        "202604191016.up.surrealql",
        "202604191016.down.surrealql",
    ];
    assert_eq!(
        report(&sound(&files)),
        "\
migrations: 6 files are named by date, but versions are numbers without gaps: 1, 2, 3, …
  = help: rename
          `20260418000000_team.surql` to `001_team.surql`
          `20260418000000_team_down.surql` to `001_team_down.surql`
          `20260419_101500_user.up.surql` to `002_user.up.surql`
          `20260419_101500_user.down.surql` to `002_user.down.surql`
          `202604191016.up.surrealql` to `003.up.surrealql`
          `202604191016.down.surrealql` to `003.down.surrealql`"
    );
}

#[test]
fn dated_files_come_after_numbered_ones() {
    let files = [
        "1_a.up.surql",
        "1_a.down.surql",
        "20260419_b.up.surql",
        "20260419_b.down.surql",
    ];
    assert_eq!(
        report(&sound(&files)),
        "\
migrations: 2 files are named by date, but versions are numbers without gaps: 1, 2, 3, …
  = help: rename
          `20260419_b.up.surql` to `002_b.up.surql`
          `20260419_b.down.surql` to `002_b.down.surql`"
    );
}

#[test]
fn what_is_wrong_in_dated_files_is_reported_as_well() {
    let files = [
        ("20260101_000000_a.up.surql", "DEFINE TABEL a;"),
        ("20260102_000000_b.up.surql", "USE DB x;"),
        ("20260102_000000_b.down.surql", ""),
        ("20260103_000000_c.down.surql", "REMOVE TABLE c;"),
        ("20260104_000000_d.surql", "DEFINE TABLE d;"),
        ("20260104000000_d.surql", "DEFINE TABLE d;"),
        ("20260104_000000_d_down.surql", "REMOVE TABLE d;"),
        ("20260105_000000_e.up.surql", "DEFINE TABLE e;"),
        ("20260105_000000_f.down.surql", "REMOVE TABLE e;"),
        (
            "20260106_000000_g.up.surql",
            "-- migrate: irreversible\nDEFINE TABLE g;",
        ),
        (
            "20260106_000000_h.up.surql",
            "-- migrate: irreversible\nDEFINE TABLE h;",
        ),
        ("20260107_000000-i.up.surql", "DEFINE TABLE i;"),
    ];
    assert_eq!(
        report(&files),
        "\
migrations: 10 files are named by date, but versions are numbers without gaps: 1, 2, 3, …
  = help: rename
          `20260101_000000_a.up.surql` to `001_a.up.surql`
          `20260102_000000_b.up.surql` to `002_b.up.surql`
          `20260102_000000_b.down.surql` to `002_b.down.surql`
          `20260103_000000_c.down.surql` to `003_c.down.surql`
          `20260104000000_d.surql` to `004_d.surql`
          `20260104_000000_d_down.surql` to `004_d_down.surql`
          `20260105_000000_e.up.surql` to `005_e.up.surql`
          `20260105_000000_f.down.surql` to `005_f.down.surql`
          `20260106_000000_g.up.surql` to `006_g.up.surql`
          `20260106_000000_h.up.surql` to `007_h.up.surql`

migrations/20260101_000000_a.up.surql: this up script has no down script
  = help: write `001_a.down.surql`, or begin this file with the line `-- migrate: irreversible`

migrations/20260101_000000_a.up.surql:1:8: Unexpected token `an identifier`, expected a define statement keyword
  |
1 | DEFINE TABEL a;
  |        ^^^^^

migrations/20260102_000000_b.down.surql: this down script contains neither a statement nor a comment
  = help: write what reverts the migration, or a comment that says why there is nothing to revert

migrations/20260102_000000_b.up.surql:1:1: `USE` would run the rest of the script, and update the history, in another database
  |
1 | USE DB x;
  | ^^^^^^^^^
  = help: remove it; a migration runs in the database that the connection has selected

migrations/20260103_000000_c.down.surql: this down script has no up script
  = help: write `003_c.up.surql`, or remove this file

migrations/20260104_000000_d.surql: this migration has another up script: `20260104000000_d.surql`
  = help: remove one of them

migrations/20260105_000000_f.down.surql: the name differs from that of the up script, `20260105_000000_e.up.surql`
  = help: rename this file to `005_e.down.surql`, or the up script to match

migrations/20260106_000000_h.up.surql: the date is that of `20260106_000000_g.up.surql` as well, and does not say which of them comes first
  = help: in the list of renames this one comes second: exchange the two if that is wrong

migrations/20260107_000000-i.up.surql: the version is followed by `-`
  = help: separate the version from the name with `_`, as in `20260107_000000_i.up.surql`"
    );
}

#[test]
fn a_long_list_of_new_names_is_cut() {
    let names: Vec<String> = (1..=28)
        .flat_map(|day| {
            ["up", "down"].map(|role| format!("202602{day:02}_080000_step.{role}.surql"))
        })
        .collect();
    let list = |count: usize| {
        let names: Vec<&str> = names.iter().take(count).map(String::as_str).collect();
        report(&sound(&names))
    };
    let whole = list(20);
    assert_eq!(whole.lines().count(), 22, "{whole}");
    assert!(whole.ends_with("to `010_step.down.surql`"), "{whole}");
    let cut = list(22);
    assert!(cut.starts_with("migrations: 22 files are named"), "{cut}");
    assert!(
        cut.ends_with(
            "\n          `20260210_080000_step.down.surql` to `010_step.down.surql`\n          \
             and 2 more in this order, up to `011_step.down.surql`"
        ),
        "{cut}"
    );
}

#[test]
fn help_is_aligned_with_the_number_of_the_line() {
    let text = format!("{}COMMIT;", "\n".repeat(9));
    let files = [("1.surql", &*text), ("1_down.surql", "-- Nothing.")];
    assert_eq!(
        report(&files),
        "\
migrations/1.surql:10:1: a migration already runs in a transaction: this would leave it partially applied
   |
10 | COMMIT;
   | ^^^^^^^
   = help: remove it; the whole script is applied atomically"
    );
}
