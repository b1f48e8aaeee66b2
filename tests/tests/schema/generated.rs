//! Statements that define, change and remove, about few names, so that they meet.

use fastrand::Rng;

/// A history: scripts, each of them statements.
pub type History = Vec<Vec<String>>;

pub fn history(random: &mut Rng) -> History {
    let scripts = random.usize(2..=8);
    let scripts = (0..scripts).map(|_| {
        let statements = random.usize(1..=3);
        (0..statements).map(|_| statement(random)).collect()
    });
    scripts.collect()
}

fn statement(random: &mut Rng) -> String {
    match random.u32(0..20) {
        0 => format!(
            "IF {} {{ {} }}",
            one_of(random, &["true", "false"]),
            plain(random)
        ),
        1 => format!(
            "FOR $x IN {} {{ {} }}",
            one_of(random, &["[]", "[1]"]),
            plain(random)
        ),
        2 => format!("{{ {}; {} }}", plain(random), plain(random)),
        3 => "fn::f()".to_owned(),
        4 => format!("LET $n = '{}'", table(random)),
        5 => {
            let statement = plain(random);
            let name = format!(" {} ", table(random));
            statement.replacen(&name, " $n ", 1)
        }
        _ => plain(random),
    }
}

fn plain(random: &mut Rng) -> String {
    match random.u32(0..16) {
        0..=3 => definition(random, 0),
        4..=7 => definition_on_table(random, 0),
        8..=11 => removal(random),
        12 | 13 => alteration(random),
        _ => write(random),
    }
}

fn definition(random: &mut Rng, depth: u32) -> String {
    let mode = one_of(random, &["", "", "OVERWRITE ", "IF NOT EXISTS "]);
    let table = table(random);
    match random.u32(0..14) {
        10..=13 => served(random, mode),
        0 => format!(
            "DEFINE FUNCTION {mode}fn::f({}) {{ {} }}{}",
            one_of(random, &["", "$a: int", "$a: option<array<int>>, $b: any"]),
            body(random, depth),
            clauses(random, &[" COMMENT 'x'", " PERMISSIONS NONE"])
        ),
        1 => format!(
            "DEFINE PARAM {mode}$p VALUE {}{}",
            one_of(random, &["1", "'a' + 'b'", "[1, { a: 2d }]"]),
            clauses(random, &[" COMMENT 'x'", " PERMISSIONS NONE"])
        ),
        2 => format!(
            "DEFINE ANALYZER {mode}z{}{}",
            one_of(
                random,
                &[" TOKENIZERS blank", " TOKENIZERS class, camel", ""]
            ),
            clauses(
                random,
                &[" FILTERS lowercase, edgengram(2, 5)", " COMMENT 'x'"]
            )
        ),
        3 => format!(
            "DEFINE SEQUENCE {mode}s{}",
            one_of(random, &["", " BATCH 100", " START 3 TIMEOUT 1m"])
        ),
        4 => format!("DEFINE ACCESS {mode}k ON DATABASE TYPE RECORD"),
        _ => {
            let kinds = [
                "",
                "",
                " SCHEMAFULL",
                " TYPE NORMAL",
                " TYPE RELATION",
                " TYPE RELATION IN t OUT u",
                " AS SELECT * FROM u",
                " AS SELECT count() FROM u GROUP ALL",
            ];
            let others = [
                " CHANGEFEED 24h",
                " COMMENT 'x'",
                " PERMISSIONS FULL",
                " PERMISSIONS FOR select, update WHERE a = 1 FOR create NONE",
                " DROP",
            ];
            let kind = one_of(random, &kinds);
            format!(
                "DEFINE TABLE {mode}{table} {kind}{}",
                clauses(random, &others)
            )
        }
    }
}

