//! Whatever is in a directory: the answer is a set or a list of problems, never a panic, and every
//! place in it lies inside a file.

mod support;

use migrate_files::File;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::FileFailurePersistence;

use support::check;

/// Pieces that scripts are made of, and some that they are not.
const PIECES: &[&str] = &[
    "-- migrate: irreversible\n",
    "-- migrate: per-statement\n",
    "-- migrate: baseline\n",
    "-- migrate: replaces 1 a 65a58c8973aca5bac15faf7406f106b7686161b560be212517f794d82d9f2fbd\n",
    "-- migrate: ",
    "--",
    "# ",
    "// ",
    "/*",
    "*/",
    "/",
    ";",
    ";\n",
    "\n",
    "\r\n",
    "\r",
    "\t",
    " ",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "<",
    ">",
    "|",
    "||",
    "|$x: int|",
    "&",
    "&&",
    "=",
    "==",
    "!=",
    "+=",
    "+?",
    "+?=",
    "?",
    "?:",
    "??",
    "~",
    "*",
    "**",
    "×",
    "÷",
    "∋",
    "∈",
    "->",
    "<-",
    "<->",
    "..",
    "..=",
    "...",
    ":",
    "::",
    ",",
    ".",
    "@",
    "@1@",
    "$",
    "$x",
    "$before",
    "'",
    "\"",
    "`",
    "⟨",
    "⟩",
    "'text; with'",
    "\"\\\"\"",
    "\\",
    "r'a:1'",
    "r\"a:{\"",
    "s'x'",
    "u'018e2f1e-2f1e-7000-8000-000000000000'",
    "u\"",
    "d'2024-01-01T00:00:00Z'",
    "d'",
    "f'bucket:/a'",
    "b'00ff'",
    "b'0",
    "file",
    "0",
    "1",
    "-1",
    "1.5",
    "1e400",
    "1e",
    "0x",
    "1dec",
    "1f",
    "99999999999999999999",
    "1h30m",
    "1y1",
    "3ns",
    "NaN",
    "Infinity",
    "a:1",
    "a:[1,",
    "a:{ b: 1 }",
    "a:⟨x⟩",
    "a:ulid()",
    "a:1..2",
    "a.b",
    "a.*",
    "a[0]",
    "a[*]",
    "a[WHERE b]",
    "a[$]",
    "a.{b, c}",
    "a.{1..3+collect}",
    "a?.b",
    "fn::f",
    "fn::f()",
    "string::len",
    "string::lenght('a')",
    "count()",
    "math::pi",
    "mod::a::b",
    "silo::a::b<1.0.0>::c",
    "ml::x<1.0.0>(1)",
    "function() { return 1; }",
    "/re;gex/",
    "/(/",
    "/[/",
    "<regex>",
    "<future> {",
    "<int>",
    "<set<int, 3>>",
    "array<record<a | b>>",
    "option<",
    "CREATE",
    "DEFINE",
    "TABLE",
    "FIELD",
    "INDEX",
    "EVENT",
    "FUNCTION",
    "PARAM",
    "ANALYZER",
    "ACCESS",
    "USER",
    "API",
    "BUCKET",
    "SEQUENCE",
    "CONFIG",
    "MODULE",
    "MODEL",
    "OVERWRITE",
    "IF NOT EXISTS",
    "ON",
    "TYPE",
    "VALUE",
    "ASSERT",
    "DEFAULT ALWAYS",
    "READONLY",
    "FLEXIBLE",
    "REFERENCE ON DELETE",
    "PERMISSIONS",
    "FOR select WHERE",
    "FULL",
    "NONE",
    "NULL",
    "COMMENT",
    "AS SELECT",
    "SCHEMAFULL",
    "CHANGEFEED 1d",
    "FIELDS",
    "UNIQUE",
    "HNSW DIMENSION 3",
    "FULLTEXT ANALYZER a BM25",
    "CONCURRENTLY",
    "TOKENIZERS blank",
    "FILTERS edgengram(1,",
    "WHEN",
    "THEN",
    "SELECT",
    "VALUE",
    "FROM",
    "ONLY",
    "WHERE",
    "GROUP BY",
    "GROUP ALL",
    "ORDER BY",
    "LIMIT",
    "START AT",
    "SPLIT ON",
    "FETCH",
    "OMIT",
    "TIMEOUT 1s",
    "PARALLEL",
    "EXPLAIN FULL",
    "WITH NOINDEX",
    "VERSION",
    "TEMPFILES",
    "INSERT INTO",
    "INSERT IGNORE",
    "VALUES (1,",
    "ON DUPLICATE KEY UPDATE",
    "UPDATE",
    "UPSERT",
    "SET",
    "UNSET",
    "CONTENT",
    "MERGE",
    "PATCH [{",
    "REPLACE",
    "RETURN",
    "RETURN BEFORE",
    "RETURN DIFF",
    "DELETE",
    "RELATE",
    "a->b->c",
    "LET $a =",
    "FOR $i IN",
    "IF",
    "ELSE IF",
    "ELSE",
    "END",
    "THROW",
    "BREAK",
    "CONTINUE",
    "BEGIN",
    "COMMIT",
    "CANCEL",
    "TRANSACTION",
    "USE NS",
    "DB",
    "LIVE SELECT",
    "DIFF",
    "KILL",
    "SHOW CHANGES FOR TABLE",
    "SINCE",
    "OPTION",
    "IMPORT",
    "SLEEP 1s",
    "INFO FOR DB",
    "STRUCTURE",
    "REBUILD INDEX",
    "REMOVE",
    "IF EXISTS",
    "ALTER",
    "DROP",
    "ACCESS a GRANT FOR USER",
    "CONTAINSALL",
    "INSIDE",
    "OUTSIDE",
    "INTERSECTS",
    "MATCHES",
    "<|3,40|>",
    "<|1|>",
    "KNN",
    "IS NOT",
    "NOT IN",
    "AND",
    "OR",
    "!",
    "true",
    "false",
    "a",
    "ä",
    "𝄞",
    "\u{301}",
    "\u{feff}",
    "\0",
    "\u{85}",
    "\u{2028}",
    "\u{a0}",
    "\u{1b}[31m",
];

