//! Where the model could go wrong: scripts that it has to foresee as the engine takes them, and
//! definitions in other words.

use surrealdb::Surreal;
use surrealdb::engine::any::Any;
use tests::connection::Engine;
use tests::scripts::on_a_deep_stack;

use crate::comparison::Both;

/// A model beside an empty database, which it knows to be empty.
async fn both(db: &Surreal<Any>, number: usize) -> Both<'_> {
    let database = db.use_db(format!("edge_{number}")).await;
    database.expect("a new database can be selected");
    Both::new(db, true).await
}

/// Each in a database of its own.
const SCRIPTS: &[&str] = &[
    "LET $n = 'u'; DEFINE TABLE $n AS SELECT * FROM u",
    "DEFINE TABLE ⟨my table⟩; UPDATE ⟨my table⟩; SELECT * FROM `my table`; REMOVE TABLE `my table`",
    "DEFINE FUNCTION fn::a::b($x: int) { RETURN $x }; LET $y = fn::a::b(1); fn::a::b(2)",
    "DEFINE TABLE t SCHEMAFULL; DEFINE FIELD `my field` ON t; DEFINE INDEX i ON t FIELDS `my field`; DEFINE FIELD `größe` ON t; DEFINE INDEX j ON t FIELDS `größe`",
    "DEFINE TABLE t SCHEMAFULL; DEFINE FIELD `1a` ON t; DEFINE INDEX i ON t FIELDS `1a`; DEFINE FIELD `select` ON t; DEFINE INDEX j ON t FIELDS `select`; REMOVE FIELD `1a` ON t",
    "LET $`a b` = 1; CREATE t SET x = $`a b`",
    "DEFINE FIELD o ON t TYPE array<object>; DEFINE FIELD o.* ON t TYPE object",
    "DEFINE FIELD o ON t TYPE array<object>; DEFINE FIELD o.*.a ON t TYPE int",
    "DEFINE FIELD o ON t TYPE array<record<t>>; DEFINE FIELD o.* ON t TYPE record<t>",
    "DEFINE FIELD o ON t TYPE array<{ a: int }>; DEFINE FIELD o.* ON t TYPE object",
    "DEFINE FIELD o ON t TYPE array<string | int>; DEFINE FIELD o.* ON t TYPE string",
    "DEFINE FIELD o ON t TYPE array<option<int>>; DEFINE FIELD o.* ON t TYPE int",
    "DEFINE FIELD o ON t TYPE array<any>; DEFINE FIELD o.* ON t TYPE int",
    "DEFINE FIELD o ON t TYPE array; DEFINE FIELD o.* ON t TYPE int",
    "DEFINE FIELD o ON t TYPE option<array>; DEFINE FIELD o.* ON t TYPE int",
    "DEFINE FIELD o ON t TYPE set<object>; DEFINE FIELD o.* ON t TYPE object",
    "DEFINE FIELD o ON t TYPE array<int> | string; DEFINE FIELD o.* ON t TYPE int",
    "DEFINE FIELD o ON t TYPE array<int> | array<string>; DEFINE FIELD o.* ON t TYPE int",
    "DEFINE FIELD o ON t TYPE { a: array<int> }; DEFINE FIELD o.a ON t; DEFINE FIELD o.a.* ON t",
    "DEFINE FIELD o ON t TYPE object; DEFINE FIELD o.a ON t TYPE array<int>; DEFINE FIELD o.a.* ON t TYPE int",
    "DEFINE FIELD o ON t TYPE geometry<point> | array<geometry<point>>; DEFINE FIELD o.* ON t",
    "DEFINE FIELD o ON t TYPE array<array<array<array<array<int>>>>>; REMOVE FIELD o.*.*.*.*.* ON t",
    "DEFINE FIELD o ON t TYPE array<int, 3>; REMOVE FIELD o[*] ON t",
    "DEFINE FIELD OVERWRITE o ON t TYPE array<int>; DEFINE FIELD OVERWRITE o.* ON t TYPE int; DEFINE FIELD OVERWRITE o ON t TYPE array<int>; REMOVE FIELD o.* ON t",
    "DEFINE TABLE r TYPE RELATION; DEFINE FIELD in ON r TYPE record<t>",
    "DEFINE TABLE r TYPE RELATION FROM a TO b; DEFINE FIELD OVERWRITE in ON r TYPE record<a>; DEFINE FIELD out ON r TYPE record<b>",
    "DEFINE TABLE r TYPE RELATION; DEFINE TABLE OVERWRITE r TYPE RELATION IN a OUT b; REMOVE FIELD in ON r",
    "DEFINE FIELD id ON t TYPE int; REMOVE FIELD id ON t",
    "DEFINE TABLE t SCHEMAFULL; DEFINE FIELD id ON t TYPE int",
    "CREATE t; DEFINE FIELD a ON t; REMOVE TABLE t; CREATE t; UPDATE t",
    "RELATE t:1->wrote->t:2; UPDATE wrote SET a = 1; DELETE wrote",
    "CREATE t:1; CREATE u:1; RELATE t:1->r->u:1; REMOVE TABLE r; DELETE t; REMOVE TABLE r",
    "CREATE t:1; CREATE u:1; RELATE t:1->r->u:1; REMOVE TABLE r; DELETE u:1; DEFINE TABLE r",
    "CREATE t:1; CREATE u:1; INSERT RELATION INTO r { in: t:1, out: u:1 }; REMOVE TABLE r; UPDATE t SET a = ->r->u; UPDATE r",
    "CREATE t:1; CREATE u:1; RELATE t:1->r->u:1; DEFINE FIELD a ON t VALUE ->r->u; REMOVE TABLE r; UPDATE t; UPDATE r",
    "CREATE t:1; CREATE u:1; RELATE t:1->r->u:1; DEFINE FUNCTION fn::d() { DELETE t }; REMOVE TABLE r; fn::d(); UPDATE r",
    "CREATE t:1; CREATE u:1; RELATE t:1->r->u:1; DEFINE EVENT e ON u THEN { DELETE t }; REMOVE TABLE r; UPDATE u; UPDATE r",
    "CREATE t:1; CREATE u:1; RELATE t:1->r->u:1; REMOVE TABLE r; UPDATE t:1->r SET a = 1; UPDATE r",
    "CREATE t:1; CREATE u:1; RELATE t:1->r->u:1; REMOVE TABLE r; FOR $x IN [1] { DELETE t }; UPDATE r",
    "CREATE t:1; CREATE u:1; RELATE t:1->r->u:1; REMOVE TABLE r; CREATE t:2; UPDATE r",
    "CREATE t:1; CREATE u:1; CREATE r; REMOVE TABLE r; DELETE t; UPDATE r",
    "DEFINE TABLE t; DEFINE TABLE v AS SELECT count() FROM t GROUP ALL; DEFINE TABLE OVERWRITE v; REMOVE TABLE v; CREATE t; UPDATE v",
    "DEFINE TABLE t; DEFINE TABLE v AS SELECT count() FROM t GROUP ALL; REMOVE TABLE v; CREATE t; UPDATE v",
    "INSERT [{ id: z:1 }]; UPDATE z",
    "INSERT INTO z (a, b) VALUES (1, 2); DELETE z",
    "INSERT RELATION INTO rr { in: t:1, out: t:2 }; UPDATE rr",
    "LET $x = (CREATE zz RETURN VALUE id); UPDATE zz",
    "LET $f = || { CREATE yy; RETURN 1; }; LET $g = $f(); UPDATE yy",
    "LET $x = [1].map(|$i| { CREATE xx; RETURN $i; }); UPDATE xx",
    "CREATE |ww:3|; UPDATE ww; CREATE |vv:1..3|; UPDATE vv",
    "CREATE type::record('uu', 1); UPDATE uu; CREATE type::table('ss'); UPDATE ss",
    "UPSERT qq:1 SET a = 1; DELETE qq; UPSERT pp WHERE a = 1; DELETE pp",
    "DEFINE EVENT e ON t THEN { CREATE ee }; CREATE t; UPDATE ee",
    "DEFINE FUNCTION fn::mk() { CREATE made; RETURN 1; }; fn::mk(); UPDATE made",
    "DEFINE FIELD a ON t VALUE { CREATE viafield; RETURN 1; }; CREATE t; UPDATE viafield",
    "DEFINE PARAM $p VALUE { CREATE viaparam; RETURN 1; }; UPDATE viaparam",
    "IF true { CREATE viaif }; UPDATE viaif",
    "{ CREATE a; DEFINE TABLE b; { DEFINE FIELD c ON d } }; UPDATE a; UPDATE b; UPDATE d; DEFINE TABLE d",
    "{ DEFINE TABLE a; LET $x = 1; IF $x = 2 { DEFINE TABLE b } }; DEFINE TABLE b; DEFINE TABLE a",
    "{ FOR $x IN [1] { BREAK; }; DEFINE TABLE a }; DEFINE TABLE a",
    "LET $x = { DEFINE TABLE a; 1 }; DEFINE TABLE a",
    "{ UPDATE nothing }",
    "DEFINE ANALYZER z TOKENIZERS blank; DEFINE INDEX i ON t FIELDS a FULLTEXT ANALYZER z; DEFINE INDEX OVERWRITE i ON t FIELDS a; REMOVE ANALYZER z",
    "DEFINE ANALYZER z; DEFINE INDEX i ON t FIELDS a FULLTEXT ANALYZER z; REMOVE TABLE t; REMOVE ANALYZER z",
    "DEFINE TABLE t; DEFINE TABLE v AS SELECT * FROM t; REMOVE TABLE v; REMOVE TABLE t",
    "DEFINE TABLE t; DEFINE TABLE v AS SELECT * FROM t; DEFINE TABLE OVERWRITE v; REMOVE TABLE t",
    "DEFINE TABLE t; DEFINE TABLE w; DEFINE TABLE v AS SELECT * FROM t; DEFINE TABLE OVERWRITE v AS SELECT * FROM w; REMOVE TABLE t",
    "DEFINE TABLE t; DEFINE TABLE v AS SELECT * FROM t; ALTER TABLE v COMMENT 'x'; REMOVE TABLE IF EXISTS t",
    "DEFINE TABLE t; DEFINE TABLE v AS SELECT count() FROM t GROUP ALL; REMOVE TABLE IF EXISTS t",
    "DEFINE TABLE t; DEFINE TABLE v AS SELECT * FROM t WHERE a IN (SELECT VALUE id FROM nowhere)",
    "SELECT * FROM (SELECT * FROM [1, 2])",
    "SELECT * FROM ONLY [1] LIMIT 1; SELECT 1 FROM NONE; SELECT * FROM {}",
    "DEFINE TABLE t; SELECT * FROM t:1.a; SELECT * FROM t:[1,2]; SELECT * FROM t:{ a: 1 }; SELECT * FROM t:..5; SELECT * FROM t:rand(); SELECT * FROM t:ulid()",
    "DELETE FROM ONLY t:1",
    "UPDATE $session; ",
    "DEFINE API '/x/'; DEFINE API '/x/' COMMENT 'again'; REMOVE API '/x'; REMOVE API '/x/'",
    "DEFINE API '/x'; DEFINE API '/x/'; DEFINE API IF NOT EXISTS '/x/' COMMENT 'x'; DEFINE API '/x'",
    "DEFINE API '/x/'; ALTER API IF EXISTS '/x/' COMMENT 'x'; ALTER API '/x' COMMENT 'y'; ALTER API '/x/' COMMENT 'x'",
    "DEFINE API '//x//:id<int | string>/*rest'; REMOVE API '/x/:id<int | string>/*rest'",
    "DEFINE API '/x/:id<record<t>>'; REMOVE API '/x/:id<record<t>>'; REMOVE API '/x'",
    "DEFINE API '/x/\\\\:id'; DEFINE TABLE t; DEFINE TABLE t",
    "DEFINE API '/'; REMOVE API '/'; DEFINE API '/'",
    "DEFINE API 'x'",
    "DEFINE API '/x' FOR get THEN { 1 } FOR get THEN { 2 }",
    "DEFINE API '/x' FOR any MIDDLEWARE api::timeout({ CREATE timed; 1s }); DEFINE TABLE timed",
    "DEFINE API '/x' FOR get THEN { CREATE served }; DEFINE TABLE served; REMOVE TABLE served; UPDATE served",
    "ALTER CONFIG GRAPHQL AUTO; DEFINE CONFIG GRAPHQL AUTO",
    "ALTER CONFIG IF EXISTS GRAPHQL AUTO; REMOVE CONFIG GRAPHQL",
    "DEFINE CONFIG API; REMOVE CONFIG API; REMOVE CONFIG API",
    "DEFINE BUCKET b BACKEND { CREATE kept; 'memory' }; DEFINE TABLE kept",
    "DEFINE BUCKET `a b` BACKEND 'memory'; REMOVE BUCKET `a b`; REMOVE BUCKET `a b`",
    "DEFINE BUCKET b BACKEND 'memory'; DEFINE MODULE mod::m FROM f'b:/x' UNSIGNED; REMOVE BUCKET b",
    "DEFINE MODULE silo::a::b::<1.0.0> UNSIGNED; DEFINE MODULE silo::a::b::<1.0.0> UNSIGNED",
    "DEFINE MODULE silo::a::b::<1.0.0> UNSIGNED; REMOVE MODULE silo::a::b::<1.0.0>; REMOVE MODULE silo::a::b::<1.0.0>",
    "DEFINE SEQUENCE s; LET $x = sequence::nextval('s'); REMOVE SEQUENCE s",
    "DEFINE TABLE t SCHEMAFULL; DEFINE FIELD a.b ON t; CREATE t SET a.b = 1; CREATE t SET a.c = 1; CREATE t CONTENT { a: { b: 1 } }",
    "DEFINE TABLE t SCHEMAFULL; DEFINE FIELD a.b ON t; CREATE t SET a = 1",
    "DEFINE TABLE t SCHEMAFULL; DEFINE FIELD a ON t TYPE array<int>; REMOVE FIELD a ON t; CREATE t SET a = [1]",
    "DEFINE TABLE t SCHEMAFULL; DEFINE FIELD a[*] ON t; INSERT INTO t { a: [1] }",
    "DEFINE TABLE t SCHEMAFULL; DEFINE FIELD a ON t TYPE object FLEXIBLE; CREATE t SET a.b = 1; CREATE t SET a = { c: 1 }",
    "DEFINE TABLE t SCHEMAFULL; CREATE |t:0| SET a = 1; UPSERT t:1..3 SET a = 1; UPSERT t SET a = 1 WHERE a = 1; CREATE t UNSET a",
    "DEFINE TABLE t SCHEMAFULL; CREATE t SET a = 1, a = NONE; CREATE t SET a.b = 1, a = NONE; CREATE t SET a = NONE",
    "DEFINE TABLE t SCHEMAFULL; CREATE t SET id = 1, in = 2, out = 3; INSERT INTO t { in: 1 }",
    "DEFINE TABLE t SCHEMAFULL; DEFINE FIELD `a b` ON t; CREATE t SET `a b` = 1; CREATE t CONTENT { 'a b': 1 }",
    "DEFINE TABLE t SCHEMAFULL; CREATE t CONTENT { 'a b': 1 }",
    "DEFINE TABLE t SCHEMAFULL; DEFINE FIELD a ON t COMPUTED 1; CREATE t SET a = 1",
    "DEFINE TABLE t SCHEMAFULL; ALTER TABLE t SCHEMALESS; CREATE t SET a = 1",
    "DEFINE TABLE s; DEFINE TABLE t SCHEMAFULL AS SELECT * FROM s; CREATE s SET a = 1",
    "DEFINE TABLE t SCHEMAFULL; INSERT INTO t [{ id: 1 }, { b: 1 }]",
    "DEFINE TABLE t SCHEMAFULL; INSERT [{ id: u:1, b: 1 }, { id: t:1, b: 1 }]",
    "DEFINE TABLE t SCHEMAFULL; INSERT INTO t { id: u:1 }; INSERT INTO t (id, b) VALUES (1, NONE)",
    "DEFINE TABLE r TYPE RELATION SCHEMAFULL; LET $none = []; RELATE $none->r->t:1 SET a = 1",
    "DEFINE TABLE r TYPE RELATION SCHEMAFULL; RELATE t:1->r->t:2 SET a = 1",
    "DEFINE TABLE t SCHEMAFULL; DEFINE INDEX i ON t FIELDS id",
    "DEFINE TABLE t SCHEMAFULL; DEFINE INDEX i ON t COUNT",
    "DEFINE TABLE t SCHEMAFULL AS SELECT * FROM t; DEFINE INDEX i ON t FIELDS a",
    "DEFINE TABLE t SCHEMAFULL; ALTER TABLE t SCHEMALESS; DEFINE INDEX i ON t FIELDS a",
    "DEFINE TABLE t SCHEMAFULL; DEFINE TABLE OVERWRITE t; DEFINE INDEX i ON t FIELDS a",
    "DEFINE TABLE t SCHEMAFULL; DEFINE TABLE IF NOT EXISTS t SCHEMALESS; DEFINE INDEX i ON t FIELDS a",
    "DEFINE TABLE OVERWRITE t SCHEMAFULL; DEFINE FIELD a ON t; DEFINE TABLE OVERWRITE t SCHEMAFULL; DEFINE INDEX i ON t FIELDS a",
    "DEFINE TABLE t SCHEMAFULL; DEFINE FIELD a.b ON t; DEFINE INDEX i ON t FIELDS a",
    "DEFINE TABLE t SCHEMAFULL; DEFINE FIELD a ON t TYPE array<int>; DEFINE INDEX i ON t FIELDS a.*; DEFINE INDEX j ON t FIELDS a[*]; DEFINE INDEX k ON t FIELDS a",
    "DEFINE TABLE t TYPE RELATION SCHEMAFULL; DEFINE INDEX i ON t FIELDS in, out UNIQUE",
    "DEFINE EVENT e ON t WHEN $event = 'CREATE' THEN { CREATE u }; ALTER EVENT e ON t DROP WHEN; ALTER EVENT e ON t DROP THEN",
    "ALTER TABLE IF EXISTS nope COMMENT 'x'",
    "DEFINE USER u ON DATABASE PASSWORD 'x' ROLES OWNER; REMOVE USER u ON DATABASE; REMOVE USER IF EXISTS v ON DATABASE",
    "DEFINE ACCESS a ON DATABASE TYPE RECORD SIGNUP (CREATE signed SET a = $a) SIGNIN (SELECT * FROM signed WHERE a = $a); UPDATE signed",
    "DEFINE ACCESS a ON DATABASE TYPE JWT ALGORITHM HS256 KEY 'x'; REMOVE ACCESS a ON DATABASE",
    "REBUILD INDEX IF EXISTS i ON nope",
    "DEFINE INDEX i ON t FIELDS a FULLTEXT ANALYZER z; REMOVE ANALYZER IF EXISTS z",
    "DEFINE TABLE r TYPE RELATION IN t OUT u; DEFINE FIELD OVERWRITE in ON r TYPE record<t | u>",
    "RETURN fn::nope()",
    "LET $x = { fn::nope() }",
    "IF false { fn::nope() }",
    "LET $x = false AND fn::nope()",
    "LET $x = [fn::nope()]",
    "DEFINE FUNCTION fn::r() { RETURN fn::later() }; DEFINE FUNCTION fn::later() { RETURN 1 }; LET $x = fn::r()",
    "DEFINE FUNCTION fn::rm() { REMOVE FUNCTION fn::rm; RETURN 1 }; fn::rm(); DEFINE FUNCTION fn::rm() { 1 }",
];

