//! Statements that certainly fail on the schema that the scripts before them made. That the model is
//! right is asked of the engine, by `tests/tests/schema`.

use std::path::Path;

use migrate_files::{Directory, File, read_files};

/// What is wrong with migrations of these up and down scripts.
fn problems(migrations: &[(&str, &str)]) -> Vec<String> {
    let files = (1..).zip(migrations).flat_map(|(version, (up, down))| {
        [("up", up), ("down", down)]
            .map(|(role, text)| File::new(format!("{version}.{role}.surql"), *text))
    });
    let directory = Directory::new(Path::new("/nowhere"), ".");
    let Err(problems) = read_files(&directory, &files.collect::<Vec<_>>()) else {
        return Vec::new();
    };
    let problems = problems.iter().map(|problem| {
        let place = problem.snippet.as_ref().map(|snippet| snippet.place);
        let (place, help) = (place.expect("a place"), problem.help.as_ref());
        let help = help.expect("a help").split(';').next().expect("a part");
        format!("{}:{place}: {}; {help}", problem.file, problem.message)
    });
    problems.collect()
}

const NOTHING: &str = "-- Nothing.";

#[test]
fn what_is_there_is_not_defined_again() {
    assert_eq!(
        problems(&[
            ("DEFINE TABLE a;\nDEFINE FIELD f ON a;", "REMOVE TABLE a;"),
            ("CREATE a;\nDEFINE FIELD f ON a; DEFINE TABLE a;", NOTHING),
        ]),
        [
            "2.up.surql:2:1: field `f` of table `a` is defined already: 1.up.surql:2; remove this statement",
            "2.up.surql:2:22: table `a` is defined already: 1.up.surql:1; remove this statement",
        ]
    );
}

#[test]
fn what_is_not_there_is_not_removed_or_altered() {
    assert_eq!(
        problems(&[
            (
                "DEFINE TABLE a; DEFINE FIELD name ON a; DEFINE INDEX names ON a FIELDS name;",
                "REMOVE TABLE a;\nREMOVE FIELD name ON a;"
            ),
            (
                "REMOVE FIELD nane ON a;\nALTER FIELD other ON a TYPE int;\nREMOVE INDEX name ON a;",
                NOTHING
            ),
        ]),
        [
            "1.down.surql:2:1: there is no field `name` of table `a` any more: removed in 1.down.surql:1; remove this statement, or write `REMOVE FIELD IF EXISTS name ON a`",
            "2.up.surql:1:1: there is no field `nane` of table `a`; did you mean `name`?",
            "2.up.surql:2:1: there is no field `other` of table `a`; remove this statement, or write `ALTER FIELD IF EXISTS other ON a`",
            "2.up.surql:3:1: there is no index `name` of table `a`; did you mean `names`?",
        ]
    );
}

#[test]
fn a_down_script_starts_on_what_its_up_script_made_and_leaves_no_trace() {
    assert_eq!(
        problems(&[
            ("DEFINE TABLE a;", "REMOVE TABLE a;"),
            ("REMOVE TABLE a;", "DEFINE TABLE a;"),
            ("DEFINE TABLE a;", "REMOVE TABLE a;"),
        ]),
        [""; 0]
    );
    assert_eq!(
        problems(&[("DEFINE TABLE a;", "DEFINE TABLE a;")]),
        ["1.down.surql:1:1: table `a` is defined already: 1.up.surql:1; remove this statement"]
    );
}

#[test]
fn nothing_is_known_of_what_was_there_before() {
    assert_eq!(
        problems(&[(
            "REMOVE TABLE a; REMOVE FIELD f ON b; ALTER TABLE c SCHEMAFULL;",
            "REMOVE TABLE d;"
        )]),
        [""; 0]
    );
}

#[test]
fn a_set_with_other_problems_is_not_run_on_the_model() {
    let found = problems(&[
        ("DEFINE TABLE a;", "REMOVE TABLE a;"),
        ("COMMIT; DEFINE TABLE a;", NOTHING),
    ]);
    assert!(
        matches!(&*found, [only] if only.starts_with("2.up.surql:1:1: a migration already runs")),
        "{found:?}"
    );
}
