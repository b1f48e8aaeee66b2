//! Scripts of every kind, on which the build is compared with the engine.

use std::fs;
use std::path::Path;

use fastrand::Rng;

/// What an engine parses it walks on the stack, and some of these scripts are deep. A runtime of
/// each test's own, so that what its threads print belongs to that test.
pub fn on_a_deep_stack(test: impl Future<Output = ()> + Send + 'static) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .thread_stack_size(64 << 20)
        .enable_all()
        .build()
        .expect("there is room for threads");
    let outcome = runtime.block_on(runtime.spawn(test));
    assert!(
        outcome.is_ok(),
        "the test failed on a thread of the runtime, see above"
    );
}

/// All of them: written by hand, a product's own, generated, and all of it broken.
pub fn scripts() -> Vec<String> {
    let mut rng = Rng::with_seed(20_260_731);
    let by_hand = WRITTEN.iter().map(|script| (*script).to_owned());
    let mut whole: Vec<String> = by_hand.chain(product_set()).collect();
    whole.extend((0..200).map(|_| generated(&mut rng)));
    let broken: Vec<String> = whole
        .iter()
        .flat_map(|script| [broken(script, &mut rng), broken(script, &mut rng)])
        .collect();
    let pieces = (0..150).map(|_| soup(&mut rng));
    let all = whole.into_iter().chain(broken).chain(pieces);
    let mut all: Vec<String> = all.collect();
    all.sort();
    all.dedup();
    all
}

/// Every file of the set that the quickstart embeds.
fn product_set() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations");
    let entries = fs::read_dir(folder).expect("the set is there");
    let paths = entries.map(|entry| entry.expect("it can be listed").path());
    let mut paths: Vec<_> = paths
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "surql")
        })
        .collect();
    paths.sort();
    assert!(
        paths.len() >= 20,
        "the set has shrunk to {} files",
        paths.len()
    );
    paths
        .iter()
        .map(|path| fs::read_to_string(path).expect("it is text"))
        .collect()
}

/// One to three tokens deleted, doubled, swapped or replaced by another of the same script.
fn broken(script: &str, rng: &mut Rng) -> String {
    let mut tokens = tokens(script);
    for _ in 0..rng.usize(1..=3) {
        let places: Vec<usize> = (0..tokens.len())
            .filter(|at| !tokens[*at].trim().is_empty())
            .collect();
        if places.is_empty() {
            break;
        }
        let (at, other) = (
            places[rng.usize(..places.len())],
            places[rng.usize(..places.len())],
        );
        match rng.u8(..4) {
            0 => drop(tokens.remove(at)),
            1 => tokens.insert(at, tokens[at]),
            2 => tokens.swap(at, other),
            _ => tokens[at] = tokens[other],
        }
    }
    tokens.concat()
}

/// Words, blanks, and every other character by itself: all that is needed to break a script.
fn tokens(script: &str) -> Vec<&str> {
    let class = |c: char| match c {
        c if c.is_alphanumeric() || c == '_' => 1,
        c if c.is_whitespace() => 2,
        _ => 0,
    };
    let mut tokens = Vec::new();
    let mut start = 0;
    let mut before = 0;
    for (at, c) in script.char_indices() {
        let class = class(c);
        if at > start && (class == 0 || class != before) {
            tokens.push(&script[start..at]);
            start = at;
        }
        before = class;
    }
    tokens.push(&script[start..]);
    tokens
}

fn pick<'a>(rng: &mut Rng, choices: &[&'a str]) -> &'a str {
    choices[rng.usize(..choices.len())]
}

/// Some statements in a row, each made of what the grammar has to offer at that point.
fn generated(rng: &mut Rng) -> String {
    let statements: Vec<String> = (0..rng.usize(1..5)).map(|_| statement(rng, 2)).collect();
    let separator = pick(rng, &[";\n", "; ", ";\n-- and; then\n", ";;\n"]);
    statements.join(separator) + pick(rng, &[";", ";\n", "", " -- the end"])
}

