//! What is written down without a database: names, files, and what other runners have.

use std::fs;
use std::path::Path;

use migrate_files::authoring::{
    DesiredSchema, NextNames, create_files, down_script, fill_file, import, names_of, rename_files,
    schema_diff, schema_outline, schema_text,
};
use migrate_files::{Directory, File, Set, read_files};

const TABLE: &str = "_sbl_migrations";

fn directory() -> Directory {
    Directory::new(Path::new("/nowhere"), "migrations")
}

fn files(names: &[&str]) -> Vec<File> {
    names
        .iter()
        .map(|name| File::new(*name, "-- nothing"))
        .collect()
}

/// A set of up scripts, each with the down script that is written for it.
fn set(ups: &[&str]) -> (Set, Vec<String>) {
    let mut files = Vec::new();
    let mut downs = Vec::new();
    for (version, up) in (1..).zip(ups) {
        files.push(File::new(format!("{version}.up.surql"), *up));
        let set = read_files(&directory().before_down_script(version), &files);
        let set = set.unwrap_or_else(|problems| panic!("{problems}"));
        let down = down_script(&set, version)
            .expect("there is such a version")
            .text;
        files.push(File::new(format!("{version}.down.surql"), &*down));
        downs.push(down);
    }
    let set = read_files(&directory(), &files).unwrap_or_else(|problems| panic!("{problems}"));
    (set, downs)
}

/// The down script of the last one of some up scripts.
fn last_down(ups: &[&str]) -> String {
    set(ups).1.pop().expect("there is one")
}

#[test]
fn names_follow_the_last_migration() {
    for (there, expected) in [
        (&[][..], ("001_x.up.surql", "001_x.down.surql")),
        (
            &[
                "9_a.up.surql",
                "9_a.down.surql",
                "10_b.surql",
                "10_b_down.surql",
            ],
            ("11_x.surql", "11_x_down.surql"),
        ),
        (
            &["0007.up.surrealql", "0007.down.surrealql", "README.md"],
            ("0008_x.up.surrealql", "0008_x.down.surrealql"),
        ),
        (
            &["999_a.up.surql"],
            ("1000_x.up.surql", "1000_x.down.surql"),
        ),
    ] {
        let names = NextNames::behind(&files(there)).next(&directory(), "x");
        let names = names.expect("a name");
        assert_eq!((&*names.up, &*names.down), expected);
    }
    let names = names_of(&files(&["2_scale.surql", "1_a.surql"]), 2).expect("it is there");
    assert_eq!(names.down, "2_scale_down.surql");
    assert_eq!(names_of(&files(&["1_a.down.surql"]), 1), None);
}

#[test]
fn all_files_are_written_or_none() {
    let folder = tempfile::tempdir().expect("there is room");
    let path = folder.path().join("migrations");
    create_files(&path, &[("a", "1"), ("b", "2")]).expect("they are new");
    for name in ["c", "b"] {
        let error = create_files(&path, &[("c", "3"), (name, "4")]).expect_err("b or c is there");
        assert!(error.to_string().contains("is there already"), "{error}");
    }
    let mut names: Vec<_> = fs::read_dir(&path)
        .expect("it is there")
        .map(|entry| entry.expect("it is listed").file_name())
        .collect();
    names.sort();
    assert_eq!(names, ["a", "b"]);
    assert_eq!(
        fs::read_to_string(path.join("b")).expect("it is there"),
        "2"
    );
    // A folder that was made for them goes with them.
    let other = folder.path().join("other");
    create_files(&other, &[("a", "1"), ("a/b", "2")]).expect_err("a is no folder");
    assert!(!other.exists());
}

#[test]
fn only_an_empty_file_is_filled() {
    let folder = tempfile::tempdir().expect("there is room");
    create_files(folder.path(), &[("empty", " \n"), ("full", "text")]).expect("they are new");
    fill_file(folder.path(), "empty", "new").expect("it is empty");
    fill_file(folder.path(), "full", "new").expect_err("it is not");
    let text = |name: &str| fs::read_to_string(folder.path().join(name)).expect("it is there");
    assert_eq!((&*text("empty"), &*text("full")), ("new", "text"));
}

