//! What must not be in one transaction with the definition of an index, and what may be. What is refused
//! was tried on the engine: on a table with records it leaves the index wrong, misses records, or
//! always fails. What is accepted is sound, or its text does not say.

use migrate_schema::Execution;
use migrate_schema::parse::parse;
use migrate_schema::rules::check;

/// The refused statements of a script that runs in one transaction, each with the reason.
fn refused(text: &str) -> Vec<(String, String)> {
    refused_in(text, Execution::Transaction)
}

fn refused_in(text: &str, execution: Execution) -> Vec<(String, String)> {
    let parsed = parse(text);
    assert_eq!(parsed.errors, [], "{text}");
    let refusals = check(&parsed.statements, execution, "_history").into_iter();
    let statement =
        |span: migrate_schema::StatementSpan| span.text(text).trim_end_matches(';').to_owned();
    refusals
        .map(|refusal| (statement(refusal.span), refusal.message.into_owned()))
        .collect()
}

/// The one statement that is refused is the last one, and its reason contains these words.
#[track_caller]
fn assert_refused(script: &str, last: &str, reason: &str) {
    let script = format!("{script}; {last}");
    match &*refused(&script) {
        [(statement, message)] if statement == last && message.contains(reason) => {}
        other => panic!("{script}: {other:?}"),
    }
    // The statements one after the other, each of them committed.
    let mut apart = refused_in(&script, Execution::PerStatement);
    apart.retain(|(_, message)| !message.contains("would not see this variable"));
    assert_eq!(apart, [], "{script}");
}

#[track_caller]
fn assert_sound(script: &str) {
    assert_eq!(refused(script), [], "{script}");
}

const PLAIN: &str = "DEFINE INDEX i ON t FIELDS a";
const UNIQUE: &str = "DEFINE INDEX i ON t FIELDS a UNIQUE";
const FULL_TEXT: &str = "DEFINE INDEX i ON t FIELDS a FULLTEXT ANALYZER words";
const VECTOR: &str = "DEFINE INDEX i ON t FIELDS a HNSW DIMENSION 2";
const COUNT: &str = "DEFINE INDEX i ON t COUNT";

/// Definitions of an index whose first field is `a`.
const DEFINITIONS: [&str; 7] = [
    PLAIN,
    UNIQUE,
    "DEFINE INDEX OVERWRITE i ON t FIELDS a, b2",
    "DEFINE INDEX IF NOT EXISTS i ON TABLE t COLUMNS a",
    "DEFINE INDEX i ON t FIELDS a CONCURRENTLY",
    FULL_TEXT,
    VECTOR,
];

/// Each changes `a` of a record that may have been committed before.
const CHANGES: [&str; 20] = [
    "UPDATE t SET a = a + 10",
    "UPDATE t SET a = 11 WHERE b = 1",
    "UPDATE t SET a += 10",
    "UPDATE t SET b = 1, a.c[0] = 11",
    "UPDATE t UNSET a",
    "UPDATE t:1 SET a = 11",
    "UPDATE t:1..3 SET a = 11",
    "UPDATE [t:1, t:2] SET a = 11",
    "UPDATE type::record('t', 1) SET a = 11",
    "UPDATE t:1 MERGE { a: 11 }",
    "UPDATE t:1 MERGE { a: { c: 11 } }",
    "UPDATE t:1 PATCH [{ op: 'replace', path: '/a', value: 11 }]",
    "UPDATE t:1 CONTENT { a: 11 }",
    "UPDATE t:1 REPLACE { b: 11 }",
    "UPSERT t:1 SET a = 11",
    "INSERT INTO t { id: 1 } ON DUPLICATE KEY UPDATE a = 11",
    "UPDATE (SELECT id FROM t WHERE b = 1) SET a = 11",
    "FOR $row IN (SELECT * FROM t) { UPDATE $row.id SET a = 11 }",
    "IF $a { UPDATE t SET a = 11 } ELSE { UPDATE t SET b = 1 }",
    "LET $ids = { LET $rows = (SELECT VALUE id FROM t); UPDATE $rows SET a = 11 }",
];

const DELETIONS: [&str; 4] = [
    "DELETE t",
    "DELETE t:1",
    "DELETE t WHERE b = 1",
    "FOR $id IN (SELECT VALUE id FROM t) { DELETE $id }",
];