#[test]
fn the_model_and_the_engine_agree_on_scripts_that_could_mislead_it() {
    on_a_deep_stack(async {
        let db = Engine::Memory.open_experimental().await;
        let mut foreseen = 0;
        for (number, script) in SCRIPTS.iter().enumerate() {
            let mut both = both(&db, number).await;
            let ran = both.run((*script).to_owned()).await;
            ran.unwrap_or_else(|disagreement| panic!("{script}\n{disagreement}"));
            foreseen += both.figures.foreseen;
        }
        assert!(foreseen > 15, "only {foreseen} failures");
    });
}

/// What is defined, what it says, and the same or nearly the same in other words.
const WORDS: &[(&str, &str, &str)] = &[
    ("FIELD a ON t", "TYPE option<int>", "TYPE int | none"),
    (
        "FIELD a ON t",
        "TYPE option<int | string>",
        "TYPE option<string | int>",
    ),
    (
        "FIELD a ON t",
        "TYPE record<t | u>",
        "TYPE record<t> | record<u>",
    ),
    ("FIELD a ON t", "TYPE 'a' | 'b'", "TYPE \"a\" | \"b\""),
    ("FIELD a ON t", "TYPE number", "TYPE int | float | decimal"),
    ("FIELD a ON t", "TYPE any", ""),
    (
        "FIELD a ON t",
        "TYPE geometry<point | line>",
        "TYPE geometry<line | point>",
    ),
    (
        "FIELD a ON t",
        "TYPE array<int, 3> DEFAULT []",
        "TYPE array<int,3> DEFAULT [ ]",
    ),
    ("FIELD a ON t", "DEFAULT 1h", "DEFAULT 60m"),
    ("FIELD a ON t", "DEFAULT 'a'", "DEFAULT \"a\""),
    ("FIELD a ON t", "DEFAULT 1.0", "DEFAULT 1.00f"),
    ("FIELD a ON t", "DEFAULT 10", "DEFAULT +10"),
    ("FIELD a ON t", "DEFAULT 1000f", "DEFAULT 1e3"),
    ("FIELD a ON t", "DEFAULT NONE", ""),
    ("FIELD a ON t", "DEFAULT { a: 1 }", "DEFAULT { 'a': 1, }"),
    ("FIELD a ON t", "DEFAULT true", "DEFAULT TRUE"),
    ("FIELD a ON t", "DEFAULT t:1", "DEFAULT r't:1'"),
    ("FIELD a ON t", "DEFAULT t:⟨x⟩", "DEFAULT t:`x`"),
    (
        "FIELD a ON t",
        "DEFAULT d'2024-01-01T00:00:00Z'",
        "DEFAULT d'2024-01-01T01:00:00+01:00'",
    ),
    ("FIELD a ON t", "VALUE $value + 1", "VALUE ($value + 1)"),
    ("FIELD a ON t", "VALUE { RETURN 1 }", "VALUE { RETURN 1; }"),
    ("FIELD a ON t", "VALUE { 1 }", "VALUE 1"),
    ("FIELD a ON t", "VALUE <int> $value", "VALUE <int>$value"),
    ("FIELD a ON t", "VALUE time::now()", "VALUE TIME::NOW()"),
    (
        "FIELD a ON t",
        "VALUE IF a { 1 } ELSE { 2 }",
        "VALUE IF a THEN 1 ELSE 2 END",
    ),
    (
        "FIELD a ON t",
        "VALUE (SELECT * FROM u)",
        "VALUE SELECT * FROM u",
    ),
    ("FIELD a ON t", "VALUE a.b[0]", "VALUE a['b'][0]"),
    (
        "FIELD a ON t",
        "ASSERT $value > 1 && $value < 3",
        "ASSERT $value > 1 AND $value < 3",
    ),
    (
        "FIELD a ON t",
        "ASSERT $value = 1 || $value = 2",
        "ASSERT $value = 1 OR $value = 2",
    ),
    ("FIELD a ON t", "ASSERT $value = 1", "ASSERT $value == 1"),
    (
        "FIELD a ON t",
        "ASSERT $value IN [1]",
        "ASSERT $value INSIDE [1]",
    ),
    (
        "FIELD a ON t",
        "ASSERT $value NOT IN [1]",
        "ASSERT $value NOTINSIDE [1]",
    ),
    (
        "FIELD a ON t",
        "ASSERT $value != NONE",
        "ASSERT $value IS NOT NONE",
    ),
    (
        "FIELD a ON t",
        "ASSERT $value CONTAINS 1",
        "ASSERT $value ∋ 1",
    ),
    (
        "FIELD a ON t",
        "ASSERT string::len($value) > 1",
        "ASSERT $value.len() > 1",
    ),
    ("FIELD a ON t", "PERMISSIONS FULL", ""),
    ("FIELD a ON t", "PERMISSIONS FOR select FULL", ""),
    (
        "FIELD a ON t",
        "PERMISSIONS NONE",
        "PERMISSIONS FOR select, create, update NONE",
    ),
    (
        "FIELD a ON t",
        "PERMISSIONS FOR select, update WHERE true FOR create NONE",
        "PERMISSIONS FOR create NONE FOR update WHERE true FOR select WHERE true",
    ),
    (
        "FIELD a ON t",
        "PERMISSIONS FOR select WHERE true",
        "PERMISSIONS FOR select FULL",
    ),
    (
        "FIELD a ON t",
        "COMMENT 'x' READONLY",
        "READONLY COMMENT 'x'",
    ),
    (
        "FIELD a ON t",
        "TYPE option<record<u>> REFERENCE",
        "TYPE option<record<u>> REFERENCE ON DELETE IGNORE",
    ),
    ("TABLE t", "", "SCHEMALESS"),
    ("TABLE t", "", "TYPE ANY"),
    ("TABLE t", "SCHEMAFULL", "SCHEMAFULL TYPE NORMAL"),
    ("TABLE t", "", "PERMISSIONS NONE"),
    (
        "TABLE t",
        "PERMISSIONS FULL",
        "PERMISSIONS FOR select, create, update, delete FULL",
    ),
    ("TABLE t", "CHANGEFEED 1d", "CHANGEFEED 24h"),
    (
        "TABLE t",
        "CHANGEFEED 1d COMMENT 'x'",
        "COMMENT 'x' CHANGEFEED 1d",
    ),
    (
        "TABLE t",
        "TYPE RELATION IN a OUT b",
        "TYPE RELATION FROM a TO b",
    ),
    (
        "TABLE t",
        "TYPE RELATION IN a | b OUT c",
        "TYPE RELATION IN b | a OUT c",
    ),
    (
        "TABLE t",
        "AS SELECT a, b AS c FROM u WHERE (d)",
        "AS (SELECT a, b AS c FROM u WHERE d)",
    ),
    ("INDEX i ON t", "FIELDS a", "COLUMNS a"),
    ("INDEX i ON t", "FIELDS a", "FIELDS a CONCURRENTLY"),
    (
        "INDEX i ON t",
        "FIELDS a UNIQUE COMMENT 'x'",
        "FIELDS a COMMENT 'x' UNIQUE",
    ),
    ("INDEX i ON t", "FIELDS a[*].b", "FIELDS a.*.b"),
    (
        "INDEX i ON t",
        "FIELDS a FULLTEXT ANALYZER z BM25",
        "FIELDS a FULLTEXT ANALYZER z BM25(1.2, 0.75)",
    ),
    (
        "INDEX i ON t",
        "FIELDS a FULLTEXT ANALYZER z",
        "FIELDS a FULLTEXT ANALYZER z BM25",
    ),
    (
        "INDEX i ON t",
        "FIELDS a HNSW DIMENSION 3",
        "FIELDS a HNSW DIMENSION 3 DIST EUCLIDEAN TYPE F64 EFC 150 M 12",
    ),
    ("EVENT e ON t", "THEN { CREATE a }", "THEN (CREATE a)"),
    ("EVENT e ON t", "THEN { CREATE a }", "THEN { CREATE a; }"),
    (
        "EVENT e ON t",
        "THEN { CREATE a }",
        "WHEN true THEN { CREATE a }",
    ),
    (
        "EVENT e ON t",
        "WHEN $event = 'CREATE' THEN { 1 }",
        "WHEN $event == 'CREATE' THEN { 1 }",
    ),
    ("FUNCTION fn::f", "() { RETURN 1 }", "() { RETURN 1; }"),
    (
        "FUNCTION fn::f",
        "($a: option<int>) { $a }",
        "($a: int | none) { $a } PERMISSIONS FULL",
    ),
    (
        "FUNCTION fn::f",
        "() { LET $x = 1; RETURN $x }",
        "() { LET $x = (1); RETURN $x; }",
    ),
    ("PARAM $p", "VALUE 1h", "VALUE 60m"),
    ("PARAM $p", "VALUE 3", "VALUE 1 + 2"),
    ("PARAM $p", "VALUE [1, 2]", "VALUE [1,2] PERMISSIONS FULL"),
    (
        "ANALYZER z",
        "TOKENIZERS blank, class",
        "TOKENIZERS class, blank",
    ),
    (
        "ANALYZER z",
        "FILTERS lowercase, snowball(english)",
        "FILTERS LOWERCASE, SNOWBALL(ENGLISH)",
    ),
    (
        "ANALYZER z",
        "FUNCTION fn::f TOKENIZERS blank",
        "TOKENIZERS blank FUNCTION fn::f",
    ),
    ("SEQUENCE s", "", "BATCH 1000 START 0"),
    ("API '/x'", "", "FOR any PERMISSIONS FULL"),
    (
        "API '/x'",
        "FOR get, post THEN { { body: 1 } }",
        "FOR GET,POST PERMISSIONS FULL THEN { { 'body': (1) }; }",
    ),
    (
        "API '/x'",
        "FOR any MIDDLEWARE api::timeout(1s) THEN { 1 } COMMENT 'x'",
        "FOR any MIDDLEWARE api::timeout(1000ms) PERMISSIONS FULL THEN { 1 } COMMENT \"x\"",
    ),
    ("API '/x/:id<option<int>>'", "", "FOR any"),
    ("CONFIG GRAPHQL", "AUTO", "TABLES AUTO FUNCTIONS AUTO"),
    ("CONFIG GRAPHQL", "NONE", "FUNCTIONS NONE TABLES NONE"),
    (
        "CONFIG GRAPHQL",
        "TABLES AUTO",
        "TABLES AUTO FUNCTIONS NONE",
    ),
    ("CONFIG API", "", "PERMISSIONS FULL"),
    (
        "BUCKET b",
        "BACKEND 'memory'",
        "PERMISSIONS FULL BACKEND \"memory\"",
    ),
    (
        "BUCKET b",
        "READONLY BACKEND 'memory' COMMENT 'x'",
        "COMMENT 'x' BACKEND 'memory' READONLY",
    ),
    (
        "MODULE mod::m",
        "FROM f'b:/m.surli' UNSIGNED",
        "FROM f\"b:/m.surli\" PERMISSIONS FULL UNSIGNED",
    ),
];