fn statement(rng: &mut Rng, depth: usize) -> String {
    let table = pick(rng, &["a", "b", "`ä`", "person", "⟨odd name⟩"]);
    let field = pick(rng, &["x", "y", "z.w", "list[*]", "`from`"]);
    let value = expression(rng, depth);
    match rng.u8(..14) {
        0 => format!("CREATE {table} SET x = {value}"),
        1 => format!(
            "UPDATE {table}:1 MERGE {{ x: {value} }} WHERE {}",
            expression(rng, 1)
        ),
        2 => format!(
            "DEFINE FIELD OVERWRITE {field} ON {table} TYPE {} DEFAULT {value}",
            kind(rng, 2)
        ),
        3 => format!(
            "DEFINE INDEX IF NOT EXISTS i ON {table} FIELDS {field}{}",
            pick(rng, &["", " UNIQUE", " COMMENT 'why'", " COUNT"])
        ),
        4 => format!(
            "DEFINE TABLE OVERWRITE {table} {} PERMISSIONS {}",
            pick(
                rng,
                &["SCHEMAFULL", "SCHEMALESS", "TYPE RELATION IN a OUT b", ""]
            ),
            pick(
                rng,
                &[
                    "NONE",
                    "FULL",
                    "FOR select WHERE x = 1",
                    "FOR create, update NONE FOR delete FULL"
                ]
            )
        ),
        5 => format!(
            "SELECT {field} AS one, {value} AS two FROM {table} WHERE {} LIMIT 3",
            expression(rng, 1)
        ),
        6 => format!("LET $v = {value}"),
        7 => format!(
            "IF {} {{ {}; }} ELSE {{ {}; }}",
            expression(rng, 1),
            inner(rng, depth),
            inner(rng, depth)
        ),
        8 => format!("FOR $i IN [1, 2] {{ {}; }}", inner(rng, depth)),
        9 => format!(
            "DEFINE FUNCTION OVERWRITE fn::f($p: {}) {{ {}; RETURN {value}; }}",
            kind(rng, 1),
            inner(rng, depth)
        ),
        10 => format!(
            "DEFINE EVENT OVERWRITE e ON {table} WHEN {} THEN {{ {} }}",
            expression(rng, 1),
            inner(rng, depth)
        ),
        11 => format!(
            "DELETE {table} WHERE {value} RETURN {}",
            pick(rng, &["NONE", "BEFORE", "AFTER", "DIFF", "x, y"])
        ),
        12 => format!("RELATE a:1->{table}->b:2 CONTENT {{ at: {value} }}"),
        _ => format!("INSERT INTO {table} [{{ id: 1, x: {value} }}] ON DUPLICATE KEY UPDATE x = 1"),
    }
}

fn inner(rng: &mut Rng, depth: usize) -> String {
    match depth {
        0 => format!("LET $w = {}", expression(rng, 1)),
        depth => statement(rng, depth - 1),
    }
}

fn expression(rng: &mut Rng, depth: usize) -> String {
    if depth == 0 || rng.u8(..4) == 0 {
        let leaves = [
            "1",
            "-1.5",
            "2dec",
            "'te;xt'",
            "\"ü\"",
            "NONE",
            "true",
            "$v",
            "x",
            "a:1",
            "a:[1, 'b']",
            "r'a:1'",
            "u'018e2f1e-2f1e-7000-8000-000000000000'",
            "d'2024-01-01T00:00:00Z'",
            "1h30m",
            "/re;[x]/",
            "b'00FF'",
            "{}",
            "[]",
            "time::now()",
            "math::pi",
            "0..10",
            "person:⟨x y⟩",
        ];
        return pick(rng, &leaves).to_owned();
    }
    let left = expression(rng, depth - 1);
    let right = expression(rng, depth - 1);
    match rng.u8(..11) {
        0 => format!(
            "{left} {} {right}",
            pick(
                rng,
                &[
                    "+",
                    "-",
                    "*",
                    "/",
                    "%",
                    "**",
                    "==",
                    "!=",
                    "=",
                    "??",
                    "?:",
                    "AND",
                    "||",
                    "IN",
                    "NOT IN",
                    "CONTAINSANY",
                    "∋",
                    "<",
                    ">=",
                    "~",
                    "IS NOT"
                ]
            )
        ),
        1 => format!("({left})"),
        2 => format!("[{left}, {right}]"),
        3 => format!("{{ k: {left}, 'l m': {right} }}"),
        4 => format!("!{left}"),
        5 => format!("<{}> {left}", kind(rng, 1)),
        6 => format!("array::concat([{left}], [{right}])"),
        7 => format!(
            "(SELECT VALUE x FROM a WHERE {left}).{}",
            pick(rng, &["len()", "first()", "map(|$r| $r)", "{ x }", "x"])
        ),
        8 => format!("IF {left} {{ {right} }} ELSE {{ NONE }}"),
        9 => format!("{{ LET $t = {left}; {right} }}"),
        _ => format!(
            "{}[{}]",
            pick(rng, &["$v", "x", "a:1->wrote->book", "list"]),
            pick(rng, &["0", "*", "$", "WHERE x", "? x = 1"])
        ),
    }
}