/// Each writes none of `a`, or not for certain.
const OTHERS: [&str; 18] = [
    "UPDATE t SET b = 9",
    "UPDATE t:1 SET b = 9",
    "UPDATE t SET ab = 9, b.a = 9",
    "UPDATE t SET a = a",
    "UPDATE t SET a = a, b = 9",
    "UPDATE t UNSET b",
    "UPDATE t MERGE { b: 9, c: { a: 9 } }",
    "UPDATE t PATCH [{ op: 'add', path: '/b', value: 9 }, { op: 'test', path: '/a', value: 9 }]",
    "UPDATE t:1 CONTENT { a: a, c: 1 }",
    "UPDATE t",
    "UPDATE t MERGE $changes",
    "UPDATE t:1 CONTENT $content",
    "UPDATE u SET a = 9",
    "FOR $id IN (SELECT VALUE id FROM t) { UPDATE $id SET b = 9 }",
    "FOR $row IN (SELECT * FROM t) { UPDATE $row.other SET a = 9 }",
    "FOR $row IN (SELECT other FROM t) { UPDATE $row SET a = 9 }",
    "UPDATE $somewhere SET a = 9",
    "fn::change()",
];

#[test]
fn an_indexed_value_must_not_change_behind_the_index() {
    for define in DEFINITIONS {
        for change in CHANGES {
            assert_refused(define, change, "this changes `a` of `t`: the index `i` is");
        }
    }
    let composite = "DEFINE INDEX i ON t FIELDS b, a";
    assert_refused(composite, CHANGES[0], "this changes `a` of `t`");
    for define in [COUNT, "DEFINE INDEX i ON t COUNT WHERE a = 1"] {
        for write in CHANGES.iter().chain(&DELETIONS) {
            assert_sound(&format!("{define}; {write}"));
        }
    }
}

#[test]
fn a_path_is_changed_together_with_what_it_contains_and_what_contains_it() {
    for (field, written) in [
        ("a.b", "a.b"),
        ("a.b", "a"),
        ("a.b", "a.b.c"),
        ("a.*", "a"),
        ("a", "a[0]"),
        ("a.*.b", "a[0]"),
        ("a.*.b", "a[*].b"),
        ("`a b`", "`a b`"),
        ("`a.b`", "`a.b`.c"),
    ] {
        let define = format!("DEFINE INDEX i ON t FIELDS {field}");
        assert_refused(
            &define,
            &format!("UPDATE t SET {written} = 1"),
            "this changes",
        );
    }
    for (field, written) in [
        ("a.b", "a.c"),
        ("a", "ab"),
        ("ab", "a"),
        ("a.*.b", "a[0].c"),
        ("`a.b`", "a"),
    ] {
        assert_sound(&format!(
            "DEFINE INDEX i ON t FIELDS {field}; UPDATE t SET {written} = 1"
        ));
    }
}

#[test]
fn a_record_must_not_be_deleted_behind_the_index() {
    for define in DEFINITIONS {
        for deletion in DELETIONS {
            assert_refused(define, deletion, "this deletes from `t`: the index `i` is");
        }
    }
    assert_refused("DEFINE INDEX i ON t FIELDS $a", "DELETE t", "this deletes");
}

#[test]
fn a_computed_field_changes_with_every_update() {
    for field in [
        "DEFINE FIELD a ON t VALUE rand::int()",
        "DEFINE FIELD a ON t TYPE string VALUE string::lowercase(name)",
        "DEFINE FIELD a ON t TYPE int DEFAULT ALWAYS 1",
    ] {
        assert_refused(
            &format!("{field}; {PLAIN}"),
            "UPDATE t SET b = 9",
            "this changes `a`",
        );
        assert_refused(&format!("{field}; {PLAIN}"), "UPDATE t", "this changes `a`");
        assert_refused(&format!("{field}; UPDATE t"), PLAIN, "would lack records");
    }
    for unclear in [
        "DEFINE FIELD a ON t TYPE int DEFAULT 1",
        "DEFINE FIELD a ON t VALUE string::lowercase($value)",
        "DEFINE FIELD a ON t VALUE { RETURN $value }",
        "DEFINE FIELD OVERWRITE a ON t VALUE rand::int()",
        "DEFINE FIELD IF NOT EXISTS a ON t VALUE rand::int()",
        "DEFINE FIELD c ON t VALUE rand::int()",
    ] {
        assert_sound(&format!("{unclear}; {PLAIN}; UPDATE t SET b = 9"));
        assert_sound(&format!("{unclear}; UPDATE t SET b = 9; {PLAIN}"));
    }
}