/// What the database serves or keeps besides tables.
fn served(random: &mut Rng, mode: &str) -> String {
    match random.u32(0..5) {
        0 => format!(
            "DEFINE API {mode}'{}'{}{}",
            one_of(
                random,
                &["/x", "/x", "/x/", "//x", "/x/:id< option<int> >/*rest"]
            ),
            clauses_in_order(
                random,
                &[
                    " FOR any MIDDLEWARE api::timeout(1s + 2s)",
                    " FOR get THEN { { body: 1 } }",
                    " FOR post, put PERMISSIONS NONE THEN { CREATE u }",
                ]
            ),
            clauses(random, &[" COMMENT 'x'"])
        ),
        1 => format!(
            "DEFINE CONFIG {mode}GRAPHQL {}",
            one_of(
                random,
                &[
                    "AUTO",
                    "NONE",
                    "TABLES AUTO",
                    "FUNCTIONS NONE TABLES INCLUDE t, u",
                    "TABLES EXCLUDE t FUNCTIONS EXCLUDE fn::f DEPTH 3",
                ]
            )
        ),
        2 => format!(
            "DEFINE CONFIG {mode}API{}",
            clauses_in_order(
                random,
                &[
                    " MIDDLEWARE api::timeout(1s)",
                    " PERMISSIONS WHERE $auth.a = 1",
                ]
            )
        ),
        3 => format!(
            "DEFINE BUCKET {mode}b BACKEND {}{}",
            one_of(random, &["'memory'", "'mem' + 'ory'"]),
            clauses(
                random,
                &[
                    " READONLY",
                    " COMMENT 'x'",
                    " PERMISSIONS WHERE $action = 'get'",
                ]
            )
        ),
        _ => format!(
            "DEFINE MODULE {mode}mod::m FROM f'{}' UNSIGNED{}",
            one_of(random, &["b:/m.surli", "b:/other.surli"]),
            clauses(random, &[" COMMENT 'x'", " PERMISSIONS NONE"])
        ),
    }
}

fn definition_on_table(random: &mut Rng, depth: u32) -> String {
    let mode = one_of(random, &["", "", "OVERWRITE ", "IF NOT EXISTS "]);
    let (table, field) = (table(random), field(random));
    match random.u32(0..6) {
        0 => format!(
            "DEFINE INDEX {mode}i ON {table} {}{}",
            one_of(
                random,
                &[
                    "FIELDS a",
                    "COLUMNS b",
                    "FIELDS a, b UNIQUE",
                    "FIELDS o.x",
                    "COUNT",
                    "FIELDS a HNSW DIMENSION 4 DIST COSINE",
                    "FIELDS b FULLTEXT ANALYZER z BM25(1.2, 0.75) HIGHLIGHTS",
                    "FIELDS o.*.a, `in`"
                ]
            ),
            clauses(random, &[" COMMENT 'x'"])
        ),
        1 => format!(
            "DEFINE EVENT {mode}e ON {table} {}THEN {{ {} }}{}",
            one_of(
                random,
                &[
                    "",
                    "WHEN $event = 'CREATE' ",
                    "WHEN (true) ",
                    "ASYNC RETRY 3 "
                ]
            ),
            body(random, depth),
            clauses(random, &[" COMMENT 'x'"])
        ),
        _ => {
            let kinds = [
                "",
                " TYPE any",
                " TYPE int",
                " TYPE option<string>",
                " TYPE array",
                " TYPE array<int>",
                " TYPE option<array<string>>",
                " TYPE array<array<int>>",
                " TYPE set<int>",
                " TYPE object",
                " TYPE record<u>",
                " TYPE string | int | none",
                " TYPE option<int | string>",
                " TYPE 'a' | 'b'",
                " TYPE object FLEXIBLE",
                " TYPE record<t | u>",
                " TYPE geometry<point | polygon>",
                " TYPE { a: int, b: option<[1, 2]> }",
                " TYPE array<record<u>, 5>",
                &format!(" VALUE {}", expression(random)),
                &format!(" COMPUTED {}", expression(random)),
            ];
            let others = [
                &format!(" DEFAULT {}", expression(random)),
                &format!(" DEFAULT ALWAYS {}", expression(random)),
                &format!(" ASSERT {}", expression(random)),
                " REFERENCE ON DELETE CASCADE",
                " READONLY",
                " COMMENT 'x'",
                " PERMISSIONS FOR select NONE",
                " PERMISSIONS NONE",
                " PERMISSIONS FOR select, create, update NONE",
                " PERMISSIONS FULL",
            ];
            let kind = one_of(random, &kinds);
            format!(
                "DEFINE FIELD {mode}{field} ON {table} {kind}{}",
                clauses(random, &others)
            )
        }
    }
}