fn kind(rng: &mut Rng, depth: usize) -> String {
    let leaf = pick(
        rng,
        &[
            "int",
            "string",
            "record<a | b>",
            "datetime",
            "bool",
            "'one' | 'two'",
            "{ x: int }",
            "any",
            "geometry<point>",
            "regex",
            "duration",
        ],
    );
    match rng.u8(..5) {
        _ if depth == 0 => leaf.to_owned(),
        0 => format!("option<{}>", kind(rng, depth - 1)),
        1 => format!("array<{}, 5>", kind(rng, depth - 1)),
        2 => format!("set<{}>", kind(rng, depth - 1)),
        3 => format!("{leaf} | {}", kind(rng, depth - 1)),
        _ => leaf.to_owned(),
    }
}

/// A handful of tokens that may or may not make a statement.
fn soup(rng: &mut Rng) -> String {
    let pieces = [
        "CREATE", "SELECT", "*", "FROM", "a", "b", "a:1", "WHERE", "SET", "x", "=", "1", "'s'",
        ";", ",", "(", ")", "{", "}", "[", "]", "->", "DEFINE", "FIELD", "ON", "TABLE", "TYPE",
        "int", "LET", "$v", "RETURN", "IF", "true", "ELSE", "fn::f", "()", "|$x|", "--", "\n",
        "/*", "*/", "`", "\"", ":", "::", "..", "?", "BEGIN", "COMMIT", "UPDATE", "DELETE",
        "LIMIT", "VALUE", "NONE", "\0", "\u{2028}", "#",
    ];
    let pieces: Vec<&str> = (0..rng.usize(1..7)).map(|_| pick(rng, &pieces)).collect();
    pieces.join(pick(rng, &[" ", " ", ""]))
}