/// Each of them finds its records through an index that begins with `a`.
const LOOKUPS: [&str; 26] = [
    "LET $x = (SELECT VALUE id FROM t WHERE a = 1)",
    "LET $x = (SELECT VALUE id FROM t WHERE 1 = a)",
    "LET $x = (SELECT VALUE id FROM t WHERE (a = 1))",
    "LET $x = (SELECT VALUE id FROM t WHERE b != 1 AND a = 1)",
    "LET $x = (SELECT VALUE id FROM t WHERE a > 1)",
    "LET $x = (SELECT VALUE id FROM t WHERE 0 < a)",
    "LET $x = (SELECT VALUE id FROM t WHERE a IN [1, 2])",
    "LET $x = (SELECT VALUE id FROM t WHERE a INSIDE [1, 2])",
    "LET $x = (SELECT VALUE id FROM t WHERE a = 1 OR a = 2)",
    "LET $x = (SELECT VALUE id FROM t WHERE a == math::abs(1))",
    "LET $x = (SELECT VALUE id FROM t WHERE a IS NONE)",
    "LET $x = (SELECT VALUE id FROM t WHERE a = $wanted)",
    "LET $x = (SELECT VALUE id FROM t WHERE a = $row.wanted)",
    "LET $x = (SELECT VALUE id FROM t WHERE a = u:1)",
    "LET $x = (SELECT VALUE id FROM type::table('t') WHERE a = 1)",
    "LET $x = (SELECT VALUE id FROM t ORDER BY a)",
    "LET $x = (SELECT VALUE id FROM t WHERE b != 1 ORDER BY a DESC LIMIT 1)",
    "CREATE u SET first = (SELECT VALUE id FROM t ORDER BY a, b)",
    "LET $x = (SELECT VALUE count FROM (SELECT count() FROM t WHERE a = 1 GROUP ALL) WHERE count > 0)",
    "LET $x = (SELECT VALUE x FROM [1] WHERE (SELECT VALUE id FROM t WHERE a = 1) != [])",
    "UPDATE t SET b = 9 WHERE a = 1",
    "UPDATE t SET b = 9 WHERE a > 0 AND a < 2",
    "UPDATE t SET b = 9 WHERE a = NONE",
    "UPSERT t SET b = 9 WHERE a = 1",
    "FOR $row IN (SELECT * FROM t WHERE a = 1) { UPDATE $row.id SET b = 9 }",
    "DEFINE TABLE v AS SELECT a, count() FROM t WHERE a = 1 GROUP BY a",
];