/// Whole statements that parse, for changes that only just break them.
const STATEMENTS: &[&str] = &[
    "DEFINE TABLE person SCHEMAFULL PERMISSIONS FOR select WHERE published = true FOR create, update NONE;",
    "DEFINE FIELD tags ON person TYPE option<array<string, 10>> DEFAULT [] ASSERT $value.len() < 5;",
    "DEFINE INDEX search ON person FIELDS name, bio FULLTEXT ANALYZER simple BM25(1.2, 0.75) HIGHLIGHTS;",
    "DEFINE ANALYZER simple TOKENIZERS blank, class FILTERS lowercase, snowball(english);",
    "DEFINE FUNCTION fn::greet($name: string) -> string { RETURN \"Grüße; \" + $name; };",
    "DEFINE EVENT changed ON person WHEN $event = 'UPDATE' THEN { CREATE log SET at = time::now(); };",
    "DEFINE ACCESS account ON DATABASE TYPE RECORD SIGNUP ( CREATE user SET e = $e ) DURATION FOR TOKEN 15m;",
    "LET $rows = (SELECT *, ->wrote->(book WHERE year > 2000) AS books FROM person:1..10 ORDER BY name DESC);",
    "FOR $row IN $rows { IF $row.age < 18 { CONTINUE; } ELSE { UPDATE $row.id SET n += 1, `ä` = 1.5dec; }; };",
    "RELATE person:ada->wrote->book:[1, { a: 2h }] SET at = d'2024-01-01T00:00:00Z' RETURN NONE;",
    "INSERT INTO person (name, age) VALUES ('a', 1), ('b', 2) ON DUPLICATE KEY UPDATE age += 1;",
    "UPSERT a:1 MERGE { x: { y: |$a, $b: int| $a + $b }, r: /a;[b]/, t: <datetime> '2020-01-01T00:00:00Z' };",
    "-- ein Kommentar; mit Semikolon\n/* und\nnoch einer */ DELETE person WHERE id IN [a:1, b:⟨2⟩] TIMEOUT 5s;",
];

fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let separator = select(vec![" ", " ", " ", "", "\n"]);
    let piece =
        (select(PIECES), separator).prop_map(|(piece, separator)| [piece, separator].concat());
    vec(piece, 0..40).prop_map(|pieces| pieces.concat().into_bytes())
}