/// Sound ones, mistakes that people make, and what only looks like the other.
const WRITTEN: &[&str] = &[
    "",
    ";",
    " ;; ",
    "-- nothing",
    "/* nothing */",
    "# nothing",
    "// nothing",
    "/* open",
    "--",
    "'open",
    "`open",
    "{",
    "}",
    ")",
    "DEFINE TABLE a",
    "DEFINE TABEL a;",
    "DEFINE TABLE a;;",
    "DEFINE TABLE a DEFINE TABLE b;",
    "DEFINE TABLE a\nDEFINE TABLE b",
    "DEFINE TABLE a SCHEMAFUL;",
    "DEFINE TABLE IF NOT EXISTS a SCHEMAFULL TYPE NORMAL CHANGEFEED 1d;",
    "DEFINE TABLE 1a;",
    "DEFINE TABLE `1a`;",
    "DEFINE TABLE select;",
    "DEFINE TABLE v AS SELECT count() AS n, x FROM a GROUP BY x;",
    "DEFINE TABLE v AS SELECT count() FROM a GROUP BY y;",
    "DEFINE TABLE e TYPE RELATION FROM a TO b ENFORCED;",
    "DEFINE FIELD x ON a TYPE option<string> | int;",
    "DEFINE FIELD x ON a TYPE strin;",
    "DEFINE FIELD x ON a TYPE array<record<b>, 3> REFERENCE ON DELETE CASCADE;",
    "DEFINE FIELD x ON TABLE a FLEXIBLE TYPE object;",
    "DEFINE FIELD x ON TABLE a TYPE object FLEXIBLE;",
    "DEFINE FIELD x ON a VALUE $before OR time::now() READONLY;",
    "DEFINE FIELD x ON a ASSERT $value > 3 AND $value < 5 PERMISSIONS FOR update NONE;",
    "DEFINE FIELD x[*].y ON a TYPE int;",
    "DEFINE FIELD x ON a COMPUTED y + 1;",
    "DEFINE FIELD x ON a VALUE <future> { 1 };",
    "DEFINE FIELD x ON a TYPE int DEFAULT ALWAYS 1;",
    "DEFINE FIELD x a TYPE int;",
    "DEFINE FIELD ON a TYPE int;",
    "DEFINE INDEX i ON a FIELDS x, y UNIQUE;",
    "DEFINE INDEX i ON a COLUMNS x;",
    "DEFINE INDEX i ON a FIELDS;",
    "DEFINE INDEX i ON a FIELDS x SEARCH ANALYZER n BM25;",
    "DEFINE INDEX i ON a FIELDS x FULLTEXT ANALYZER n BM25 HIGHLIGHTS;",
    "DEFINE INDEX i ON a FIELDS x HNSW DIMENSION 4 DIST COSINE;",
    "DEFINE INDEX i ON a FIELDS x MTREE DIMENSION 4;",
    "DEFINE INDEX i ON a FIELDS x CONCURRENTLY;",
    "DEFINE INDEX i ON a COUNT;",
    "DEFINE ANALYZER n TOKENIZERS blank, class FILTERS lowercase, ascii, edgengram(2, 10), snowball(english);",
    "DEFINE ANALYZER n TOKENIZERS blanks;",
    "DEFINE ANALYZER n FILTERS edgengram(2);",
    "DEFINE FUNCTION fn::f($x: int) -> int { RETURN $x + 1; };",
    "DEFINE FUNCTION fn::f($x) { RETURN $x };",
    "DEFINE FUNCTION fn::f(x: int) { 1 };",
    "DEFINE FUNCTION f() { 1 };",
    "DEFINE FUNCTION fn::f() RETURN 1;",
    "DEFINE FUNCTION fn::f() { RETURN 1 } PERMISSIONS NONE;",
    "DEFINE EVENT e ON a WHEN $before != $after THEN (CREATE b SET at = time::now());",
    "DEFINE EVENT e ON a THEN { CREATE b; THROW 'no' };",
    "DEFINE EVENT e ON a WHEN true;",
    "DEFINE EVENT e ON a ASYNC RETRY 2 THEN { CREATE b };",
    "DEFINE PARAM $p VALUE 1;",
    "DEFINE PARAM p VALUE 1;",
    "DEFINE PARAM $p;",
    "DEFINE SEQUENCE s BATCH 10 START 1;",
    "DEFINE CONFIG GRAPHQL AUTO;",
    "DEFINE CONFIG API PERMISSIONS FULL;",
    "DEFINE API '/x' FOR get THEN { { status: 200, body: 'x' } };",
    "DEFINE ACCESS u ON DATABASE TYPE RECORD SIGNUP (CREATE u SET n = $n) SIGNIN (SELECT * FROM u WHERE n = $n) DURATION FOR TOKEN 15m, FOR SESSION 12h;",
    "DEFINE ACCESS u ON DATABASE TYPE JWT ALGORITHM HS512 KEY 'secret';",
    "DEFINE ACCESS u ON DATABASE TYPE JWT ALGORITHM HS999 KEY 'secret';",
    "DEFINE USER u ON DATABASE PASSWORD 'x' ROLES EDITOR;",
    "DEFINE TOKEN t ON DATABASE TYPE HS512 VALUE 'x';",
    "DEFINE SCOPE s SESSION 24h;",
    "REMOVE TABLE IF EXISTS a;",
    "REMOVE FIELD x ON TABLE a;",
    "REMOVE FIELD x;",
    "REMOVE INDEX i ON a;",
    "REMOVE FUNCTION fn::f;",
    "REMOVE FUNCTION fn::f();",
    "REMOVE EVENT IF EXISTS e ON a;",
    "REMOVE TABEL a;",
    "REMOVE PARAM $p;",
    "REMOVE ANALYZER n;",
    "ALTER TABLE a SCHEMAFULL;",
    "ALTER TABLE IF EXISTS a DROP COMMENT;",
    "ALTER FIELD x ON a TYPE int;",
    "REBUILD INDEX i ON a;",
    "INFO FOR DB;",
    "INFO FOR TABEL a;",
    "CREATE a;",
    "CREATE a:1 CONTENT { x: 1 };",
    "CREATE a SET x = 1, y += 2, z -= 3;",
    "CREATE a SET x = 1,;",
    "CREATE a SET;",
    "CREATE a CONTENT { x: 1, x };",
    "CREATE a:uuid();",
    "CREATE |a:3|;",
    "CREATE |a:1..3| SET x = 1;",
    "CREATE ONLY a:9 RETURN VALUE id;",
    "CREATE a:1a;",
    "CREATE a:-1;",
    "CREATE a:18446744073709551616;",
    "INSERT INTO a { x: 1 };",
    "INSERT INTO a (x, y) VALUES (1, 2), (3, 4);",
    "INSERT INTO a (x, y) VALUES (1, 2, 3);",
    "INSERT RELATION INTO e [{ in: a:1, out: a:2 }];",
    "INSERT IGNORE INTO a [{ id: 1 }];",
    "INSERT a { x: 1 };",
    "UPDATE a SET x = x + 1 WHERE x IS NOT NONE RETURN NONE;",
    "UPDATE a WHERE x SET y = 1;",
    "UPDATE a UNSET x, y;",
    "UPDATE a PATCH [{ op: 'add', path: '/x', value: 1 }];",
    "UPDATE a REPLACE { x: 1 } TIMEOUT 1s;",
    "UPDATE a:1..=3 SET x = 1;",
    "UPSERT a:1 SET x = (x ?? 0) + 1;",
    "UPDATE;",
    "DELETE a;",
    "DELETE FROM a WHERE x < 1;",
    "DELETE a WHERE;",
    "RELATE a:1->e->a:2;",
    "RELATE a:1->e:1->a:2 SET x = 1;",
    "RELATE a:1-e->a:2;",
    "RELATE [a:1, a:2]->e->a:3 UNIQUE;",
    "SELECT * FROM a WHERE x = 1 SPLIT x GROUP BY x ORDER BY x LIMIT 1 START 2 FETCH x TIMEOUT 1s;",
    "SELECT * FROM a ORDER BY y LIMIT x;",
    "SELECT x FROM a ORDER BY y;",
    "SELECT * FROM a LIMIT 1 WHERE x;",
    "SELECT *, ->e->(a WHERE x > 1) AS f FROM a;",
    "SELECT FROM a;",
    "SELECT * OMIT x FROM a;",
    "SELECT * FROM ONLY a:1;",
    "SELECT * FROM a WITH INDEX i EXPLAIN FULL;",
    "SELECT * FROM a EXPLAIN;",
    "SELECT * FROM a PARALLEL;",
    "SELECT a:1.{1..3}->e->a FROM ONLY a:1;",
    "SELECT x FROM a GROUP BY y;",
    "SELECT * FROM a WHERE x @@ 'y';",
    "SELECT * FROM a WHERE x <|3,40|> [1, 2];",
    "SELECT * FROM a WHERE x <|3,COSINE|> [1, 2];",
    "SELECT * FROM a VERSION d'2024-01-01T00:00:00Z';",
    "LET $x = 1;",
    "LET x = 1;",
    "LET $x: int = 1;",
    "LET $x = { a: 1, 'b c': [1, 2,], };",
    "LET $x = |$a: int, $b| $a + $b;",
    "LET $x = |$a: int| -> int { $a };",
    "LET $x = (1 + 2;",
    "LET $x = 1 +;",
    "LET $x = 1 2;",
    "LET $x = 'a\\'b';",
    "LET $x = 'a\\qb';",
    "LET $x = \"\\u{1F600}\";",
    "LET $x = 1..2;",
    "LET $x = ..;",
    "LET $x = 1e400;",
    "LET $x = 99999999999999999999;",
    "LET $x = 1ye;",
    "LET $x = 5m3h;",
    "LET $x = <set<int>> [1];",
    "LET $x = {,};",
    "LET $x = [,];",
    "LET $x = {1, 2};",
    "LET $x = $y.z[0].{a, b: c}.d();",
    "LET $x = /(/;",
    "LET $x = /a\\/b;/;",
    "LET $x = d'2024-13-01T00:00:00Z';",
    "LET $x = d'2024-01-01';",
    "LET $x = u'no';",
    "LET $x = r'a:';",
    "LET $x = b'0';",
    "LET $x = string::lenght('a');",
    "LET $x = string::len('a';",
    "LET $x = count;",
    "LET $x = fn::f;",
    "LET $x = a:1->e->;",
    "LET $x = -> ;",
    "LET $x = $y?.z;",
    "LET $x = (1, 2);",
    "LET $x = (1.5, 2.5);",
    "LET $x = { type: 'Point', coordinates: [1, 2] };",
    "LET $x = NOT true;",
    "LET $x = !true;",
    "LET $x = a AND b OR c;",
    "LET $x = 1 < 2 < 3;",
    "LET $x = 1 == 2 == 3;",
    "LET $x = function() { return 1; };",
    "LET $x = ml::m<1.0.0>(1);",
    "LET $x = <future> { 1 };",
    "LET $x = <file> 'pictures:/cat.png';",
    "IF true { CREATE a };",
    "IF true THEN CREATE a END;",
    "IF true THEN CREATE a ELSE CREATE b END;",
    "IF true CREATE a;",
    "IF true { 1 } ELSE IF false { 2 } ELSE { 3 };",
    "IF true { 1 } ELSEIF false { 2 };",
    "IF { true };",
    "FOR $i IN 0..3 { CREATE a };",
    "FOR i IN 0..3 { CREATE a };",
    "FOR $i IN [1] { BREAK; CONTINUE };",
    "FOR $i IN [1] CREATE a;",
    "{ LET $x = 1; $x };",
    "{ a: 1 };",
    "{ BEGIN; };",
    "{ DEFINE TABLE a; };",
    "THROW 'no';",
    "THROW;",
    "BREAK;",
    "CONTINUE;",
    "RETURN 1;",
    "RETURN;",
    "RETURN 1 FETCH a;",
    "BEGIN; CREATE a; COMMIT;",
    "BEGIN TRANSACTION; CANCEL TRANSACTION;",
    "COMMIT WORK;",
    "SLEEP 1ms;",
    "SLEEP;",
    "OPTION IMPORT;",
    "OPTION IMPORT = FALSE;",
    "LIVE SELECT * FROM a;",
    "LIVE SELECT DIFF FROM a;",
    "KILL u'018e2f1e-2f1e-7000-8000-000000000000';",
    "KILL 'x';",
    "SHOW CHANGES FOR TABLE a SINCE 0 LIMIT 10;",
    "SHOW TABLES;",
    "USE NS agreement DB agreement;",
    "USE DATABASE x;",
    "USE;",
    "EXPLAIN SELECT * FROM a;",
    "1 + 1;",
    "a;",
    "a:1;",
    "$x;",
    "'text';",
    "CREATE a; CREATE",
    "CREATE a; }",
    "CREATE a)",
    "CREATE a;\u{feff}",
    "\u{a0}CREATE a;",
    "CREATE a\u{2028};",
    "CREATE\0a;",
    "CREATE ä;",
    "CREATE `ä`;",
    "CREATE ⟨ä⟩;",
    "CREATE a SET `x y` = 1;",
    "CREATE a SET x.y = 1;",
    "CREATE a SET x[0] = 1;",
    "CREATE a SET x = 1 -- why\n, y = 2;",
    "CREATE a /* ; */ SET x /* { */ = 1;",
    "CREATE a SET x = 'it''s';",
    "CREATE a SET x == 1;",
    "create a set x = 1;",
    "Create A Set X = 1",
    "insert into a values (1);",
    "DROP TABLE a;",
    "CREATE TABLE a (x int);",
    "ALTER TABLE a ADD COLUMN x int;",
    "SELECT * FROM a WHERE x LIKE 'y%';",
    "SELECT COUNT(*) FROM a;",
    "SELECT * FROM a JOIN b ON a.x = b.x;",
    "GRANT ALL ON a TO b;",
    "ACCESS u ON DATABASE SHOW ALL;",
];