/// None of them does, or not for certain.
const OTHER_LOOKUPS: [&str; 36] = [
    "LET $x = (SELECT VALUE id FROM t)",
    "LET $x = (SELECT VALUE id FROM t WITH NOINDEX WHERE a = 1)",
    "LET $x = (SELECT VALUE id FROM t WITH INDEX j WHERE a = 1)",
    "LET $x = (SELECT VALUE id FROM t WHERE b = 1)",
    "LET $x = (SELECT VALUE id FROM t WHERE b = 1 AND a = 1)",
    "LET $x = (SELECT VALUE id FROM t WHERE a = 1 OR b = 2)",
    "LET $x = (SELECT VALUE id FROM t WHERE a != 7)",
    "LET $x = (SELECT VALUE id FROM t WHERE a NOT IN [7])",
    "LET $x = (SELECT VALUE id FROM t WHERE !(a = 7))",
    "LET $x = (SELECT VALUE id FROM t WHERE a)",
    "LET $x = (SELECT VALUE id FROM t WHERE a IS NOT NONE)",
    "LET $x = (SELECT VALUE id FROM t WHERE a CONTAINS 1)",
    "LET $x = (SELECT VALUE id FROM t WHERE 'x' IN a)",
    "LET $x = (SELECT VALUE id FROM t WHERE a.b = 1)",
    "LET $x = (SELECT VALUE id FROM t WHERE a[0] = 1)",
    "LET $x = (SELECT VALUE id FROM t WHERE math::abs(a) = 1)",
    "LET $x = (SELECT VALUE id FROM t WHERE a + 0 = 1)",
    "LET $x = (SELECT VALUE id FROM t WHERE a = <int> '1')",
    "LET $x = (SELECT VALUE id FROM t WHERE a = fn::one())",
    "LET $x = (SELECT VALUE id FROM t WHERE a != 1 OR a = 1)",
    "LET $x = (SELECT VALUE id FROM t WHERE a = b)",
    "LET $x = (SELECT VALUE id FROM t ORDER BY b)",
    "LET $x = (SELECT VALUE id FROM t WHERE b = 1 ORDER BY a)",
    "LET $x = (SELECT VALUE id FROM t:1 WHERE a = 1)",
    "LET $x = (SELECT VALUE id FROM t:1..3 WHERE a = 1)",
    "LET $x = (SELECT VALUE id FROM [t:1, t:2] WHERE a = 1)",
    "LET $x = (SELECT VALUE id FROM (SELECT * FROM t) WHERE a = 1)",
    "LET $x = (SELECT a, count() FROM t GROUP BY a)",
    "LET $x = (SELECT a FROM t ORDER BY a COLLATE)",
    "LET $x = (SELECT b AS a FROM t ORDER BY a)",
    "LET $x = count(SELECT * FROM t)",
    "UPDATE t SET b = 9 WHERE a IS NOT NONE",
    "UPDATE t WITH NOINDEX SET b = 9 WHERE a = 1",
    "DEFINE TABLE v AS SELECT a FROM t",
    "SELECT * FROM t WHERE a = 1",
    "IF $x { SELECT * FROM t WHERE a = 1 }",
];

#[test]
fn a_new_index_must_not_be_read() {
    for define in DEFINITIONS.iter().take(5) {
        for lookup in LOOKUPS {
            assert_refused(
                define,
                lookup,
                "this finds records of `t` by `a`: the index `i`",
            );
        }
        for other in OTHER_LOOKUPS {
            assert_sound(&format!("{define}; {other}"));
        }
    }
    for define in [
        "DEFINE INDEX i ON t FIELDS b2, a",
        "DEFINE INDEX i ON t FIELDS a.*",
        COUNT,
    ] {
        for lookup in LOOKUPS {
            assert_sound(&format!("{define}; {lookup}"));
        }
    }
}

#[test]
fn a_new_index_must_not_be_searched_or_counted() {
    let words = "LET $x = (SELECT * FROM t WHERE a @@ 'word')";
    let scored = "LET $x = (SELECT search::score(1) FROM t WHERE a @1@ 'word')";
    let near = "LET $x = (SELECT * FROM t WHERE a <|2, 40|> [1, 1])";
    let count = "LET $x = (SELECT VALUE count FROM (SELECT count() FROM t GROUP ALL))";
    for (define, lookup, reason) in [
        (FULL_TEXT, words, "this searches `t`"),
        (FULL_TEXT, scored, "this searches `t`"),
        (VECTOR, near, "this searches `t`"),
        (COUNT, count, "this counts `t`"),
    ] {
        assert_refused(define, lookup, reason);
    }
    for (define, lookup) in [
        (PLAIN, words),
        (PLAIN, near),
        (PLAIN, count),
        (VECTOR, words),
        (FULL_TEXT, near),
        ("DEFINE INDEX i ON t COUNT WHERE b = 1", count),
        (COUNT, "LET $x = count(SELECT * FROM t)"),
        (COUNT, "SELECT count() FROM t GROUP ALL"),
        (COUNT, "LET $x = (SELECT a, count() FROM t GROUP BY a)"),
    ] {
        assert_sound(&format!("{define}; {lookup}"));
    }
}

/// The engine ignores what is written to the ends of an edge, and a script does not say whether its
/// table is one of edges.
#[test]
fn the_ends_of_an_edge_do_not_change() {
    for field in ["in", "out"] {
        let index = format!("DEFINE INDEX i ON r FIELDS {field}");
        assert_sound(&format!("{index}; UPDATE r SET {field} = u:1 WHERE a = 1"));
        assert_sound(&format!("UPDATE r SET {field} = u:1 WHERE a = 1; {index}"));
        let both = format!("DEFINE INDEX i ON r FIELDS {field}, a");
        assert_refused(&both, "UPDATE r SET a = 1, in = u:1", "this changes");
    }
}