/// Something that a definition keeps as it is.
fn expression(random: &mut Rng) -> &'static str {
    one_of(
        random,
        &[
            "1",
            "-1.50",
            "1.5dec",
            "1e3",
            "+7f",
            "'it\\'s'",
            "\"two \\n\"",
            "90m",
            "1y2w3d",
            "d'2024-01-01T00:00:00Z'",
            "u'018f3e3e-0000-7000-8000-000000000000'",
            "r't:1'",
            "t:⟨a b⟩",
            "t:[1, 'x']",
            "t:{ a: 1 }",
            "[1, (2), [3]]",
            "{ a: 1, 'b c': { d: NONE } }",
            "{ a: 1 }.a",
            "NULL",
            "(1 + 2) * 3 - 4 / (5)",
            "1 + (2 * 3)",
            "$value != 2 AND ($value OR true)",
            "!($value IN ['a', 'b'])",
            "$value ?: $before ?? 3",
            "$this.a[0].b[WHERE c = 1].*",
            "a.b.{ c, d: e.f }",
            "->r->u.a",
            "<-r<-(t WHERE a = 1)",
            "<string> 1",
            "<option<int>> $value",
            "time::now()",
            "string::lowercase($value).trim()",
            "fn::f(1, 2)",
            "|$x: int| $x + 1",
            "[1, 2].map(|$x| { RETURN $x; })",
            "(SELECT a, count() AS c FROM u WHERE a > 1 GROUP BY a ORDER BY a DESC LIMIT 3)",
            "(SELECT VALUE a FROM ONLY u:1)",
            "/a.b/",
            "($value = /^[a-z]+$/)",
            "IF $value > 1 { 'a' } ELSE { 'b' }",
            "IF $value THEN 1 ELSE 2 END",
            "{ LET $y = 1; RETURN $y }",
            "1..=5",
            "math::PI",
            "$value.is_none() || $auth.id = id",
            "rand::int(1, 2)",
            "object::keys({})",
            "a ∈ [1] AND b CONTAINS 'x'",
            "`select`.`a b`",
        ],
    )
}

/// Some clauses, in any order.
fn clauses(random: &mut Rng, choices: &[&str]) -> String {
    let mut choices = choices.to_vec();
    random.shuffle(&mut choices);
    let count = random.usize(..=choices.len().min(2));
    choices[..count].concat()
}

/// Some clauses that have their order.
fn clauses_in_order(random: &mut Rng, choices: &[&str]) -> String {
    let chosen = choices.iter().filter(|_| random.bool());
    chosen.copied().collect()
}

/// What a function or an event does.
fn body(random: &mut Rng, depth: u32) -> String {
    match random.u32(0..8) {
        0 if depth == 0 => definition(random, 1),
        1 if depth == 0 => definition_on_table(random, 1),
        2 => removal(random),
        3 => write(random),
        4 => format!(
            "LET $x = {}; IF $x {{ RETURN 1 }} ELSE IF !$x {{ 2 }}",
            expression(random)
        ),
        5 => format!(
            "FOR $x IN 0..=3 {{ CONTINUE; }}; RETURN {}",
            expression(random)
        ),
        _ => expression(random).to_owned(),
    }
}

fn removal(random: &mut Rng) -> String {
    let mode = one_of(random, &["", "IF EXISTS "]);
    let (table, field) = (table(random), field(random));
    match random.u32(0..15) {
        12 => format!(
            "REMOVE API {mode}'{}'",
            one_of(random, &["/x", "/x", "/x/"])
        ),
        13 => format!(
            "REMOVE CONFIG {mode}{}",
            one_of(random, &["GRAPHQL", "API"])
        ),
        14 => match random.bool() {
            true => format!("REMOVE BUCKET {mode}b"),
            false => format!("REMOVE MODULE {mode}mod::m"),
        },
        0 => format!("REMOVE FUNCTION {mode}fn::f"),
        1 => format!("REMOVE PARAM {mode}$p"),
        2 => format!("REMOVE ANALYZER {mode}z"),
        3 => format!("REMOVE SEQUENCE {mode}s"),
        4 => format!("REMOVE ACCESS {mode}k ON DATABASE"),
        5 => format!("REMOVE INDEX {mode}i ON {table} "),
        6 => format!("REMOVE EVENT {mode}e ON {table} "),
        7 | 8 => format!("REMOVE TABLE {mode}{table} "),
        _ => format!("REMOVE FIELD {mode}{field} ON {table} "),
    }
}

