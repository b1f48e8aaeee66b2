//! What may be in a script, as a table: an up script, and what is wrong with it.

use std::path::Path;

use migrate_files::{Directory, Execution, File, read_files};

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
        .map(|problem| {
            let place = problem.snippet.as_ref().map(|snippet| snippet.place);
            let place = place.map_or(String::new(), |place| format!(":{place}"));
            format!("{}{place}: {}", problem.file, problem.message)
        })
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

#[test]
fn a_reason_why_nothing_comes_back_is_enough_for_a_down_script() {
    assert_eq!(
        problems("CREATE a;", "-- migrate: lossy: nobody needs it\n"),
        [""; 0]
    );
}

#[test]
fn a_directive_below_other_text_is_an_error() {
    let here = |line: usize, column: usize| {
        format!("1_a.up.surql:{line}:{column}: a directive has no effect here")
    };
    for (up, place) in [
        ("CREATE a;\n-- migrate: per-statement\n", (2, 1)),
        ("CREATE a; -- migrate:x\nCREATE b;", (1, 11)),
        ("# Why.\n  -- migrate: per-statement\nCREATE a;", (2, 3)),
        ("/* Why. */\n--migrate: per-statement\nCREATE a;", (2, 1)),
        ("-- Why.\n\n;\n-- migrate: per-statement\nCREATE a;", (4, 1)),
    ] {
        let report = problems(up, "-- Nothing.");
        assert_eq!(report, [here(place.0, place.1)], "{up:?}");
    }
}

#[test]
fn comments_on_which_an_engine_dies_are_an_error() {
    let comments = "-- a\n".repeat(1_501);
    let expected = "1_a.up.surql:1:1: these are more than 1500 comments in a row, on which SurrealDB's parser can overflow its stack";
    assert_eq!(problems(&comments, "-- Nothing."), [expected]);
    for sound in [
        format!("{comments}CREATE a;").replacen("-- a\n", "", 1),
        format!("/*\n{comments}*/"),
        format!("CREATE a SET s = '\n{comments}'"),
    ] {
        assert_eq!(problems(&sound, "-- Nothing."), [""; 0]);
    }
}

#[test]
fn what_only_resembles_a_directive_is_no_error() {
    for up in [
        "CREATE a SET s = '\n-- migrate: per-statement\n';",
        "/*\n-- migrate: per-statement\n*/\nCREATE a;",
        "CREATE a;\n-- migrated: all of it\n-- how to migrate: see there",
        "DEFINE FUNCTION fn::f() {\n-- migrate: per-statement\n RETURN 1 };",
    ] {
        let down = "REMOVE FUNCTION IF EXISTS fn::f;";
        assert_eq!(problems(up, down), [""; 0], "{up:?}");
    }
}

#[test]
fn a_directive_says_how_a_script_is_sent() {
    let execution = |up: &str| {
        let files = [
            File::new("1_a.up.surql", up),
            File::new("1_a.down.surql", "-- Nothing."),
        ];
        let directory = Directory::new(Path::new("/nowhere"), ".");
        read_files(&directory, &files).unwrap().migrations[0].execution
    };
    assert_eq!(execution("CREATE a;"), Execution::Transaction);
    let directive = "-- Much.\n-- migrate: per-statement\nCREATE a;";
    assert_eq!(execution(directive), Execution::PerStatement);
}

#[test]
fn each_directive_says_how_it_is_written() {
    for (says, expected) in [
        ("", "this directive is empty"),
        ("soon", "unknown directive `soon`"),
        (
            "per-statement: now",
            "the directive `per-statement` stands alone",
        ),
        (
            "irreversible really",
            "the directive `irreversible` stands alone",
        ),
        ("lossy", "the directive `lossy` needs a reason"),
        ("lossy:  ", "the directive `lossy` needs a reason"),
        ("lossy because", "the directive `lossy` needs a reason"),
        ("assumes", "the directive `assumes` needs names"),
        ("assumes: table t", "the directive `assumes` needs names"),
        ("assumes t", "`t` does not name a definition"),
        (
            "allow",
            "the directive `allow` needs the name of a rule, and a reason",
        ),
        (
            "allow table_removed",
            "the directive `allow` needs the name of a rule, and a reason",
        ),
        (
            "allow table_removd: it is empty",
            "there is no rule `table_removd`",
        ),
        ("allow table_removed: it is empty", ""),
        ("assumes table t, param $p", ""),
    ] {
        let up = format!("-- migrate: {says}\nCREATE a;");
        let found = problems(&up, "-- Nothing.");
        let expected = match expected {
            "" => Vec::new(),
            message => vec![format!("1_a.up.surql:1:1: {message}")],
        };
        assert_eq!(found, expected, "{says}");
    }
}

#[test]
fn what_one_rule_is_allowed_for_is_not_for_another() {
    let warned = |directive: &str| {
        let up = format!("-- migrate: irreversible\n{directive}\nREMOVE TABLE t;");
        let files = [
            File::new("1_t.up.surql", "-- migrate: irreversible\nDEFINE TABLE t;"),
            File::new("2_t.up.surql", up),
        ];
        let set = read_files(&Directory::new(Path::new("/nowhere"), "."), &files).unwrap();
        set.warnings
            .iter()
            .filter_map(|warning| warning.lint)
            .map(|lint| lint.to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(warned(""), ["table_removed"]);
    assert_eq!(
        warned("-- migrate: allow table_removed: it is empty"),
        [""; 0]
    );
    assert_eq!(
        warned("-- migrate: allow events_fired: it is empty"),
        ["table_removed"]
    );
    assert_eq!(warned("-- migrate: assumes table u"), ["table_removed"]);
}

#[test]
fn a_wrong_directive_is_underlined_whole() {
    let files = [
        File::new("1_a.up.surql", "-- Why.\n   -- migrate: soon\nCREATE a;"),
        File::new("1_a.down.surql", "-- Nothing."),
    ];
    let directory = Directory::new(Path::new("/nowhere"), ".");
    let problems = read_files(&directory, &files).unwrap_err().to_string();
    let quoted = "2 |    -- migrate: soon\n  |    ^^^^^^^^^^^^^^^^\n";
    assert!(problems.contains(quoted), "{problems}");
}
