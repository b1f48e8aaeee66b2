//! Which files belong together, as a table: a directory's files, and what they are read as.

use std::path::Path;

use migrate_files::{Directory, File, Migration, Problem, read_files};

/// Reads files by their names. A name that ends in `!` is that of a file which says that it is
/// irreversible; all of them are sound scripts.
///
/// A migration is shown as `version name: up file, down file`, a problem as `file: message`.
fn read(names: &[&str]) -> Vec<String> {
    let files = names.iter().map(|name| {
        let text = match name.ends_with('!') {
            true => "-- migrate: irreversible\nCREATE a;",
            false => "CREATE a;",
        };
        File::new(name.trim_end_matches('!'), text)
    });
    let directory = Directory::new(Path::new("/nowhere"), ".");
    match read_files(&directory, &files.collect::<Vec<_>>()) {
        Ok(set) => set.migrations.iter().map(show_migration).collect(),
        Err(problems) => problems.iter().map(show_problem).collect(),
    }
}

fn show_migration(migration: &Migration) -> String {
    let Migration {
        version,
        name,
        up,
        down,
        ..
    } = migration;
    let down = down.as_ref().map_or("irreversible", |down| &down.file);
    format!("{version} {name}: {}, {down}", up.file)
}

fn show_problem(problem: &Problem) -> String {
    format!("{}: {}", problem.file, problem.message)
}

/// Each line: the files, and what they are read as.
fn check(table: &[(&[&str], &[&str])]) {
    for (names, expected) in table {
        assert_eq!(read(names), *expected, "{names:?}");
    }
}

#[test]
fn what_is_a_set() {
    check(&[
        (
            &["001_a.up.surql", "001_a.down.surql"],
            &["1 a: 001_a.up.surql, 001_a.down.surql"],
        ),
        (
            &["001_a.surql", "001_a_down.surql"],
            &["1 a: 001_a.surql, 001_a_down.surql"],
        ),
        // Any number of zeros, and either extension.
        (
            &["1_a.up.surql", "0001_a.down.surrealql"],
            &["1 a: 1_a.up.surql, 0001_a.down.surrealql"],
        ),
        (
            &["1.surql", "1_down.surql", "2.up.surql", "2.down.surql"],
            &["1 : 1.surql, 1_down.surql", "2 : 2.up.surql, 2.down.surql"],
        ),
        // A migration that is called `down`, and one that ends so.
        (
            &["1_down.up.surql", "1_down.down.surql"],
            &["1 down: 1_down.up.surql, 1_down.down.surql"],
        ),
        (
            &["1_down.surql", "1_down_down.surql"],
            &["1 down: 1_down.surql, 1_down_down.surql"],
        ),
        (
            &["1_scale_down.surql", "1_scale_down_down.surql"],
            &["1 scale_down: 1_scale_down.surql, 1_scale_down_down.surql"],
        ),
        (
            &["1_scale_down.surql!"],
            &["1 scale_down: 1_scale_down.surql, irreversible"],
        ),
        // No `_` before it, or the wrong case: not a down script, but a name like any other.
        (
            &["1_countdown.surql", "1_countdown_down.surql"],
            &["1 countdown: 1_countdown.surql, 1_countdown_down.surql"],
        ),
        (
            &["1_a_DOWN.surql", "1_a_DOWN_down.surql"],
            &["1 a_DOWN: 1_a_DOWN.surql, 1_a_DOWN_down.surql"],
        ),
        // By number, not by name.
        (
            &[
                "10_a.up.surql!",
                "9_b.up.surql!",
                "8.surql!",
                "7.surql!",
                "6.surql!",
                "5.surql!",
                "4.surql!",
                "3.surql!",
                "2.surql!",
                "1.surql!",
            ],
            &[
                "1 : 1.surql, irreversible",
                "2 : 2.surql, irreversible",
                "3 : 3.surql, irreversible",
                "4 : 4.surql, irreversible",
                "5 : 5.surql, irreversible",
                "6 : 6.surql, irreversible",
                "7 : 7.surql, irreversible",
                "8 : 8.surql, irreversible",
                "9 b: 9_b.up.surql, irreversible",
                "10 a: 10_a.up.surql, irreversible",
            ],
        ),
        // Other files are ignored, copies that an editor made as well.
        (
            &[
                "1.surql!",
                "README.md",
                ".1.surql",
                "1.up.surql~",
                "1.surql.orig",
                "docs/README.md",
                "seeds/people.surql",
                "x.sql",
            ],
            &["1 : 1.surql, irreversible"],
        ),
    ]);
}