/// Sound statements with words deleted, doubled and swapped.
fn broken_statements() -> impl Strategy<Value = Vec<u8>> {
    let change = (
        any::<prop::sample::Index>(),
        any::<prop::sample::Index>(),
        0..4u8,
    );
    (vec(select(STATEMENTS), 1..4), vec(change, 0..4)).prop_map(|(statements, changes)| {
        let text = statements.join("\n");
        let mut words: Vec<&str> = text
            .split_inclusive(|c: char| !c.is_alphanumeric())
            .collect();
        for (at, other, change) in changes {
            let (at, other) = (at.index(words.len()), other.index(words.len()));
            match change {
                0 if words.len() > 1 => drop(words.remove(at)),
                1 => words.insert(at, words[other]),
                2 => words.swap(at, other),
                _ => words[at] = "",
            }
        }
        words.concat().into_bytes()
    })
}

/// A piece again and again: what nests or chains goes as deep as the parser lets it.
fn deep() -> impl Strategy<Value = Vec<u8>> {
    let repeated = (
        select(PIECES),
        select(PIECES),
        1..3000usize,
        select(vec!["", " "]),
    );
    (select(PIECES), repeated).prop_map(|(first, (a, b, count, separator))| {
        let repeated = [a, separator, b, separator].concat().repeat(count);
        [first, " ", &repeated].concat().into_bytes()
    })
}

fn contents() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        4 => pieces(),
        4 => broken_statements(),
        2 => any::<String>().prop_map(String::into_bytes),
        1 => vec(any::<u8>(), 0..100),
        1 => (pieces(), any::<u8>()).prop_map(|(mut text, byte)| { text.push(byte); text }),
    ]
}

fn names() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "0{0,2}[0-3](_[ab])?(_down)?(\\.(up|down))?\\.(surql|surrealql)",
        1 => "2026041[0-9](_?101[0-9](00)?)?(_[ab])?(_down)?(\\.(up|down))?\\.(surql|surrealql)",
        2 => "[0-9]{0,12}[_.a-zA-Zé /-]{0,9}\\.(up|UP|down)?\\.?(surql|SURQL|surrealql|sql)",
        1 => "before/(before/)?0{0,2}[0-3](_[ab])?(\\.(up|down))?\\.surql",
        1 => any::<String>(),
    ]
}

fn listing(contents: impl Strategy<Value = Vec<u8>>) -> impl Strategy<Value = Vec<File>> {
    vec((names(), contents), 0..8).prop_map(|mut files| {
        // A directory has each name once.
        files.sort();
        files.dedup_by(|a, b| a.0 == b.0);
        let files = files.into_iter();
        files.map(|(name, bytes)| File::new(name, bytes)).collect()
    })
}

/// One sound pair except for what the test is about, so that nothing else is reported.
fn check_script(bytes: Vec<u8>) {
    check(&[
        File::new("1.surql", bytes),
        File::new("1_down.surql", b"-- nothing"),
    ]);
}

/// So many times the usual number of cases, which `PROPTEST_CASES` sets.
fn config(times: u32) -> ProptestConfig {
    let usual = ProptestConfig::default();
    ProptestConfig {
        cases: usual.cases * times,
        failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("regressions"))),
        ..usual
    }
}

proptest! {
    #![proptest_config(config(8))]

    #[test]
    fn a_listing_is_a_set_or_a_list_of_problems(files in listing(contents())) {
        check(&files);
    }

    #[test]
    fn a_script_parses_or_the_error_has_a_place(bytes in contents()) {
        check_script(bytes);
    }
}

proptest! {
    #![proptest_config(config(1))]

    #[test]
    fn depth_is_an_error_and_no_crash(bytes in deep()) {
        check_script(bytes);
    }
}

/// What one of the tests above, or the fuzz target, once found.
#[test]
fn scripts_that_failed_once() {
    for script in [
        "",
        "\u{feff}",
        ";",
        "\r",
        "DEFINE FIELD x ON a TYPE \u{2028}",
        "a\n\u{85}",
    ] {
        check_script(script.as_bytes().to_vec());
    }
    // SurrealDB's parser calls itself for each comment.
    for comment in ["-- a\n", " #\n", "/**/ "] {
        for around in [
            ["", ""],
            ["RETURN 1", ""],
            ["RETURN {", "}"],
            ["1h30m ", ""],
        ] {
            let script = around.join(&comment.repeat(20_000));
            check_script(script.into_bytes());
        }
    }
}
