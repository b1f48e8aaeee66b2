//! What the parser's border reports about a statement: what leaves it, and what it does to records and
//! indexes.

use migrate_schema::parse::parse;
use migrate_schema::{Effect, Escape, Statement};

/// The one statement of a script.
fn statement(text: &str) -> Statement {
    let parsed = parse(text);
    assert_eq!(parsed.errors, [], "{text}");
    match <[Statement; 1]>::try_from(parsed.statements) {
        Ok([statement]) => statement,
        Err(several) => panic!("{text}: {several:?}"),
    }
}

#[test]
fn what_ends_a_script_from_the_inside_is_seen() {
    let escape = |text: &str| statement(text).escape;
    for text in [
        "{ RETURN 1 }",
        "IF $a { IF $b { RETURN 1 } }",
        "LET $x = { RETURN 1 }",
        "FOR $i IN [1] { RETURN $i }",
        "LET $x = [{ a: { RETURN 1 } }]",
        "LET $x = array::len({ RETURN [] })",
        "LET $x = <int> { RETURN 1 } + 1",
        "{ RETURN 1 }.foo",
    ] {
        assert_eq!(escape(text), Some(Escape::Return), "{text}");
    }
    assert_eq!(escape("IF true { BREAK }"), Some(Escape::Break));
    for text in [
        "DEFINE FUNCTION fn::f() { RETURN 1 }",
        "LET $f = |$x| { RETURN $x }",
        "FOR $i IN [1] { IF $i { CONTINUE }; BREAK }",
        "UPDATE a SET b = { RETURN 1 }",
        "DEFINE EVENT e ON a THEN { RETURN 1 }",
    ] {
        assert_eq!(escape(text), None, "{text}");
    }
}

#[test]
fn what_a_statement_does_to_records_and_indexes_is_seen() {
    use Effect::{Indexes, Reads, Writes, WritesWhatWasRead};
    let table = |name: &str| name.to_owned();
    let effects = |text: &str| statement(text).effects;
    for text in [
        "CREATE t",
        "CREATE t:1 SET a = 1",
        "CREATE |t:3|",
        "INSERT INTO t { a: 1 }",
        "INSERT RELATION INTO t [{ in: a:1, out: b:1 }]",
        "UPDATE t SET a = 1",
        "UPDATE t:1..5 SET a = 1",
        "UPSERT ONLY `t`:1 SET a = 1",
        "DELETE t WHERE a",
        "RELATE a:1->t->b:1",
        "RELATE a:1->t:1->b:1",
        "LET $x = (CREATE t)",
        "IF true { CREATE t }",
        "FOR $i IN 0..3 { { CREATE t } }",
        "FOR $i IN 0..3 { CREATE type::record('t', $i) }",
        "CREATE type::table('t')",
        "DEFINE TABLE t AS SELECT count() FROM a GROUP ALL",
    ] {
        assert_eq!(effects(text), [Writes(table("t"))], "{text}");
    }
    for text in [
        "DEFINE INDEX i ON t FIELDS a",
        "DEFINE INDEX OVERWRITE i ON TABLE t FIELDS a UNIQUE CONCURRENTLY",
        "IF true { DEFINE INDEX IF NOT EXISTS i ON t COUNT }",
    ] {
        assert_eq!(effects(text), [Indexes(table("t"))], "{text}");
    }
    for text in [
        "DEFINE TABLE t",
        "REMOVE TABLE t",
        "DEFINE EVENT e ON t THEN { CREATE t }",
        "DEFINE FUNCTION fn::f() { CREATE t; DEFINE INDEX i ON t FIELDS a }",
        "LET $f = || { CREATE t }",
    ] {
        assert_eq!(effects(text), [], "{text}");
    }
    assert_eq!(
        effects("FOR $row IN (SELECT * FROM t) { UPDATE $row.id SET a = 1; CREATE b }"),
        [Reads(table("t")), WritesWhatWasRead, Writes(table("b"))]
    );
    assert_eq!(
        effects("UPDATE (SELECT id FROM t WHERE a) SET a = 1"),
        [Reads(table("t")), WritesWhatWasRead]
    );
}