#[test]
fn which_scripts_are_missing() {
    check(&[
        (
            &["1_a.up.surql"],
            &["1_a.up.surql: this up script has no down script"],
        ),
        (
            &["1_a.surql"],
            &["1_a.surql: this up script has no down script"],
        ),
        (
            &["1_a.down.surql"],
            &["1_a.down.surql: this down script has no up script"],
        ),
        (
            &["1_a_down.surql"],
            &[
                "1_a_down.surql: this is either a down script that lacks its up script, `1_a.surql`, or the up script of a migration named `a_down`",
            ],
        ),
        (
            &["1_down.surql"],
            &[
                "1_down.surql: this is either a down script that lacks its up script, `1.surql`, or the up script of a migration named `down`",
            ],
        ),
        // What a suffixed name says is clear.
        (
            &["1_a_down.up.surql"],
            &["1_a_down.up.surql: this up script has no down script"],
        ),
        // A script belongs to its number alone.
        (
            &["1_a.up.surql", "2_a.down.surql"],
            &[
                "1_a.up.surql: this up script has no down script",
                "2_a.down.surql: this down script has no up script",
            ],
        ),
    ]);
}

#[test]
fn which_scripts_do_not_belong_together() {
    check(&[
        (
            &["1_a.up.surql", "1_b.down.surql"],
            &["1_b.down.surql: the name differs from that of the up script, `1_a.up.surql`"],
        ),
        (
            &["1_a.surql", "1_b_down.surql"],
            &["1_b_down.surql: the name differs from that of the up script, `1_a.surql`"],
        ),
        (
            &["1.surql", "1_a_down.surql"],
            &["1_a_down.surql: the name differs from that of the up script, `1.surql`"],
        ),
        (
            &["1_a.surql", "1_down.surql"],
            &["1_down.surql: the name differs from that of the up script, `1_a.surql`"],
        ),
        // Case counts, on every machine.
        (
            &["1_a.up.surql", "1_A.down.surql"],
            &["1_A.down.surql: the name differs from that of the up script, `1_a.up.surql`"],
        ),
        (
            &["1_a.up.surql", "1_a_down.surql"],
            &[
                "1_a_down.surql: the naming style differs from that of the up script, `1_a.up.surql`",
            ],
        ),
        (
            &["1_a.surql", "1_a.down.surql"],
            &["1_a.down.surql: the naming style differs from that of the up script, `1_a.surql`"],
        ),
        (
            &["1_a.up.surql!", "1_a.down.surql"],
            &[
                "1_a.up.surql: this migration is marked as irreversible, but has a down script: `1_a.down.surql`",
            ],
        ),
        (
            &["1_a.up.surql!", "1_a.down.surql", "01_a.down.surql"],
            &[
                "1_a.down.surql: version 1 has another down script: `01_a.down.surql`",
                "1_a.up.surql: this migration is marked as irreversible, but has a down script: `01_a.down.surql`",
            ],
        ),
        (
            &["1_a.up.surql", "1_a.down.surql!"],
            &["1_a.down.surql: the directive `irreversible` belongs in the up script"],
        ),
    ]);
}