#[test]
fn new_records_and_other_fields_behind_the_index_are_sound() {
    let new = [
        "CREATE t:9 SET a = 9",
        "CREATE |t:3| SET a = 9",
        "INSERT INTO t { id: 9, a: 9 }",
        "INSERT IGNORE INTO t { id: 1, a: 9 }",
        "UPSERT t:9",
        "RELATE t:1->t:9->t:2 SET a = 9",
        "CREATE t:9 SET a = 9; UPDATE t:9 SET a = 19; DELETE t:9",
        "INSERT INTO t [{ id: 8 }, { id: t:9 }]; UPDATE t:8, t:9 SET a = 19; DELETE t:9",
        "DEFINE FIELD OVERWRITE a ON t TYPE int",
    ];
    for define in DEFINITIONS {
        for write in new.iter().chain(&OTHERS) {
            assert_sound(&format!("{define}; {write}"));
        }
    }
    // Another record than the new one; and one that may have been there.
    assert_refused(
        &format!("{PLAIN}; CREATE t:9"),
        "UPDATE t:8 SET a = 19",
        "this changes",
    );
    assert_refused(
        &format!("{PLAIN}; INSERT IGNORE INTO t {{ id: 9 }}"),
        "UPDATE t:9 SET a = 19",
        "this changes",
    );
    assert_refused(
        &format!("{PLAIN}; IF $x {{ CREATE t:9 }}"),
        "DELETE t:9",
        "this deletes",
    );
}

#[test]
fn an_index_must_not_be_defined_behind_a_write_of_what_it_has() {
    let new = [
        "CREATE t:9 SET a = 9",
        "CREATE |t:3|",
        "INSERT INTO t { id: 9, a: 9 }",
        "INSERT IGNORE INTO t $rows",
        "UPSERT t:9",
        "RELATE t:1->t:9->t:2 SET a = 9",
        "FOR $i IN [9] { CREATE t:9 SET a = $i }",
        "{ CREATE t }",
        "LET $new = (CREATE t)",
        "CREATE t:9; DELETE t:8",
        "DEFINE TABLE v AS SELECT * FROM s; CREATE t",
    ];
    let writes = CHANGES.iter().chain(&DELETIONS).chain(&new);
    for write in writes {
        for define in DEFINITIONS {
            assert_refused(write, define, "this index would lack records");
        }
    }
    for write in new.iter().chain(&DELETIONS) {
        assert_refused(write, COUNT, "this index would lack records");
    }
    let in_one_block = "{ CREATE t; DEFINE INDEX i ON t FIELDS a }";
    assert_eq!(refused(in_one_block).len(), 1);
    let view = "DEFINE TABLE v AS SELECT count() FROM t GROUP ALL";
    assert_refused(
        view,
        "DEFINE INDEX i ON v FIELDS count",
        "would lack records",
    );
}

#[test]
fn an_index_may_be_defined_behind_a_write_of_something_else() {
    for define in DEFINITIONS {
        for write in OTHERS {
            assert_sound(&format!("{write}; {define}"));
        }
        assert_sound(&format!("CREATE t:9 SET a = 9; DELETE t:9; {define}"));
        assert_sound(&format!("CREATE u; DELETE u; {define}"));
        assert_sound(&format!(
            "IF $x {{ UPDATE t SET a = 1 }} ELSE {{ {define} }}"
        ));
    }
    assert_sound(&format!("UPDATE t SET a = 1; {COUNT}"));
    assert_sound(&format!("DEFINE TABLE t; DELETE t; {PLAIN}"));
    assert_sound(
        "DEFINE TABLE t; DEFINE TABLE v AS SELECT count() FROM t GROUP ALL; DEFINE INDEX i ON v FIELDS count",
    );
}