#[test]
fn all_files_are_renamed_or_none() {
    let folder = tempfile::tempdir().expect("there is room");
    create_files(folder.path(), &[("a", "1"), ("b", "2"), ("c", "3")]).expect("they are new");
    rename_files(folder.path(), &[("a", "d"), ("b", "c")]).expect_err("c is there");
    assert!(folder.path().join("a").exists() && !folder.path().join("d").exists());
    rename_files(folder.path(), &[("c", "d"), ("b", "c")]).expect("nothing is in the way");
    let text = fs::read_to_string(folder.path().join("c")).expect("it is there");
    assert_eq!(text, "2");
}

/// What is written again is in its author's words.
#[test]
fn what_was_there_comes_back_as_it_was_written() {
    let first = "DEFINE TABLE a;\n\
                 DEFINE FUNCTION fn::f($x: int) {\n    -- Why.\n    RETURN $x;\n};\n\
                 DEFINE FIELD IF NOT EXISTS name ON a TYPE string;\n";
    let second = "REMOVE FUNCTION fn::f; DEFINE FIELD OVERWRITE name ON a TYPE int;";
    assert_eq!(
        last_down(&[first, second]),
        "DEFINE FUNCTION fn::f($x: int) {\n    -- Why.\n    RETURN $x;\n};\n\n\
         DEFINE FIELD OVERWRITE name ON a TYPE string;\n"
    );
}

#[test]
fn what_stands_in_the_way_goes_first() {
    let first = "DEFINE ANALYZER words TOKENIZERS class; DEFINE TABLE a SCHEMAFULL; DEFINE FIELD t ON a TYPE string; DEFINE TABLE v AS SELECT t FROM a;";
    let second = "DEFINE TABLE b; DEFINE TABLE w AS SELECT * FROM b; DEFINE TABLE x AS SELECT * FROM w; DEFINE INDEX t ON a FIELDS t FULLTEXT ANALYZER words CONCURRENTLY; DEFINE FUNCTION fn::f() { 1 }; DEFINE EVENT e ON a THEN { fn::f() };";
    assert_eq!(
        last_down(&[first, second]),
        "REMOVE TABLE x;\nREMOVE TABLE w;\nREMOVE INDEX t ON a;\nREMOVE EVENT e ON a;\nREMOVE TABLE b;\nREMOVE FUNCTION fn::f;\n"
    );
}

/// A view is not redefined over other tables, and what is on it comes back with it.
#[test]
fn a_view_of_other_tables_is_defined_anew() {
    let first = "DEFINE TABLE a; DEFINE TABLE b; DEFINE TABLE v AS SELECT * FROM a; DEFINE FIELD f ON v TYPE int; DEFINE TABLE w AS SELECT * FROM v;";
    let second = "REMOVE TABLE w; REMOVE TABLE v; DEFINE TABLE v AS SELECT * FROM b; DEFINE TABLE w AS SELECT * FROM v;";
    let down = last_down(&[first, second]);
    let statements: Vec<&str> = down
        .lines()
        .filter(|it| !it.starts_with("--") && !it.is_empty())
        .collect();
    assert_eq!(
        statements,
        [
            "REMOVE TABLE w;",
            "REMOVE TABLE v;",
            "DEFINE TABLE v AS SELECT * FROM a;",
            "DEFINE FIELD f ON v TYPE int;",
            "DEFINE TABLE w AS SELECT * FROM v;",
        ]
    );
}

#[test]
fn values_of_a_new_field_go_with_it_where_nothing_else_accepts_them() {
    let first = "DEFINE TABLE a SCHEMAFULL; DEFINE TABLE b; DEFINE EVENT e ON a THEN { CREATE b };";
    let second = "DEFINE FIELD n ON a TYPE option<int>; DEFINE FIELD o ON a TYPE option<object>; DEFINE FIELD o.x ON a TYPE option<int>; DEFINE FIELD c ON a COMPUTED 1; UPDATE a SET n = 1; DEFINE FIELD m ON b TYPE option<int>;";
    let down = last_down(&[first, second]);
    assert!(!down.contains("lossy"), "{down}");
    assert!(
        down.contains("REMOVE EVENT e ON a;\n\n-- REMOVE FIELD leaves")
            && down.contains("\nUPDATE a UNSET n, o WHERE n != NONE OR o != NONE RETURN NONE;\n\nDEFINE EVENT e ON a THEN { CREATE b };"),
        "{down}"
    );
    assert!(!down.contains("UPDATE b"), "{down}");
}

