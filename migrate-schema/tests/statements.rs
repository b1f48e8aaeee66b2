//! What the parser's border reports about a statement: what leaves it, and what it does to records and
//! indexes.

use migrate_schema::effect::{Effect, IndexKind, IndexMode, Lookup, Target};
use migrate_schema::parse::parse;
use migrate_schema::{Escape, Statement};

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
        "SELECT * FROM { RETURN [] }",
        "SELECT * FROM t WHERE { RETURN true }",
        "[1].map({ RETURN 1 })",
        "FOR $i IN { RETURN [1] } { 1 }",
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
    let name = |name: &str| name.to_owned().into();
    let target = |table: &str, record: Option<&str>| Target {
        table: name(table),
        record: record.map(name),
    };
    let creates = |target| Effect::Creates {
        target,
        or_updates: false,
    };
    let effects = |text: &str| statement(text).effects;
    for (text, record) in [
        ("CREATE t", None),
        ("CREATE t:1 SET a = 1", Some("1")),
        ("CREATE |t:3|", None),
        ("INSERT INTO t { a: 1 }", None),
        ("INSERT INTO t { id: 'x' }", Some("'x'")),
        ("INSERT RELATION INTO t [{ in: a:1, out: b:1 }]", None),
        ("RELATE a:1->t->b:1", None),
        ("LET $x = (CREATE t)", None),
        ("{ { CREATE `t` } }", None),
        ("CREATE type::table('t')", None),
        ("CREATE type::record('t', $i)", None),
        ("CREATE type::record('t:1')", None),
    ] {
        assert_eq!(effects(text), [creates(target("t", record))], "{text}");
    }
    for text in [
        "IF true { CREATE t }",
        "FOR $i IN 0..3 { { CREATE t } }",
        "LET $x = $a AND (CREATE t)",
        "UPDATE $x SET a = (CREATE t)",
        "SELECT (CREATE t) FROM u",
    ] {
        let branch = vec![creates(target("t", None))];
        assert_eq!(effects(text), [Effect::Either(vec![branch])], "{text}");
    }
    assert_eq!(
        effects("RELATE a:1->t:1->b:1"),
        [Effect::Creates {
            target: target("t", Some("1")),
            or_updates: true,
        }]
    );
    assert_eq!(
        effects("DELETE t WHERE a = 1"),
        [
            Effect::Reads {
                table: name("t"),
                by: Lookup::Value(name("a")),
            },
            Effect::Deletes {
                target: target("t", None)
            }
        ]
    );
    assert_eq!(
        effects("UPSERT ONLY t:1 SET a.b = 1, c[0] = 2"),
        [
            Effect::Updates {
                target: target("t", Some("1")),
                fields: vec![name("a.b"), name("c.*")],
            },
            Effect::Creates {
                target: target("t", Some("1")),
                or_updates: true,
            }
        ]
    );
    assert_eq!(
        effects("DEFINE INDEX OVERWRITE i ON TABLE t FIELDS a, b.*.c UNIQUE CONCURRENTLY"),
        [Effect::DefinesIndex {
            table: name("t"),
            index: name("i"),
            mode: IndexMode::Overwrite,
            kind: IndexKind::Values,
            fields: vec![name("a"), name("b.*.c")],
        }]
    );
    for text in [
        "DEFINE FIELD a ON t TYPE int",
        "DEFINE EVENT e ON t THEN { CREATE t }",
        "DEFINE FUNCTION fn::f() { CREATE t; DEFINE INDEX i ON t FIELDS a }",
        "LET $f = || { CREATE t }",
        "SELECT * FROM t WHERE a = 1",
        "UPDATE $x SET a = 1",
    ] {
        assert_eq!(effects(text), [], "{text}");
    }
}

#[test]
fn a_variable_is_known_by_the_records_that_it_holds() {
    let tables = |text: &str| {
        let statements = parse(text).statements.into_iter();
        let effects = statements.flat_map(|statement| statement.effects);
        let written = effects.filter_map(|effect| match effect {
            Effect::Updates { target, .. } => Some(target.table.into_owned()),
            _ => None,
        });
        written.collect::<Vec<_>>()
    };
    for text in [
        "UPDATE (SELECT id FROM t WHERE a)",
        "UPDATE (SELECT * FROM t).id",
        "LET $x = (SELECT * FROM t); UPDATE $x[0].id",
        "LET $x = (SELECT VALUE id FROM t); LET $y = $x; UPDATE $y",
        "LET $x = 1; LET $x = (SELECT id, a FROM (SELECT * FROM t:1..3)); UPDATE $x.id",
        "LET $x = (SELECT * FROM t); { LET $x = 1 }; UPDATE $x",
        "UPDATE ONLY t:1, $x",
    ] {
        assert_eq!(tables(text), ["t"], "{text}");
    }
    for text in [
        "UPDATE $x",
        "LET $x = (SELECT * FROM t, u); UPDATE $x",
        "LET $x = (SELECT a FROM t); UPDATE $x",
        "LET $x = (SELECT b AS id FROM t); UPDATE $x",
        "LET $x = (SELECT VALUE a FROM t); UPDATE $x",
        "LET $x = (SELECT * FROM t); UPDATE $x.a",
        "LET $x = (SELECT * FROM t); LET $x = 1; UPDATE $x",
        "LET $x = (CREATE t); UPDATE $x",
        "{ LET $x = (SELECT * FROM t) }; UPDATE $x",
        "LET $x = (SELECT id FROM t GROUP BY id); UPDATE $x",
    ] {
        assert!(tables(text).is_empty(), "{text}");
    }
}