#[test]
fn everything_behind_the_index_is_sound_on_a_new_table() {
    let behind = CHANGES.iter().chain(&DELETIONS).chain(&LOOKUPS);
    for statement in behind {
        for define in DEFINITIONS {
            assert_sound(&format!(
                "DEFINE TABLE t SCHEMAFULL; {define}; CREATE t; {statement}"
            ));
        }
    }
    assert_sound(
        "DEFINE TABLE t; REMOVE TABLE t; DEFINE TABLE t; DEFINE INDEX i ON t FIELDS a; DELETE t",
    );
    assert_sound("IF $x { DEFINE TABLE t; DEFINE INDEX i ON t FIELDS a }; UPDATE t SET a = 1");
    // Writes before the index are not.
    assert_refused("DEFINE TABLE t; CREATE t", PLAIN, "would lack records");
    assert_refused("DEFINE TABLE t; UPSERT t:1", PLAIN, "would lack records");
    // Neither of these says that the table is new.
    for table in [
        "DEFINE TABLE IF NOT EXISTS t",
        "DEFINE TABLE OVERWRITE t",
        "DEFINE TABLE u",
        "DEFINE FIELD a ON t TYPE int",
        "IF $x { DEFINE TABLE t }",
    ] {
        assert_refused(&format!("{table}; {PLAIN}"), CHANGES[0], "this changes");
    }
}

#[test]
fn an_index_must_not_be_defined_behind_the_removal_of_its_table() {
    for replace in [
        "REMOVE TABLE t",
        "REMOVE TABLE t; DEFINE TABLE t",
        "REMOVE TABLE t; DEFINE FIELD a ON t TYPE int",
        "DELETE u; REMOVE TABLE t; DEFINE TABLE t; DEFINE FIELD a ON t",
    ] {
        for define in DEFINITIONS.iter().chain(&[COUNT]) {
            assert_refused(replace, define, "this index would hold removed records");
        }
    }
    let branch = "IF $x { DEFINE INDEX i ON t FIELDS a }";
    assert_refused("REMOVE TABLE t", branch, "would hold removed records");
    for sound in [
        "REMOVE TABLE IF EXISTS t; DEFINE TABLE t; DEFINE INDEX i ON t FIELDS a; UPDATE t SET a = 1",
        "REMOVE TABLE IF EXISTS t; DEFINE TABLE t; UPDATE t SET a = 1; DEFINE INDEX i ON t FIELDS a",
        "REMOVE TABLE IF EXISTS t; DEFINE INDEX i ON t FIELDS a; UPDATE t SET a = 1",
        "IF $x { REMOVE TABLE t }; DEFINE INDEX i ON t FIELDS a",
        "REMOVE TABLE u; DEFINE INDEX i ON t FIELDS a",
        "DEFINE TABLE OVERWRITE t; DEFINE INDEX i ON t FIELDS a",
        "DEFINE TABLE t; CREATE t; REMOVE TABLE t; DEFINE TABLE t; DEFINE INDEX i ON t FIELDS a",
    ] {
        assert_sound(sound);
    }
}

#[test]
fn an_index_cannot_be_taken_back_in_the_transaction_that_defines_it() {
    let ways_back = [
        "REMOVE INDEX i ON t",
        "REMOVE INDEX IF EXISTS i ON t",
        "DEFINE INDEX OVERWRITE i ON t FIELDS b",
        "REMOVE TABLE t",
        "REMOVE TABLE IF EXISTS t",
    ];
    let definitions = [
        PLAIN,
        UNIQUE,
        COUNT,
        VECTOR,
        "DEFINE INDEX OVERWRITE i ON t FIELDS a",
        "DEFINE INDEX i ON t FIELDS a CONCURRENTLY",
        "DEFINE TABLE t; DEFINE INDEX i ON t FIELDS a",
        "DEFINE TABLE t; DEFINE INDEX IF NOT EXISTS i ON t FIELDS a",
        "REMOVE INDEX i ON t; DEFINE INDEX i ON t FIELDS a",
    ];
    for define in definitions {
        for back in ways_back {
            assert_refused(define, back, "the index `i`, which is defined in the same");
        }
    }
    for block in [
        "IF true { DEFINE INDEX i ON t FIELDS a; REMOVE INDEX i ON t }",
        "FOR $i IN [1] { DEFINE INDEX i ON t FIELDS a; REMOVE INDEX i ON t }",
        "{ DEFINE INDEX i ON t FIELDS a; { REMOVE INDEX i ON t } }",
    ] {
        assert_eq!(refused(block).len(), 1, "{block}");
    }
}