#[test]
fn what_is_not_brought_back_is_said_in_the_first_line() {
    let first = "DEFINE TABLE a; DEFINE FIELD n ON a TYPE int; DEFINE TABLE gone; DEFINE SEQUENCE s; DEFINE ACCESS k ON DATABASE TYPE RECORD;";
    for (up, expected) in [
        ("REMOVE TABLE gone;", "the records of table `gone`"),
        (
            "CREATE gone:one;\nREMOVE TABLE gone;\nDEFINE TABLE gone;",
            "the records of table `gone` (line 2)",
        ),
        (
            "\nDELETE a;",
            "the records of `a` that are deleted (line 2)",
        ),
        (
            "UPDATE a SET n = 1;",
            "the records of `a` that are changed (line 1)",
        ),
        ("CREATE a;", "the records that are added to `a` (line 1)"),
        (
            "FOR $x IN (SELECT VALUE id FROM a) { UPDATE $x SET n = 1 };",
            "the records of `a` that are changed (line 1)",
        ),
        (
            "DEFINE FIELD OVERWRITE n ON a COMPUTED 1;",
            "the values of field `n` of table `a`, which is computed then",
        ),
        (
            "REMOVE SEQUENCE s;",
            "the numbers of sequence `s`, which begin anew",
        ),
        (
            "REMOVE ACCESS k ON DATABASE;",
            "the key of access method `k`, which gets another one",
        ),
    ] {
        let down = last_down(&[first, up]);
        let line = format!("-- migrate: lossy: not brought back: {expected}");
        assert_eq!(down.lines().next(), Some(&*line), "{up}");
    }
    let up = "CREATE a:1; CREATE a:x SET n = 2; INSERT INTO a { id: 'z', n: 1 }; CREATE a:`x y`;";
    let down = last_down(&[first, up]);
    assert!(!down.contains("lossy"), "{down}");
}

#[test]
fn nothing_to_undo_is_said() {
    let down = last_down(&["DEFINE TABLE a;", "-- Only a remark."]);
    assert_eq!(
        down,
        "-- The up script changes no definition and no record: there is nothing to undo.\n"
    );
}

/// What is defined in an order in which it cannot be defined again.
#[test]
fn a_schema_that_was_altered_can_be_written() {
    let (set, _) = set(&[
        "DEFINE TABLE a SCHEMAFULL; DEFINE FIELD o ON a TYPE object FLEXIBLE; ALTER TABLE a SCHEMALESS;",
        "DEFINE TABLE b SCHEMAFULL; DEFINE FIELD f ON b TYPE int; DEFINE INDEX i ON b FIELDS f; REMOVE FIELD f ON b;",
        "DEFINE TABLE c; DEFINE FIELD l ON c TYPE array<int>; ALTER FIELD l ON c TYPE array<string>; DEFINE FIELD m ON c TYPE array<int>; REMOVE FIELD m.* ON c;",
        "DEFINE TABLE d TYPE RELATION IN a OUT b; ALTER FIELD in ON d TYPE record<b>;",
    ]);
    let text = schema_text(&set, TABLE, 4);
    for expected in [
        "ALTER TABLE a SCHEMAFULL;\n\nDEFINE FIELD o ON a TYPE object FLEXIBLE;\nALTER TABLE a SCHEMALESS;\n",
        "ALTER TABLE b SCHEMALESS;\nDEFINE INDEX i ON b FIELDS f;\nALTER TABLE b SCHEMAFULL;\n",
        "REMOVE FIELD m.* ON c;\n",
        "ALTER FIELD l ON c TYPE array<string>;\n",
        "DEFINE TABLE d TYPE RELATION IN a OUT b;\nALTER FIELD in ON d TYPE record<b>;\n",
    ] {
        assert!(text.contains(expected), "{expected}\n{text}");
    }
}