#[test]
fn which_files_are_duplicates() {
    check(&[
        (
            &["1_a.up.surql", "01_a.up.surql", "1_a.down.surql"],
            &["1_a.up.surql: version 1 has another up script: `01_a.up.surql`"],
        ),
        (
            &["1_a.up.surql", "1_a.up.surrealql", "1_a.down.surql"],
            &["1_a.up.surrealql: version 1 has another up script: `1_a.up.surql`"],
        ),
        (
            &[
                "1_a.up.surql",
                "1_a.down.surql",
                "1_b.down.surql",
                "1_c.down.surql",
            ],
            &[
                "1_b.down.surql: version 1 has another down script: `1_a.down.surql`",
                "1_c.down.surql: version 1 has another down script: `1_b.down.surql`",
            ],
        ),
        // Two branches that took the same number.
        (
            &[
                "1_a.up.surql",
                "1_a.down.surql",
                "1_b.up.surql",
                "1_b.down.surql",
            ],
            &["1_b.up.surql: version 1 is used twice: by this migration and by `1_a.up.surql`"],
        ),
        // Three of them, not all complete.
        (
            &[
                "1_a.up.surql!",
                "1_b.surql",
                "1_c_down.surql",
                "1_d.up.surql",
            ],
            &[
                "1_b.surql: version 1 is used twice: by this migration and by `1_a.up.surql`",
                "1_c_down.surql: the name differs from that of the up script, `1_b.surql`",
                "1_d.up.surql: version 1 is used twice: by this migration and by `1_a.up.surql`",
                "1_d.up.surql: this up script has no down script",
            ],
        ),
        // The names decide what belongs together, in both styles.
        (
            &[
                "1_a.surql",
                "1_b.surql",
                "1_a_down.surql",
                "1_b_down.surql",
                "1_c_down.up.surql",
                "1_c_down.down.surql",
            ],
            &[
                "1_b.surql: version 1 is used twice: by this migration and by `1_a.surql`",
                "1_c_down.up.surql: version 1 is used twice: by this migration and by `1_a.surql`",
            ],
        ),
        // The same file in both styles.
        (
            &["1_a.surql", "1_a.up.surql", "1_a.down.surql"],
            &["1_a.up.surql: version 1 has another up script: `1_a.surql`"],
        ),
        // Of two down scripts, the one with the wrong name is not taken for an up script.
        (
            &["1_aaa.surql", "1_aaa_down.surql", "1_b_down.surql"],
            &["1_b_down.surql: version 1 has another down script: `1_aaa_down.surql`"],
        ),
        // A third file for one version is always one too many, whatever it ends in.
        (
            &["1_a.surql", "1_a_down.surql", "1_a_down_down.surql"],
            &[
                "1_a_down_down.surql: version 1 is used twice: by this migration and by `1_a.surql`",
                "1_a_down_down.surql: this is either a down script that lacks its up script, `1_a_down.surql`, or the up script of a migration named `a_down_down`",
            ],
        ),
    ]);
}

#[test]
fn which_numbers_are_missing() {
    check(&[
        (
            &["2.surql!"],
            &["2.surql: the first version is 2, but versions start at 1"],
        ),
        (
            &[
                "1.surql!",
                "3.surql!",
                "7.surql!",
                "8.surql!",
                "10.surql!",
                "13.surql!",
            ],
            &[
                "3.surql: version 2 is missing between 1 (`1.surql`) and 3 (`3.surql`)",
                "7.surql: versions 4, 5 and 6 are missing between 3 (`3.surql`) and 7 (`7.surql`)",
                "10.surql: version 9 is missing between 8 (`8.surql`) and 10 (`10.surql`)",
                "13.surql: versions 11 and 12 are missing between 10 (`10.surql`) and 13 (`13.surql`)",
            ],
        ),
        (
            &["1.surql!", "20261122093000_a.surql!", "4294967294.surql!"],
            &[
                ".: 1 file is named by date, but versions are numbers without gaps: 1, 2, 3, …",
                "4294967294.surql: versions 2 to 4294967293 are missing between 1 (`1.surql`) and 4294967294 (`4294967294.surql`)",
            ],
        ),
        // A misspelt file is reported once, and not as a gap as well.
        (
            &["1.surql!", "2_a.sql", "3.surql!"],
            &["2_a.sql: `.sql` is not the extension of a migration"],
        ),
        (
            &["1.surql!", "later/2.surql", "3.surql!"],
            &["later/2.surql: this looks like a migration, but subdirectories are not read"],
        ),
        (
            &["0.surql", "1.surql!"],
            &["0.surql: version 0 stands for a database without migrations"],
        ),
        (&[], &[".: this directory contains no migrations"]),
        (
            &["README.md"],
            &[".: this directory contains no migrations"],
        ),
    ]);
}

#[test]
fn the_missing_down_script_is_named() {
    for (up, down) in [
        ("1.surql", "`1_down.surql`"),
        ("1_a.surql", "`1_a_down.surql`"),
        ("1.up.surql", "`1.down.surql`"),
        ("01_a.up.surrealql", "`01_a.down.surrealql`"),
    ] {
        let files = [File::new(up, "CREATE a;")];
        let directory = Directory::new(Path::new("/nowhere"), ".");
        let problems = read_files(&directory, &files).unwrap_err().to_string();
        assert!(problems.contains(down), "{problems}");
    }
}