#[test]
fn what_is_beside_a_new_index_can_be_changed() {
    for beside in [
        "REMOVE INDEX j ON t",
        "REMOVE INDEX i ON u",
        "REMOVE TABLE u",
        "REMOVE FIELD a ON t",
        "DEFINE INDEX k ON t FIELDS a",
        "DEFINE INDEX OVERWRITE j ON t FIELDS a",
        "DEFINE INDEX IF NOT EXISTS i ON t FIELDS a",
        "DEFINE TABLE OVERWRITE t SCHEMALESS",
        "ALTER TABLE t SCHEMALESS",
        "ALTER INDEX i ON t COMMENT 'new'",
        "REBUILD INDEX i ON t",
        "REBUILD INDEX j ON t",
        "IF $x { REMOVE INDEX i ON t }",
    ] {
        assert_sound(&format!("{PLAIN}; {beside}"));
    }
    for sound in [
        "REMOVE INDEX i ON t; DEFINE INDEX i ON t FIELDS a UNIQUE",
        "DEFINE INDEX OVERWRITE i ON t FIELDS a UNIQUE",
        "REMOVE INDEX i ON t; REMOVE TABLE t",
        "REMOVE INDEX i ON t; DEFINE INDEX i ON t FIELDS a; REBUILD INDEX i ON t",
        "IF false { DEFINE INDEX i ON t FIELDS a }; REMOVE INDEX i ON t",
        "DEFINE INDEX IF NOT EXISTS i ON t FIELDS a; REMOVE INDEX i ON t",
        "REMOVE INDEX i ON t; UPDATE t SET a = 1; DELETE t",
    ] {
        assert_sound(sound);
    }
}

#[test]
fn a_rebuilt_index_cannot_be_replaced_in_the_same_transaction() {
    for back in [
        "REMOVE INDEX i ON t",
        "DEFINE INDEX OVERWRITE i ON t FIELDS b",
        "REMOVE TABLE t",
    ] {
        assert_refused(
            "REBUILD INDEX i ON t",
            back,
            "the index `i`, which is rebuilt in the same",
        );
        assert_sound(&format!("REBUILD INDEX IF EXISTS i ON t; {back}"));
        assert_sound(&format!("IF $x {{ REBUILD INDEX i ON t }}; {back}"));
    }
}

/// It conflicts with a change of its values, but which those are the text does not say.
#[test]
fn a_rebuild_is_accepted_beside_anything_else() {
    for write in [
        "CREATE t:9 SET a = 9",
        "UPDATE t SET b = 9 WHERE a = 1",
        "LET $found = (SELECT VALUE id FROM t ORDER BY a)",
        "UPDATE t SET a = 1",
        "DELETE t",
        "REBUILD INDEX i ON t",
    ] {
        assert_sound(&format!("{write}; REBUILD INDEX i ON t"));
        assert_sound(&format!("REBUILD INDEX i ON t; {write}"));
    }
}

#[test]
fn a_sequence_cannot_be_removed_behind_a_value_that_was_taken_from_it() {
    for take in [
        "LET $value = sequence::nextval('s')",
        "CREATE t SET number = sequence::nextval('s')",
        "{ LET $value = 1 + sequence::nextval('s') }",
    ] {
        for back in [
            "REMOVE SEQUENCE s",
            "REMOVE SEQUENCE IF EXISTS s",
            "DEFINE SEQUENCE OVERWRITE s START 9",
        ] {
            assert_refused(
                take,
                back,
                "the sequence `s`, of which the same transaction",
            );
        }
    }
    for sound in [
        "REMOVE SEQUENCE s; DEFINE SEQUENCE s; LET $value = sequence::nextval('s')",
        "DEFINE SEQUENCE r; LET $value = sequence::nextval('r'); REMOVE SEQUENCE r",
        "UPDATE t SET number = sequence::nextval('s'); REMOVE SEQUENCE s",
        "IF $x { LET $value = sequence::nextval('s') }; REMOVE SEQUENCE s",
        "LET $value = sequence::nextval($s); REMOVE SEQUENCE s",
        "LET $value = sequence::nextval('r'); REMOVE SEQUENCE s",
        "LET $value = sequence::nextval('s'); DEFINE SEQUENCE IF NOT EXISTS s",
    ] {
        assert_sound(sound);
    }
}
