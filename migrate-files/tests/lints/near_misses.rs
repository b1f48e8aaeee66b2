//! Where a rule fires, and what none may fire on although it is like what one is about.

use migrate_files::{Lint, Lints};

use crate::sets::{broken, broken_by, numbered, read};

/// Up scripts, one after the other.
const SETS: &[&[&str]] = &[
    // Filled in another way, or later.
    &[
        "DEFINE TABLE t SCHEMAFULL",
        "DEFINE FIELD a ON t TYPE int; DEFINE FIELD b ON t TYPE int; UPDATE t SET a = 1, b = 2",
    ],
    &[
        "DEFINE TABLE t SCHEMAFULL",
        "DEFINE FIELD a ON t TYPE int; UPDATE t SET a = 1; DEFINE FIELD b ON t TYPE int; UPDATE t SET b = 2",
    ],
    &[
        "DEFINE TABLE t SCHEMAFULL",
        "DEFINE FIELD a ON t TYPE int DEFAULT 0",
        "UPDATE t SET a = 0",
    ],
    &[
        "DEFINE TABLE t SCHEMAFULL",
        "DEFINE FIELD a ON t TYPE int; FOR $r IN (SELECT * FROM t) { UPDATE $r.id SET a = 1; }",
    ],
    &[
        "DEFINE TABLE t SCHEMAFULL",
        "DEFINE FIELD a ON t TYPE int; LET $all = (SELECT VALUE id FROM t); UPDATE $all MERGE { a: 1 }",
    ],
    &[
        "DEFINE TABLE t SCHEMAFULL",
        "DEFINE FIELD a ON t TYPE int; UPDATE t CONTENT $value",
    ],
    &[
        "DEFINE TABLE t SCHEMAFULL",
        "DEFINE FIELD a ON t TYPE int DEFAULT ALWAYS 0",
    ],
    &[
        "DEFINE TABLE t SCHEMAFULL",
        "DEFINE FIELD a ON t TYPE int VALUE 0",
    ],
    &[
        "DEFINE TABLE t SCHEMAFULL",
        "DEFINE FIELD a ON t COMPUTED 1",
    ],
    &[
        "DEFINE TABLE t SCHEMAFULL",
        "DEFINE FIELD a ON t TYPE option<int> DEFAULT 0",
    ],
    &[
        "DEFINE TABLE t SCHEMAFULL",
        "DEFINE FIELD a ON t ASSERT $value != 1",
    ],
    &["DEFINE TABLE t SCHEMAFULL; DEFINE FIELD a ON t TYPE int"],
    &["DEFINE TABLE t SCHEMALESS", "DEFINE FIELD a ON t TYPE int"],
    &[
        "DEFINE TABLE t SCHEMAFULL; DEFINE FIELD o ON t TYPE option<object>",
        "DEFINE FIELD o.a ON t TYPE int",
    ],
    &[
        "DEFINE TABLE t SCHEMAFULL",
        "DELETE t; DEFINE FIELD a ON t TYPE int",
    ],
    &[
        "DEFINE FUNCTION fn::fill() { UPDATE t SET a = 1; }; DEFINE TABLE t SCHEMAFULL",
        "DEFINE FIELD a ON t TYPE int; fn::fill()",
    ],
    // A type that takes the old values.
    &[
        "DEFINE TABLE t SCHEMAFULL; DEFINE FIELD a ON t TYPE int",
        "DEFINE FIELD OVERWRITE a ON t TYPE float",
    ],
    &[
        "DEFINE TABLE t SCHEMAFULL; DEFINE FIELD a ON t TYPE int",
        "DEFINE FIELD OVERWRITE a ON t TYPE option<int | string>",
    ],
    &[
        "DEFINE TABLE t SCHEMAFULL; DEFINE FIELD a ON t TYPE 'x' | 'y'",
        "DEFINE FIELD OVERWRITE a ON t TYPE string",
    ],
    &[
        "DEFINE TABLE t SCHEMAFULL; DEFINE FIELD a ON t TYPE record<u>",
        "DEFINE FIELD OVERWRITE a ON t TYPE record<u | v>",
    ],
    &[
        "DEFINE TABLE t SCHEMAFULL; DEFINE FIELD a ON t TYPE option<int>",
        "UPDATE t SET a = 1 WHERE a = NONE",
        "DEFINE FIELD OVERWRITE a ON t TYPE int",
    ],
    &[
        "DEFINE TABLE t SCHEMAFULL; DEFINE FIELD a ON t TYPE option<int>",
        "DEFINE FIELD OVERWRITE a ON t TYPE int DEFAULT ALWAYS 0",
    ],
    &[
        "DEFINE TABLE t SCHEMAFULL; DEFINE FIELD a ON t TYPE string; DEFINE FIELD OVERWRITE a ON t TYPE int",
    ],
    &[
        "DEFINE TABLE t SCHEMAFULL; DEFINE FIELD a ON t TYPE int",
        "ALTER FIELD a ON t TYPE float; ALTER FIELD a ON t DEFAULT 1",
    ],
    &[
        "DEFINE TABLE t SCHEMAFULL; DEFINE FIELD a ON t TYPE int",
        "ALTER FIELD a ON t TYPE string; UPDATE t SET a = <string> a",
    ],
    // A field in an object that a record may lack, or that may have anything in it.
    &[
        "DEFINE TABLE t SCHEMAFULL; DEFINE FIELD o ON t TYPE object FLEXIBLE",
        "DEFINE FIELD o.a ON t TYPE int",
    ],
    &[
        "DEFINE TABLE t SCHEMAFULL; DEFINE FIELD o ON t TYPE option<object>; DEFINE FIELD o.p ON t TYPE object",
        "DEFINE FIELD o.p.a ON t TYPE int",
    ],
    &[
        "DEFINE TABLE t SCHEMAFULL; DEFINE FIELD l ON t TYPE array<object>",
        "DEFINE FIELD l.*.a ON t TYPE int",
    ],
    &[
        "DEFINE TABLE t SCHEMAFULL; DEFINE FIELD o ON t TYPE object",
        "DEFINE FIELD o.a ON t TYPE int; UPDATE t SET o = { a: 1 }",
    ],
    &[
        "DEFINE TABLE t SCHEMAFULL; DEFINE FIELD o ON t TYPE object",
        "DEFINE FIELD o.a ON t TYPE int; UPDATE t MERGE { o: { a: 1 } }",
    ],
    &[
        "DEFINE TABLE t SCHEMAFULL",
        "DEFINE FIELD o ON t TYPE object; DEFINE FIELD o.a ON t TYPE int; UPDATE t SET o.a = 1",
    ],
    &[
        "DEFINE TABLE t SCHEMAFULL; DEFINE FIELD o ON t TYPE object; DEFINE FIELD o.a ON t TYPE int",
        "REMOVE FIELD o.a ON t; UPDATE t SET o = {}",
    ],
    &[
        "DEFINE TABLE t SCHEMAFULL; DEFINE FIELD o ON t TYPE object; DEFINE FIELD o.a ON t TYPE int",
        "REMOVE FIELD o.a ON t; DEFINE FIELD OVERWRITE o ON t TYPE object FLEXIBLE",
    ],
    &[
        "DEFINE TABLE t SCHEMAFULL; DEFINE FIELD o ON t TYPE object FLEXIBLE; DEFINE FIELD o.a ON t TYPE option<int>",
        "REMOVE FIELD o.a ON t",
    ],
    &[
        "DEFINE TABLE t SCHEMAFULL; DEFINE FIELD o ON t TYPE object; DEFINE FIELD o.a ON t TYPE int",
        "DEFINE FIELD OVERWRITE o.a ON t TYPE string; UPDATE t SET o.a = <string> o.a",
    ],
    // Edges that go on being edges.
    &[
        "DEFINE TABLE t; DEFINE TABLE u; DEFINE TABLE l TYPE RELATION IN t OUT u",
        "DEFINE TABLE OVERWRITE l TYPE RELATION IN t | u OUT t | u",
    ],
    &[
        "DEFINE TABLE t; DEFINE TABLE u; DEFINE TABLE l TYPE RELATION IN t OUT u",
        "DEFINE TABLE OVERWRITE l TYPE RELATION",
    ],
    &[
        "DEFINE TABLE t; DEFINE TABLE u; DEFINE TABLE l TYPE RELATION IN t | u OUT u",
        "DELETE l WHERE in.tb = 'u'; DEFINE TABLE OVERWRITE l TYPE RELATION IN t OUT u",
    ],
    // A removal that leaves nothing.
    &[
        "DEFINE TABLE t SCHEMAFULL; DEFINE FIELD a ON t TYPE option<int>",
        "REMOVE FIELD a ON t",
        "UPDATE t UNSET a",
    ],
    &[
        "DEFINE TABLE t SCHEMAFULL; DEFINE FIELD a ON t TYPE option<int>",
        "UPDATE t SET a = NONE; REMOVE FIELD a ON t",
    ],
    &[
        "DEFINE TABLE t SCHEMAFULL; DEFINE FIELD a ON t TYPE option<int>",
        "REMOVE FIELD a ON t; DEFINE FIELD a ON t TYPE int | string | none",
    ],
    &[
        "DEFINE TABLE t SCHEMAFULL; DEFINE FIELD a ON t TYPE option<int>",
        "REMOVE FIELD a ON t; ALTER TABLE t SCHEMALESS",
    ],
    &[
        "DEFINE TABLE t SCHEMALESS; DEFINE FIELD a ON t TYPE option<int>",
        "REMOVE FIELD a ON t",
    ],
    &[
        "DEFINE TABLE t SCHEMAFULL; DEFINE FIELD a ON t COMPUTED 1",
        "REMOVE FIELD a ON t",
    ],
    &[
        "DEFINE TABLE t; DEFINE TABLE v AS SELECT * FROM t",
        "REMOVE TABLE v",
    ],
    &["DEFINE TABLE t; REMOVE TABLE t"],
    &[
        "DEFINE TABLE t; DEFINE INDEX i ON t FIELDS a",
        "REMOVE INDEX i ON t",
    ],
    &[
        "DEFINE TABLE t SCHEMAFULL; DEFINE FIELD l ON t TYPE option<array<object>>; DEFINE FIELD l.*.a ON t TYPE int",
        "REMOVE FIELD l ON t",
    ],
    &[
        "DEFINE TABLE t SCHEMAFULL; DEFINE FIELD a ON t TYPE option<int>",
        "REMOVE FIELD a ON t",
        "DEFINE TABLE u",
        "DEFINE FIELD a ON t TYPE option<int>",
    ],
    &[
        "DEFINE TABLE t; DEFINE INDEX i ON t FIELDS a UNIQUE",
        "REMOVE INDEX i ON t",
    ],
    // Clauses that are dropped on purpose.
    &[
        "DEFINE FIELD a ON t TYPE int DEFAULT 1 READONLY",
        "DEFINE FIELD OVERWRITE a ON t TYPE int DEFAULT 1",
    ],
    &[
        "DEFINE FIELD a ON t TYPE int DEFAULT 1",
        "DEFINE FIELD OVERWRITE a ON t TYPE int",
    ],
    &[
        "DEFINE FIELD a ON t TYPE int DEFAULT 1",
        "DEFINE FIELD OVERWRITE a ON t TYPE option<int>",
    ],
    &[
        "DEFINE FIELD a ON t TYPE int READONLY",
        "DEFINE FIELD OVERWRITE a ON t TYPE int ASSERT $value > 1; UPDATE t SET a = 2; ALTER FIELD a ON t READONLY",
    ],
    &[
        "DEFINE FIELD a ON t TYPE int PERMISSIONS NONE",
        "DEFINE FIELD OVERWRITE a ON t TYPE float PERMISSIONS FULL",
    ],
    &[
        "DEFINE FIELD a ON t TYPE int PERMISSIONS NONE",
        "DEFINE FIELD OVERWRITE a ON t TYPE float PERMISSIONS NONE",
    ],
    &[
        "DEFINE FIELD a ON t TYPE int PERMISSIONS NONE",
        "DEFINE FIELD OVERWRITE a ON t TYPE float; ALTER FIELD a ON t PERMISSIONS NONE",
    ],
    &[
        "DEFINE PARAM $p VALUE 1",
        "DEFINE PARAM OVERWRITE $p VALUE 2",
    ],
    // Definitions that are made sure of.
    &["DEFINE TABLE t SCHEMAFULL", "DEFINE TABLE IF NOT EXISTS t"],
    &[
        "DEFINE TABLE t SCHEMAFULL TYPE NORMAL",
        "DEFINE TABLE IF NOT EXISTS t TYPE NORMAL SCHEMAFULL PERMISSIONS NONE",
    ],
    &[
        "DEFINE FIELD a ON t TYPE int | string",
        "DEFINE FIELD IF NOT EXISTS a ON t TYPE string | int",
    ],
    // Comparisons that say something.
    &[
        "DEFINE TABLE t SCHEMAFULL; DEFINE FIELD a ON t TYPE option<int>",
        "SELECT * FROM t WHERE a = NONE OR a IS NULL",
    ],
    &[
        "DEFINE TABLE t SCHEMAFULL; DEFINE FIELD a ON t TYPE option<int | null>",
        "SELECT * FROM t WHERE a IS NULL",
    ],
    &[
        "DEFINE TABLE t SCHEMALESS; DEFINE FIELD a ON t TYPE option<int>",
        "SELECT * FROM t WHERE a IS NULL",
    ],
    &[
        "DEFINE TABLE t SCHEMAFULL; DEFINE FIELD a ON t",
        "SELECT * FROM t WHERE a != NULL",
    ],
    &[
        "DEFINE TABLE t SCHEMAFULL; DEFINE FIELD a ON t TYPE int | null",
        "DEFINE FIELD OVERWRITE a ON t TYPE option<int>; UPDATE t SET a = NONE WHERE a = NULL",
    ],
    // Writes that are kept.
    &[
        "DEFINE TABLE r TYPE RELATION; DEFINE TABLE t SCHEMAFULL; DEFINE FIELD in ON t TYPE option<int>",
        "UPDATE t SET in = 1",
    ],
    &[
        "DEFINE TABLE t SCHEMAFULL; DEFINE FIELD o ON t TYPE object FLEXIBLE",
        "UPDATE t SET o.a.b = 1",
    ],
    &[
        "DEFINE TABLE t SCHEMAFULL; DEFINE FIELD l ON t TYPE array<int>",
        "UPDATE t SET l[0] = 1, l += 2",
    ],
    &["DEFINE TABLE t SCHEMAFULL", "UPDATE t UNSET gone"],
    &[
        "DEFINE TABLE t SCHEMAFULL; DEFINE FIELD a.b ON t",
        "UPDATE t SET a.b = 1; UPDATE t SET a = { b: 1 }",
    ],
    &["DEFINE TABLE t SCHEMAFULL", "UPDATE t SET id = id"],
    &["-- migrate: assumes table t\nUPDATE t SET a = 1"],
    // Events that have a condition, or do not run for this.
    &[
        "DEFINE TABLE t; DEFINE EVENT e ON t WHEN $event = 'CREATE' THEN (CREATE u)",
        "UPDATE t SET a = 1",
    ],
    &[
        "DEFINE TABLE t; DEFINE EVENT e ON t THEN (CREATE u)",
        "CREATE t; UPDATE t:1 SET a = 1",
    ],
    // Names that are somewhere.
    &[
        "DEFINE FUNCTION fn::a() { RETURN fn::b(); }",
        "DEFINE FUNCTION fn::b() { RETURN 1; }",
    ],
    &[
        "DEFINE FUNCTION fn::a($x: int) { LET $y = $x; FOR $z IN [1] { RETURN $z + $y; }; RETURN [1].map(|$w| $w); }",
    ],
    &[
        "DEFINE FIELD a ON t VALUE $before.a ?? $after.a ?? $value ?? $input ?? $this.b ?? $auth.id ?? $session ?? $token ?? $access",
    ],
    &[
        "DEFINE EVENT e ON t WHEN $event = 'CREATE' THEN { CREATE log SET what = $value, was = $before }",
    ],
    &[
        "DEFINE ACCESS a ON DATABASE TYPE RECORD SIGNUP (CREATE t SET pass = $pass) SIGNIN (SELECT * FROM t WHERE pass = $pass)",
    ],
    &["DEFINE FUNCTION fn::a() { RETURN $p; }; DEFINE PARAM $p VALUE 1"],
    &["DEFINE FUNCTION fn::a() { SELECT * FROM made_by_the_program; }"],
    &[
        "DEFINE TABLE t SCHEMAFULL; DEFINE FIELD name ON t",
        "DEFINE FUNCTION fn::a() { SELECT name, count() AS names, age, id, ->e->t AS nane FROM t WHERE name = 1 ORDER BY nane; }",
    ],
    &[
        "DEFINE TABLE t SCHEMAFULL; DEFINE FIELD name ON t; DEFINE FIELD nane.first ON t",
        "DEFINE FUNCTION fn::a() { UPDATE t SET nane.first = name; SELECT nane FROM t; }",
    ],
    &[
        "DEFINE TABLE t SCHEMALESS; DEFINE FIELD name ON t",
        "DEFINE FUNCTION fn::a() { SELECT nane FROM t; }",
    ],
    &[
        "DEFINE TABLE u; DEFINE TABLE t SCHEMAFULL AS SELECT name, nane FROM u",
        "DEFINE FIELD name ON t; DEFINE FUNCTION fn::a() { SELECT nane FROM t; }",
    ],
    &[
        "DEFINE TABLE t SCHEMAFULL; DEFINE FIELD name ON t",
        "DEFINE FUNCTION fn::a() { SELECT (SELECT VALUE nane FROM u) AS x, tags[WHERE nane = 1] FROM t; SELECT nane FROM t, u; }",
        "DEFINE FUNCTION fn::b() { SELECT nane FROM t; }",
        "DEFINE FIELD nane ON t",
    ],
    &[
        "DEFINE TABLE t SCHEMAFULL",
        "-- migrate: assumes field nane ON t\nDEFINE FIELD name ON t VALUE nane",
    ],
    &[
        "-- migrate: assumes function fn::outside, param $outside\nDEFINE FUNCTION fn::a() { RETURN fn::outside($outside); }",
    ],
    &[
        "DEFINE FUNCTION fn::a() { RETURN fn::b(); }",
        "REMOVE FUNCTION fn::a",
    ],
    &["DEFINE TABLE note", "CREATE person; CREATE invoice"],
    &[
        "DEFINE TABLE note",
        "DEFINE FIELD a ON notes; DEFINE TABLE OVERWRITE notes",
    ],
    // Defaults and references that fit.
    &[
        "DEFINE FIELD a ON t TYPE 'x' | 'y' DEFAULT 'x'; DEFINE FIELD b ON t TYPE option<string> DEFAULT ''; DEFINE FIELD c ON t TYPE float DEFAULT 1; DEFINE FIELD d ON t TYPE datetime DEFAULT d'2000-01-01T00:00:00Z'; DEFINE FIELD e ON t TYPE int | string DEFAULT 'x'",
    ],
    &[
        "DEFINE FIELD a ON t TYPE option<record<u>> REFERENCE ON DELETE UNSET; DEFINE FIELD b ON t TYPE array<record<u>> REFERENCE ON DELETE UNSET",
    ],
    // An analyzer in a transaction of its own.
    &[
        "DEFINE TABLE t",
        "-- migrate: per-statement\nDEFINE ANALYZER a TOKENIZERS blank; DEFINE INDEX i ON t FIELDS x FULLTEXT ANALYZER a; REBUILD INDEX i ON t",
    ],
    &[
        "DEFINE ANALYZER a TOKENIZERS blank; DEFINE TABLE t; DEFINE INDEX i ON t FIELDS x FULLTEXT ANALYZER a",
    ],
    &[
        "DEFINE ANALYZER a TOKENIZERS blank; DEFINE TABLE t; DEFINE INDEX i ON t FIELDS x FULLTEXT ANALYZER a",
        "-- migrate: per-statement\nDEFINE ANALYZER OVERWRITE a TOKENIZERS class; REBUILD INDEX i ON t",
    ],
    // An index that misses nothing, or that is not built here.
    &["DEFINE TABLE t; DEFINE INDEX i ON t FIELDS a; DEFINE INDEX j ON t COUNT"],
    &[
        "DEFINE TABLE t",
        "DEFINE INDEX i ON t FIELDS a CONCURRENTLY",
    ],
    &[
        "DEFINE TABLE t",
        "define index i on t fields a concurrently",
    ],
    &[
        "DEFINE TABLE t",
        "DEFINE INDEX i ON t FIELDS a",
        "DEFINE TABLE u",
        "REBUILD INDEX i ON t",
    ],
    &[
        "DEFINE TABLE t",
        "-- migrate: per-statement\nDEFINE INDEX i ON t FIELDS a; REBUILD INDEX i ON t",
    ],
    &[
        "DEFINE TABLE t; DEFINE INDEX i ON t FIELDS a",
        "DEFINE INDEX IF NOT EXISTS i ON t FIELDS a",
    ],
    &[
        "DEFINE TABLE t",
        "-- migrate: per-statement\nDELETE t; DEFINE INDEX i ON t FIELDS a",
    ],
    &["-- migrate: assumes table t\nDEFINE INDEX i ON t FIELDS a"],
    &[
        "DEFINE TABLE t",
        "IF $auth { DEFINE INDEX i ON t FIELDS a; }",
    ],
    // Unique in one field that may be NONE.
    &[
        "DEFINE TABLE t SCHEMAFULL; DEFINE FIELD a ON t TYPE option<int>; DEFINE INDEX i ON t FIELDS a UNIQUE",
    ],
];