fn alteration(random: &mut Rng) -> String {
    let mode = one_of(random, &["", "IF EXISTS "]);
    let (table, field) = (table(random), field(random));
    let value = expression(random);
    match random.u32(0..20) {
        16..=19 => altered_service(random, mode),
        0..=3 => {
            let clauses = [
                "SCHEMALESS",
                "SCHEMAFULL",
                "TYPE RELATION",
                "TYPE NORMAL",
                "COMMENT 'y'",
                "DROP COMMENT",
                "CHANGEFEED 2h",
                "DROP CHANGEFEED",
                "PERMISSIONS FULL",
                "PERMISSIONS FOR select WHERE a = 2, FOR delete FULL",
            ];
            format!("ALTER TABLE {mode}{table} {}", one_of(random, &clauses))
        }
        4 => format!("ALTER FUNCTION {mode}fn::f {}", altered_function(random)),
        5 => format!(
            "ALTER ANALYZER {mode}z {}",
            one_of(
                random,
                &[
                    "COMMENT 'y'",
                    "DROP COMMENT",
                    "TOKENIZERS blank, punct",
                    "DROP TOKENIZERS",
                    "FILTERS ascii",
                    "DROP FILTERS"
                ]
            )
        ),
        6 => format!("ALTER ACCESS {mode}k ON DATABASE COMMENT 'y'"),
        7 => format!(
            "ALTER EVENT {mode}e ON {table} {}",
            one_of(
                random,
                &[
                    "COMMENT 'y'",
                    "DROP COMMENT",
                    "WHEN $event = 'DELETE'",
                    "DROP WHEN",
                    "DROP THEN",
                    "THEN (CREATE u)",
                ]
            )
        ),
        8 => format!(
            "ALTER INDEX {mode}i ON {table} {}",
            one_of(random, &["COMMENT 'y'", "DROP COMMENT"])
        ),
        9 => format!(
            "ALTER PARAM {mode}$p {}",
            one_of(
                random,
                &["VALUE 2", "COMMENT 'y'", "DROP COMMENT", "PERMISSIONS FULL"]
            )
        ),
        10 => format!("ALTER SEQUENCE {mode}s TIMEOUT 1s"),
        _ => {
            let clauses = [
                "TYPE array<int>",
                "TYPE option<string>",
                "TYPE record<u>",
                "DROP TYPE",
                "FLEXIBLE",
                "DROP FLEXIBLE",
                "READONLY",
                "DROP READONLY",
                &format!("VALUE {value}"),
                "DROP VALUE",
                &format!("ASSERT {value}"),
                "DROP ASSERT",
                &format!("DEFAULT {value}"),
                &format!("DEFAULT ALWAYS {value}"),
                "DROP DEFAULT",
                "PERMISSIONS NONE",
                "PERMISSIONS FOR update WHERE a = 1",
                "COMMENT 'y'",
                "DROP COMMENT",
                "REFERENCE ON DELETE IGNORE",
                "DROP REFERENCE",
            ];
            format!(
                "ALTER FIELD {mode}{field} ON {table} {}",
                one_of(random, &clauses)
            )
        }
    }
}

fn altered_service(random: &mut Rng, mode: &str) -> String {
    match random.u32(0..5) {
        0 => format!(
            "ALTER API {mode}'/x' {}",
            one_of(
                random,
                &[
                    "COMMENT 'y'",
                    "DROP COMMENT",
                    "FOR any PERMISSIONS NONE",
                    "FOR any THEN { 1 }",
                    "FOR any DROP THEN COMMENT 'y'",
                    "FOR get THEN { 2 }",
                    "FOR get, put DROP THEN",
                ]
            )
        ),
        1 => format!(
            "ALTER CONFIG {mode}GRAPHQL {}",
            one_of(random, &["AUTO", "NONE", "TABLES NONE DEPTH 2"])
        ),
        2 => format!(
            "ALTER CONFIG {mode}API{}",
            one_of(
                random,
                &["", " PERMISSIONS NONE", " MIDDLEWARE api::timeout(2s)"]
            )
        ),
        3 => format!(
            "ALTER BUCKET {mode}b {}",
            one_of(
                random,
                &[
                    "READONLY",
                    "DROP READONLY",
                    "BACKEND 'memory'",
                    "DROP BACKEND",
                    "PERMISSIONS NONE",
                    "COMMENT 'y'",
                    "DROP COMMENT",
                ]
            )
        ),
        _ => format!(
            "ALTER MODULE {mode}mod::m {}",
            one_of(random, &["COMMENT 'y'", "DROP COMMENT", "PERMISSIONS NONE"])
        ),
    }
}

fn altered_function(random: &mut Rng) -> &'static str {
    one_of(
        random,
        &[
            "COMMENT 'y'",
            "DROP COMMENT",
            "PERMISSIONS NONE",
            "PERMISSIONS FULL",
            "($c: string) { RETURN $c }",
            "($c: int) -> int { RETURN 1 }",
        ],
    )
}