/// Where the engine keeps the same, the model finds no difference.
#[test]
fn a_definition_in_other_words_is_not_changed() {
    on_a_deep_stack(async {
        let db = Engine::Memory.open_experimental().await;
        for (number, (object, one, other)) in WORDS.iter().enumerate() {
            let mut both = both(&db, number).await;
            let (kind, name) = object.split_once(' ').expect("a kind and a name");
            let overwrite = |words: &str| format!("DEFINE {kind} OVERWRITE {name} {words}");
            let between = match kind {
                "INDEX" => overwrite("FIELDS b COMMENT 'between'"),
                "EVENT" => overwrite("THEN { 2 } COMMENT 'between'"),
                "FUNCTION" => overwrite("() { 2 } COMMENT 'between'"),
                "PARAM" => overwrite("VALUE 2 COMMENT 'between'"),
                "SEQUENCE" => overwrite("START 5"),
                "CONFIG" => overwrite(match name {
                    "API" => "PERMISSIONS NONE",
                    _ => "TABLES EXCLUDE t",
                }),
                "BUCKET" => overwrite("BACKEND 'memory' COMMENT 'between'"),
                "MODULE" => overwrite("FROM f'b:/x' UNSIGNED COMMENT 'between'"),
                _ => overwrite("COMMENT 'between'"),
            };
            let needed = "DEFINE TABLE IF NOT EXISTS u; DEFINE ANALYZER IF NOT EXISTS z; \
                          DEFINE FUNCTION IF NOT EXISTS fn::f() { 1 }";
            for script in [needed, &overwrite(one), &between, &overwrite(other)] {
                let ran = both.run(script.to_owned()).await;
                assert_eq!(ran, Ok(true), "{object}: {one} / {other}");
            }
        }
    });
}