#[test]
fn a_diagram_has_the_tables_and_their_links() {
    let (set, _) = set(&[
        "DEFINE TABLE `my note`; DEFINE FIELD `a b` ON `my note` TYPE 'x' | 'y'; DEFINE FIELD of ON `my note` TYPE option<record<book>>; DEFINE FIELD all ON `my note` TYPE array<record<book>>; DEFINE TABLE book; DEFINE TABLE v AS SELECT * FROM book;",
    ]);
    let diagram = schema_outline(&set, TABLE, 1).mermaid();
    assert_eq!(
        diagram,
        "erDiagram\n    \
             book {\n    }\n    \
             \"my note\" {\n        \
                 string _a_b_ \"'x' | 'y', `a b`\"\n        \
                 array(record(book)) all FK\n        \
                 option(record(book)) of FK\n    \
             }\n    \
             v {\n    }\n    \
             \"my note\" }o--o{ book : \"all\"\n    \
             \"my note\" }o--o| book : \"of\"\n    \
             v }o..o{ book : \"view of\"\n"
    );
}

#[test]
fn a_schema_becomes_the_desired_one() {
    let (set, _) = set(&["DEFINE TABLE a; DEFINE FIELD f ON a TYPE int;"]);
    let diff = |text: &str| {
        let desired = DesiredSchema::read(&[File::new("wanted.surql", text)]);
        schema_diff(&set, TABLE, &desired.expect("definitions")).map_err(|it| it.to_string())
    };
    let same = diff("DEFINE FIELD f ON a TYPE int PERMISSIONS FULL; DEFINE TABLE a SCHEMALESS;");
    assert!(same.expect("it can be").is_empty());
    let other = diff(
        "DEFINE TABLE v AS SELECT * FROM b; DEFINE TABLE b; DEFINE FIELD g ON a; DEFINE TABLE a;",
    );
    let other = other.expect("it can be");
    assert_eq!(
        other.added,
        ["table `b`", "table `v`", "field `g` of table `a`"]
    );
    assert_eq!(other.removed, ["field `f` of table `a`"]);
    assert_eq!(
        other.up,
        "REMOVE FIELD f ON a;\nDEFINE FIELD g ON a;\n\nDEFINE TABLE b;\nDEFINE TABLE v AS SELECT * FROM b;\n"
    );
    let wrong = diff("DEFINE TABLE v AS SELECT * FROM nowhere;").expect_err("a table is missing");
    assert!(
        wrong.starts_with("wanted.surql:1:1: there is no table `nowhere`"),
        "{wrong}"
    );
}

#[test]
fn scripts_of_other_runners_become_migrations() {
    let files = [
        ("old/20240201_1200_B.surql", "DEFINE TABLE b;"),
        (
            "old/20240101_1200_A.surql",
            "/* USE NS a; */ USE NS a; LET $x = 'COMMIT;'; -- BEGIN;\nCOMMIT",
        ),
        ("old/down/20240101_1200_A.surql", "REMOVE TABLE a;"),
        ("old/20240301_1200_C.up.surql", "DEFINE TABLE c;"),
        ("old/20240301_1200_C.down.surql", "REMOVE TABLE c;"),
        ("old/seeds/people.surql", "CREATE person;"),
        ("old/.hidden.surql", "x"),
    ];
    let files = files.map(|(name, text)| File::new(name, text));
    let mut names = NextNames::behind(&[]);
    let import = import(&files, |name| names.next(&directory(), name));
    let import = import.unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(import.ignored, ["old/seeds/people.surql"]);
    let names: Vec<&str> = import.files().into_iter().map(|(name, _)| name).collect();
    assert_eq!(
        names,
        [
            "001_A.up.surql",
            "001_A.down.surql",
            "002_B.up.surql",
            "003_C.up.surql",
            "003_C.down.surql"
        ]
    );
    assert_eq!(
        import.migrations[0].up.text,
        "/* USE NS a; */ -- taken out on import: USE NS a;\n LET $x = 'COMMIT;'; -- BEGIN;\n-- taken out on import: COMMIT"
    );
    assert_eq!(
        import.migrations[1].up.text,
        "-- migrate: irreversible\nDEFINE TABLE b;"
    );
}