#[test]
fn no_rule_fires_on_what_is_harmless() {
    for scripts in SETS {
        let set = read(&numbered(scripts), Lints::default());
        let set = set.unwrap_or_else(|problems| panic!("{problems}"));
        assert_eq!(broken(&set), [], "{:#?}", set.warnings);
    }
}

/// The last of some scripts breaks one rule.
#[test]
fn rules_fire_whatever_is_around() {
    let table = "DEFINE TABLE t SCHEMALESS; DEFINE FIELD a ON t TYPE string PERMISSIONS NONE";
    for (alter, lint) in [
        ("ALTER FIELD a ON t TYPE int", Lint::NarrowedType),
        ("ALTER FIELD a ON t DEFAULT 1", Lint::WrongDefault),
    ] {
        assert_eq!(broken_by(&[table, alter]), [lint], "{alter}");
    }
    // Every index that is built here, and that no later migration builds again.
    let indexed = "DEFINE TABLE t; DEFINE INDEX i ON t FIELDS a; DEFINE INDEX j ON t FIELDS b";
    for index in [
        "DEFINE INDEX k ON t FIELDS a",
        "DEFINE INDEX IF NOT EXISTS k ON t COUNT",
        "DEFINE INDEX OVERWRITE i ON t FIELDS a",
        "-- migrate: per-statement\nDEFINE INDEX OVERWRITE i ON t FIELDS a; REBUILD INDEX j ON t",
    ] {
        let rebuild = "REBUILD INDEX j ON t";
        assert_eq!(
            broken_by(&[indexed, rebuild, index]),
            [Lint::IndexInForeground],
            "{index}"
        );
    }
    // In an object that each record has, and at the ends of edges, as in the record itself.
    let objects = "DEFINE TABLE t SCHEMAFULL; DEFINE FIELD o ON t TYPE object; DEFINE FIELD o.a ON t TYPE int; DEFINE FIELD l ON t TYPE array<object>; DEFINE FIELD l.*.a ON t TYPE int; DEFINE TABLE e TYPE RELATION IN t | u OUT t; DEFINE TABLE u; DEFINE FIELD r ON t TYPE record<t | u>";
    for (script, lint) in [
        (
            "DEFINE FIELD o.b ON t TYPE int DEFAULT 0",
            Lint::RequiredField,
        ),
        (
            "DEFINE FIELD OVERWRITE o.a ON t TYPE string",
            Lint::NarrowedType,
        ),
        (
            "DEFINE FIELD OVERWRITE l.*.a ON t TYPE string",
            Lint::NarrowedType,
        ),
        (
            "DEFINE FIELD OVERWRITE r ON t TYPE record<u>",
            Lint::NarrowedType,
        ),
        ("REMOVE FIELD o.a ON t", Lint::ValuesLeft),
        (
            "DEFINE TABLE OVERWRITE e TYPE RELATION IN u OUT t",
            Lint::NarrowedType,
        ),
        (
            "DEFINE TABLE OVERWRITE e TYPE RELATION IN t | u OUT u",
            Lint::NarrowedType,
        ),
    ] {
        assert_eq!(broken_by(&[objects, script]), [lint], "{script}");
    }
    // What other definitions keep for later does not fill a field.
    let tables = "DEFINE TABLE t SCHEMAFULL; DEFINE TABLE u";
    for definition in [
        "DEFINE EVENT e ON u WHEN $event = 'UPDATE' THEN { UPDATE t SET a = 1 }",
        "DEFINE FIELD b ON u TYPE int PERMISSIONS FOR update NONE COMMENT 'a, set on UPDATE'",
        "DEFINE FUNCTION fn::f() { UPDATE t SET a = 1; }",
    ] {
        let script = format!("DEFINE FIELD a ON t TYPE int; {definition}");
        assert_eq!(
            broken_by(&[tables, &script]),
            [Lint::RequiredField],
            "{script}"
        );
    }
    // Each of two new fields by itself.
    let script = "DEFINE FIELD a ON t TYPE int; DEFINE FIELD b ON t TYPE int; UPDATE t SET a = 1; UPDATE t SET b = 2";
    assert_eq!(broken_by(&[tables, script]), [Lint::RequiredField]);
    // What it has made is what the next statement finds.
    let altered = format!("{table}; ALTER TABLE t SCHEMAFULL; ALTER FIELD a ON t TYPE int");
    for (script, lint) in [
        ("DEFINE FIELD b ON t TYPE int", Lint::RequiredField),
        ("REMOVE FIELD a ON t", Lint::ValuesLeft),
        (
            "DEFINE FIELD OVERWRITE a ON t TYPE float",
            Lint::PermissionsDropped,
        ),
        ("SELECT * FROM t WHERE a IS NULL", Lint::NeverNull),
    ] {
        assert_eq!(broken_by(&[&altered, script]), [lint], "{script}");
    }
}
