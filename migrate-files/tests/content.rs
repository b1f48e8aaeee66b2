//! What may be in a script, as a table: an up script, and what is wrong with it.

use std::path::Path;

use migrate_files::{Directory, File, read_files};

/// What is wrong with a migration of these two scripts.
fn problems(up: &str, down: &str) -> Vec<String> {
    let files = [
        File::new("1_a.up.surql", up),
        File::new("1_a.down.surql", down),
    ];
    let directory = Directory::new(Path::new("/nowhere"), ".");
    let Err(problems) = read_files(&directory, &files) else {
        return Vec::new();
    };
    let problems = problems.iter();
    problems
        .map(|problem| format!("{}: {}", problem.file, problem.message))
        .collect()
}

#[test]
fn a_comment_is_enough_for_a_script() {
    for text in [
        "-- Nothing to do.",
        "# Nothing to do.\n",
        "// Nothing to do.",
        "/* Nothing\nto do. */\n;",
        "\n\n  -- Nothing to do.\n",
    ] {
        assert_eq!(problems(text, text), [""; 0], "{text:?}");
    }
}

#[test]
fn a_script_without_a_word_is_an_error() {
    for text in ["", " ", "\n\r\n\t\n", ";", " ; ;\n", "\u{feff}\n"] {
        assert_eq!(
            problems(text, text),
            [
                "1_a.down.surql: this down script contains neither a statement nor a comment",
                "1_a.up.surql: this up script contains neither a statement nor a comment",
            ],
            "{text:?}"
        );
    }
}

#[test]
fn a_directive_is_not_enough_for_a_script() {
    assert_eq!(
        problems("\n-- migrate: per-statement\n;\n", "-- Nothing to do."),
        ["1_a.up.surql: this up script contains neither a statement nor a comment"]
    );
    assert_eq!(
        problems(
            "-- migrate: per-statement\n-- Nothing to do.",
            "-- Nothing to do."
        ),
        [""; 0]
    );
}