fn write(random: &mut Rng) -> String {
    let table = table(random);
    match random.u32(0..40) {
        32..=39 => written(random, table),
        28 => "CREATE t:1; CREATE u:1; RELATE t:1->r->u:1".to_owned(),
        29 => format!("UPDATE {table} SET a = ->r->u"),
        30 => format!("DELETE {table}:1"),
        31 => "DELETE t:1->r".to_owned(),
        9 => format!("LET $rows = (SELECT * FROM {table} )"),
        10 => format!("DELETE {table}:1, t WHERE a = 1"),
        11 => format!("REBUILD INDEX i ON {table} "),
        12 => format!("REBUILD INDEX IF EXISTS i ON {table} CONCURRENTLY"),
        13 => format!("UPDATE ONLY {table}:1 SET a = 2 WHERE false"),
        14 => format!("SELECT * FROM t, {table}:1..5 ORDER BY id LIMIT 0"),
        15 => format!("LET $count = SELECT count() FROM {table} WHERE false GROUP ALL"),
        0 => format!("CREATE {table} SET a = 1"),
        1 => format!("UPSERT {table}:1 SET b = 'x'"),
        2 => format!("INSERT INTO {table} {{ a: 1 }}"),
        3 => "INSERT INTO t []".to_owned(),
        4 => "RELATE t:1->r->u:1".to_owned(),
        5 => format!("UPDATE {table} SET a = 2"),
        6 => format!("DELETE {table} "),
        7 => format!("CREATE type::table('{table}') "),
        16 => format!("UPSERT {table} SET a = 1 WHERE a = 1"),
        17 => format!("UPSERT {table}:1..3 SET b = 1"),
        18 => format!("INSERT IGNORE INTO {table} {{ id: 1, a: 1 }}"),
        19 => format!("INSERT INTO {table} (id, a) VALUES (1, 2) ON DUPLICATE KEY UPDATE a = 2"),
        20 => format!("INSERT [{{ id: {table}:2 }}, {{ id: u:2 }}]"),
        21 => format!("INSERT RELATION INTO {table} {{ in: t:1, out: u:1 }}"),
        22 => format!("RELATE [t:1, t:2]->{table}->u:1"),
        23 => format!(
            "LET $ends = {}; RELATE t:1->{table}->$ends",
            one_of(random, &["[]", "[u:1]"])
        ),
        24 => format!("LET $made = (CREATE ONLY {table}:3)"),
        25 => format!("CREATE type::record('{table}', 4)"),
        26 => format!("CREATE |{table}:5..7|"),
        27 => format!("INSERT INTO {table} (SELECT * FROM u)"),
        _ => format!("SELECT * FROM {table} "),
    }
}

/// A write of fields that there may not be.
fn written(random: &mut Rng, table: &str) -> String {
    let field = one_of(random, &["a", "b", "o", "in", "`c d`"]);
    let value = one_of(
        random,
        &["1", "NONE", "NULL", "[]", "{ x: 1 }", "'x'", "time::now()"],
    );
    let object = format!("{{ {field}: {value} }}");
    match random.u32(0..10) {
        0 => format!("CREATE {table} SET {field} = {value}"),
        1 => format!("CREATE {table} SET {field}.x = {value}"),
        2 => format!("CREATE {table} SET {field} = {value}, {field} = NONE"),
        3 => format!("CREATE ONLY {table} CONTENT {object}"),
        4 => format!("CREATE {table}:8 MERGE {object} RETURN NONE"),
        5 => format!("UPSERT {table}:1 SET {field} = {value}"),
        6 => format!("UPSERT {table} SET {field} = {value} WHERE {field} = 7"),
        7 => format!("INSERT IGNORE INTO {table} [{object}]"),
        8 => format!("INSERT INTO {table} ({field}) VALUES ({value})"),
        _ => format!("RELATE t:1->{table}->u:1 CONTENT {object}"),
    }
}

fn table(random: &mut Rng) -> &'static str {
    one_of(random, &["t", "u", "r"])
}

fn field(random: &mut Rng) -> &'static str {
    one_of(random, &["a", "b", "o", "o.*", "o[*]", "o.x", "in"])
}

fn one_of<'a>(random: &mut Rng, choices: &[&'a str]) -> &'a str {
    choices[random.usize(..choices.len())]
}
