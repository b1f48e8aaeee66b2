//! An index and writes to its table in one transaction. The engine builds an index in transactions of
//! its own, from what is committed at that moment. So what the script wrote before is missing from
//! the index, and what the build wrote cannot be seen by the rest of the script.

use serde_json::{Value, json};
use surrealdb::{Surreal, engine::any::Any};
use tests::connection::{Database, unused_namespace};
use tests::on_every_engine;
use tests::questions::{ask_json, execute};

use crate::outcome::{Outcome, apply, commit};

on_every_engine!(
    an_indexed_value_changed_behind_the_index_leaves_its_old_entry,
    a_record_deleted_behind_the_index_leaves_its_entry,
    full_text_and_vector_indexes_conflict_with_changes_behind_them,
    a_filter_through_an_index_of_the_same_transaction_misses_committed_records,
    what_does_not_go_through_the_new_index_finds_everything,
    new_records_and_other_fields_behind_the_index_are_sound,
    a_count_index_is_kept_by_writes_behind_it,
    a_count_through_an_index_of_the_same_transaction_is_zero,
    an_index_lacks_what_was_written_before_it,
    an_index_keeps_what_was_deleted_before_it,
    other_fields_written_before_the_index_are_sound,
    on_a_table_without_committed_records_everything_behind_the_index_is_sound,
    an_index_on_a_removed_and_defined_table_keeps_the_removed_records,
    a_removal_in_an_earlier_transaction_is_sound,
    a_rebuild_conflicts_with_changes_of_its_values_before_and_behind,
    a_rebuild_is_sound_beside_everything_else,
    a_rebuild_in_the_same_transaction_does_not_repair,
    a_rebuild_in_a_later_transaction_repairs,
    an_index_built_in_the_background_is_not_seen_by_its_transaction,
    an_index_in_a_transaction_of_its_own_behind_the_change_is_sound,
);

/// Three records, values in `a` and another field `b`; what writes to the table by other ways.
const RECORDS: &str = "
    INSERT INTO t [{ id: 1, a: 1, b: 1 }, { id: 2, a: 2, b: 2 }, { id: 3, a: 3, b: 3 }];
    DEFINE TABLE u; DEFINE EVENT e ON u THEN { UPDATE t:1 SET a = 11 };
    DEFINE TABLE s; DEFINE FIELD x ON s VALUE { UPDATE t:1 SET a = 11; RETURN 1 };
    DEFINE FUNCTION fn::change() { UPDATE t:1 SET a = 11 };
";

/// In place of an index.
const NOTHING: &str = "LET $nothing = NONE";

const PLAIN: &str = "DEFINE INDEX i ON t FIELDS a";
const UNIQUE: &str = "DEFINE INDEX i ON t FIELDS a UNIQUE";

const DEFINITIONS: [&str; 3] = [PLAIN, UNIQUE, "DEFINE INDEX OVERWRITE i ON t FIELDS a, b"];

/// Each changes a value of a committed record.
const CHANGES: [&str; 9] = [
    "UPDATE t SET a = a + 10",
    "UPDATE t SET a = 11 WHERE b = 1",
    "UPDATE t:1 SET a = 11",
    "UPDATE t:1 MERGE { a: 11 }",
    "UPSERT t:1 SET a = 11",
    "INSERT INTO t { id: 1 } ON DUPLICATE KEY UPDATE a = 11",
    "CREATE u",
    "CREATE s",
    "fn::change()",
];

const DELETIONS: [&str; 3] = ["DELETE t", "DELETE t:1", "DELETE t WHERE b = 1"];

async fn an_indexed_value_changed_behind_the_index_leaves_its_old_entry(db: &Database) {
    for (change, define) in CHANGES.into_iter().zip(DEFINITIONS.into_iter().cycle()) {
        select_another(db, RECORDS).await;
        let outcome = apply(db, &format!("{define}; {change}")).await;
        assert!(
            matches!(outcome, Outcome::Committed { conflicts: 1 }),
            "{define}; {change}: {outcome:?}"
        );
        assert!(!is_sound(db).await, "{define}; {change}");
        let is_refused = is_refused(db, "CREATE t:9 SET a = 1, b = 1").await;
        assert_eq!(is_refused, define == UNIQUE, "{define}; {change}");
    }
    // A field that no record has yet is no exception.
    select_another(db, RECORDS).await;
    commit(db, "DEFINE INDEX i ON t FIELDS c; UPDATE t SET c = b").await;
    assert_eq!(
        ask_json(db, "SELECT VALUE id FROM t ORDER BY c").await,
        json!(["t:1", "t:2", "t:3", "t:1", "t:2", "t:3"])
    );
    // Neither is a value that the engine computes anew with each write.
    let random = "DEFINE FIELD c ON t VALUE rand::int()";
    select_another(db, &format!("{RECORDS} {random}")).await;
    commit(db, "DEFINE INDEX i ON t FIELDS c; UPDATE t SET b = 9").await;
    let found = ask_json(db, "SELECT VALUE id FROM t ORDER BY c").await;
    assert_eq!(found.as_array().map(Vec::len), Some(6));
}

async fn a_record_deleted_behind_the_index_leaves_its_entry(db: &Database) {
    for deletion in DELETIONS {
        select_another(db, RECORDS).await;
        commit(db, &format!("{UNIQUE}; {deletion}")).await;
        assert!(is_refused(db, "CREATE t:9 SET a = 1").await, "{deletion}");

        select_another(db, RECORDS).await;
        commit(db, &format!("{PLAIN}; {deletion}")).await;
        // Not seen until the record's id is used again.
        assert!(is_sound(db).await, "{deletion}");
        execute(db, "CREATE t:1 SET a = 7").await;
        assert!(!is_sound(db).await, "{deletion}");
    }
}

async fn full_text_and_vector_indexes_conflict_with_changes_behind_them(db: &Database) {
    let records = "DEFINE ANALYZER words TOKENIZERS blank; \
         CREATE t:1 SET text = 'one', point = [1, 1]; CREATE t:2 SET b = 1";
    for (define, change) in [
        (FULL_TEXT, "UPDATE t:1 SET text = 'two'"),
        (FULL_TEXT, "UPDATE t:2 SET text = 'two'"),
        (VECTOR, "UPDATE t:1 SET point = [2, 2]"),
        (VECTOR, "UPDATE t:2 SET point = [2, 2]"),
        (VECTOR, "DELETE t:1"),
    ] {
        select_another(db, records).await;
        let outcome = apply(db, &format!("{define}; {change}")).await;
        assert!(outcome.is_always_conflict(), "{change}: {outcome:?}");
    }
    for (define, fine) in [
        (FULL_TEXT, "CREATE t:3 SET text = 'three'"),
        (FULL_TEXT, "UPDATE t SET b = 1"),
        (VECTOR, "CREATE t:3 SET point = [3, 3]"),
        (VECTOR, "UPDATE t SET b = 1"),
    ] {
        select_another(db, records).await;
        commit(db, &format!("{define}; {fine}")).await;
    }
}

const FULL_TEXT: &str = "DEFINE INDEX i ON t FIELDS text FULLTEXT ANALYZER words";
const VECTOR: &str = "DEFINE INDEX i ON t FIELDS point HNSW DIMENSION 2";

/// Each finds something before the index is there, and nothing behind it.
async fn a_filter_through_an_index_of_the_same_transaction_misses_committed_records(db: &Database) {
    let definitions = [
        PLAIN,
        "DEFINE INDEX IF NOT EXISTS i ON t FIELDS a, b",
        "DEFINE INDEX OVERWRITE i ON t FIELDS a UNIQUE",
    ];
    for (found, define) in [
        "SELECT VALUE id FROM t WHERE a = 1",
        "SELECT VALUE id FROM t WHERE 1 = a",
        "SELECT VALUE id FROM t WHERE (a = 1)",
        "SELECT VALUE id FROM t WHERE b = 1 AND a = 1",
        "SELECT VALUE id FROM t WHERE a > 1",
        "SELECT VALUE id FROM t WHERE a IN [1, 2]",
        "SELECT VALUE id FROM t WHERE a INSIDE [1, 2]",
        "SELECT VALUE id FROM t WHERE a = 1 OR a = 2",
        "SELECT VALUE id FROM t WHERE a == math::abs(1)",
        "SELECT VALUE id FROM type::table('t') WHERE a = 1",
        "SELECT VALUE id FROM t ORDER BY a",
        "SELECT VALUE id FROM t ORDER BY a DESC LIMIT 1",
        "SELECT VALUE count FROM (SELECT count() FROM t WHERE a = 1 GROUP ALL) WHERE count > 0",
        "SELECT VALUE x FROM [1] WHERE (SELECT VALUE id FROM t WHERE a = 1) != []",
        "UPDATE t SET b = 9 WHERE a = 1",
        "DELETE t WHERE a = 1 RETURN BEFORE",
        "UPDATE t SET b = 9 WHERE a > 0 AND a < 2",
    ]
    .into_iter()
    .zip(definitions.into_iter().cycle())
    {
        assert_ne!(behind(db, NOTHING, found).await, json!([]), "{found}");
        let answer = behind(db, define, found).await;
        assert_eq!(answer, json!([]), "{define}; {found}");
    }
    // Not to have a value is a value of the index as well.
    let fill = "FOR $id IN (SELECT VALUE id FROM t WHERE c IS NONE) { UPDATE $id SET b = 9 }";
    select_another(db, RECORDS).await;
    commit(
        db,
        &format!("DEFINE INDEX i ON t FIELDS c; {fill}; UPDATE t SET b = 9 WHERE c = NONE"),
    )
    .await;
    assert_eq!(
        ask_json(db, "SELECT VALUE id FROM t WHERE b = 9").await,
        json!([])
    );
    for (behind, question, answer) in [
        (
            "FOR $row IN (SELECT * FROM t WHERE a = 1) { UPDATE $row.id SET b = 9 }",
            "SELECT VALUE id FROM t WITH NOINDEX WHERE b = 9",
            json!([]),
        ),
        (
            "UPSERT t SET b = 9 WHERE a = 1",
            "RETURN array::len((SELECT * FROM t WITH NOINDEX))",
            json!(4),
        ),
        (
            "DEFINE TABLE v AS SELECT a FROM t WHERE a = 1",
            "SELECT * FROM v",
            json!([]),
        ),
        (
            "DEFINE TABLE v AS SELECT a, count() FROM t WHERE a = 1 GROUP BY a",
            "SELECT * FROM v",
            json!([]),
        ),
    ] {
        select_another(db, RECORDS).await;
        commit(db, &format!("{PLAIN}; {behind}")).await;
        assert_eq!(ask_json(db, question).await, answer, "{behind}");
    }
}

/// The planner does not look at the index for these.
async fn what_does_not_go_through_the_new_index_finds_everything(db: &Database) {
    for found in [
        "SELECT VALUE id FROM t",
        "SELECT VALUE id FROM t WITH NOINDEX WHERE a = 1",
        "SELECT VALUE id FROM t WHERE b = 1",
        "SELECT VALUE id FROM t WHERE a = 1 OR b = 2",
        "SELECT VALUE id FROM t WHERE a != 7",
        "SELECT VALUE id FROM t WHERE a NOT IN [7]",
        "SELECT VALUE id FROM t WHERE a",
        "SELECT VALUE id FROM t WHERE c IS NONE",
        "SELECT VALUE id FROM t WHERE math::abs(a) = 1",
        "SELECT VALUE id FROM t WHERE a + 0 = 1",
        "SELECT VALUE id FROM t WHERE a = b",
        "SELECT VALUE id FROM t ORDER BY b",
        "SELECT VALUE id FROM t:1 WHERE a = 1",
        "SELECT VALUE id FROM t:1..3 WHERE a = 1",
        "SELECT VALUE id FROM [t:1, t:2] WHERE a = 1",
        "SELECT VALUE id FROM (SELECT * FROM t) WHERE a = 1",
        "SELECT a, count() FROM t GROUP BY a",
        "SELECT a FROM t ORDER BY a COLLATE",
        "UPDATE t SET b = 9 WHERE a IS NOT NONE",
        "UPDATE t SET b = 9 WHERE b = 1",
    ] {
        let before = behind(db, NOTHING, found).await;
        assert_ne!(before, json!([]), "{found}");
        let answer = behind(db, PLAIN, found).await;
        assert_eq!(answer, before, "{found}");
    }
}

async fn new_records_and_other_fields_behind_the_index_are_sound(db: &Database) {
    for write in [
        "CREATE t:9 SET a = 9",
        "INSERT INTO t { id: 9, a: 9 }",
        "INSERT IGNORE INTO t { id: 1, a: 9 }",
        "UPSERT t:9 SET a = 9",
        "RELATE t:1->t:9->t:2 SET a = 9",
        "CREATE t:9 SET a = 9; UPDATE t:9 SET a = 19; UPDATE t SET b = 9 WHERE a = 19",
        "CREATE t:9 SET a = 9; DELETE t WHERE a = 9",
        "UPDATE t SET b = 9",
        "UPDATE t SET b = 9 WHERE b = 1",
        "UPDATE t WITH NOINDEX SET b = 9 WHERE a = 1",
        "UPDATE t SET a = a",
        "UPDATE t:1 CONTENT { a: 1, c: 1 }",
        "FOR $id IN (SELECT VALUE id FROM t) { UPDATE $id SET b = 9 }",
        "DEFINE FIELD OVERWRITE a ON t TYPE int",
        "DEFINE TABLE v AS SELECT a FROM t",
    ] {
        select_another(db, RECORDS).await;
        let outcome = apply(db, &format!("{UNIQUE}; {write}")).await;
        assert!(
            matches!(outcome, Outcome::Committed { conflicts: 0 }),
            "{write}: {outcome:?}"
        );
        assert!(is_sound(db).await, "{write}");
        assert!(is_refused(db, "CREATE t:10 SET a = 2").await, "{write}");
        execute(db, "CREATE t:10 SET a = 10").await;
        assert!(is_sound(db).await, "{write}");
    }
}

async fn a_count_index_is_kept_by_writes_behind_it(db: &Database) {
    let writes = CHANGES.iter().chain(&DELETIONS).chain(&["CREATE t:9"]);
    let counts = [
        "DEFINE INDEX i ON t COUNT",
        "DEFINE INDEX i ON t COUNT WHERE b = 1",
    ];
    for (write, define) in writes.zip(counts.into_iter().cycle()) {
        select_another(db, RECORDS).await;
        commit(db, &format!("{define}; {write}")).await;
        for condition in ["", "WHERE b = 1"] {
            let counted = count(db, condition).await;
            let look = format!("RETURN array::len((SELECT * FROM t WITH NOINDEX {condition}))");
            assert_eq!(counted, ask_json(db, &look).await, "{define}; {write}");
        }
    }
}

async fn a_count_through_an_index_of_the_same_transaction_is_zero(db: &Database) {
    let all = "SELECT VALUE count FROM (SELECT count() FROM t GROUP ALL)";
    let count = "DEFINE INDEX i ON t COUNT";
    assert_eq!(behind(db, NOTHING, all).await, json!([3]));
    assert_eq!(behind(db, count, all).await, json!([0]));
    assert_eq!(behind(db, PLAIN, all).await, json!([3]));
    assert_eq!(
        behind(db, count, "RETURN count(SELECT * FROM t)").await,
        json!(3)
    );
}

async fn an_index_lacks_what_was_written_before_it(db: &Database) {
    let new = [
        "CREATE t:9 SET a = 9",
        "INSERT INTO t { id: 9, a: 9 }",
        "UPSERT t:9 SET a = 9",
        "RELATE t:1->t:9->t:2 SET a = 9",
        "FOR $i IN [9] { CREATE t:9 SET a = $i }",
    ];
    let writes = CHANGES.iter().chain(&new);
    for (write, define) in writes.zip(DEFINITIONS.into_iter().cycle()) {
        select_another(db, RECORDS).await;
        commit(db, &format!("{write}; {define}")).await;
        assert!(!is_sound(db).await, "{write}; {define}");
    }
    for write in new.iter().chain(&["DELETE t:1"]) {
        select_another(db, RECORDS).await;
        commit(db, &format!("{write}; DEFINE INDEX i ON t COUNT")).await;
        assert_eq!(count(db, "").await, json!(3), "{write}");
    }
    // So a unique index can be defined over duplicates.
    select_another(db, "").await;
    commit(
        db,
        &format!("CREATE t:1 SET a = 1; CREATE t:2 SET a = 1; {UNIQUE}"),
    )
    .await;
}

async fn an_index_keeps_what_was_deleted_before_it(db: &Database) {
    for deletion in DELETIONS {
        select_another(db, RECORDS).await;
        commit(db, &format!("{deletion}; {UNIQUE}")).await;
        assert!(is_refused(db, "CREATE t:9 SET a = 1").await, "{deletion}");
        select_another(db, RECORDS).await;
        commit(db, &format!("{deletion}; {PLAIN}")).await;
        execute(db, "CREATE t:1 SET a = 7").await;
        assert!(!is_sound(db).await, "{deletion}");
    }
}

async fn other_fields_written_before_the_index_are_sound(db: &Database) {
    for write in [
        "UPDATE t SET b = 9",
        "UPDATE t SET b = 9 WHERE a = 1",
        "UPDATE t:1 MERGE { b: 9 }",
        "CREATE t:9 SET a = 9; DELETE t:9",
        "UPDATE t SET a = a",
    ] {
        select_another(db, RECORDS).await;
        commit(db, &format!("{write}; {UNIQUE}")).await;
        assert!(is_sound(db).await, "{write}");
        assert!(is_refused(db, "CREATE t:9 SET a = 1").await, "{write}");
    }
}

/// Whether the script has defined the table or found it empty.
async fn on_a_table_without_committed_records_everything_behind_the_index_is_sound(db: &Database) {
    for (committed, first) in [
        ("", "DEFINE TABLE t;"),
        ("", "DEFINE FIELD a ON t TYPE int;"),
        ("", ""),
        ("", "DEFINE TABLE IF NOT EXISTS t;"),
        ("DEFINE TABLE t", ""),
    ] {
        select_another(db, committed).await;
        let script = "
            DEFINE INDEX i ON t FIELDS a UNIQUE;
            DEFINE INDEX j ON t COUNT;
            CREATE t:1 SET a = 1; CREATE t:2 SET a = 2; CREATE t:3 SET a = 3;
            UPDATE t SET a = a + 10;
            UPDATE t SET b = 9 WHERE a = 11;
            DELETE t:3; CREATE t:3 SET a = 3;
            DELETE t WHERE a = 12;
            CREATE seen:1 SET
                ordered = (SELECT VALUE id FROM t ORDER BY a),
                filtered = (SELECT VALUE id FROM t WHERE b = 9 AND a = 11),
                counted = (SELECT VALUE count FROM (SELECT count() FROM t GROUP ALL));
        ";
        let outcome = apply(db, &format!("{first} {script}")).await;
        assert!(
            matches!(outcome, Outcome::Committed { conflicts: 0 }),
            "{outcome:?}"
        );
        assert_eq!(
            ask_json(db, "SELECT VALUE [ordered, filtered, counted] FROM seen").await,
            json!([[["t:3", "t:1"], ["t:1"], [2]]])
        );
        assert!(is_sound(db).await);
        assert_eq!(count(db, "").await, json!(2));
        execute(db, "CREATE t:8 SET a = 1; CREATE t:9 SET a = 12").await;
        assert!(is_refused(db, "CREATE t:10 SET a = 11").await);
        assert!(is_sound(db).await);
    }
}

async fn an_index_on_a_removed_and_defined_table_keeps_the_removed_records(db: &Database) {
    for (replace, index) in [
        ("REMOVE TABLE t; DEFINE TABLE t", ""),
        ("REMOVE TABLE t; DEFINE TABLE t", UNIQUE),
        ("REMOVE TABLE IF EXISTS t; DEFINE FIELD a ON t TYPE int", ""),
        ("REMOVE TABLE t", PLAIN),
    ] {
        let committed = format!("{RECORDS} {index}");
        select_another(db, &committed).await;
        commit(db, &format!("{replace}; {UNIQUE}")).await;
        assert!(is_refused(db, "CREATE t:9 SET a = 1").await, "{replace}");

        select_another(db, &committed).await;
        commit(db, &format!("{replace}; {PLAIN}")).await;
        execute(db, "CREATE t:1 SET a = 7").await;
        assert!(!is_sound(db).await, "{replace}");

        select_another(db, &committed).await;
        commit(db, &format!("{replace}; DEFINE INDEX j ON t COUNT")).await;
        assert_eq!(count(db, "").await, json!(3), "{replace}");
    }
    // The text alone does not say whether there is anything to be kept.
    for (committed, replace) in [
        ("DEFINE TABLE t", "REMOVE TABLE t; DEFINE TABLE t"),
        ("DEFINE TABLE t", "REMOVE TABLE IF EXISTS t"),
        ("", "REMOVE TABLE IF EXISTS t; DEFINE TABLE t"),
    ] {
        select_another(db, committed).await;
        commit(db, &format!("{replace}; {UNIQUE}")).await;
        execute(db, "CREATE t:9 SET a = 1").await;
        assert!(is_sound(db).await, "{replace}");
    }
    select_another(db, RECORDS).await;
    commit(db, &format!("DEFINE TABLE OVERWRITE t; {UNIQUE}")).await;
    assert!(is_sound(db).await, "OVERWRITE keeps the records");
}

async fn a_removal_in_an_earlier_transaction_is_sound(db: &Database) {
    for (first, second) in [
        (
            "REMOVE TABLE t",
            "DEFINE TABLE t; DEFINE INDEX i ON t FIELDS a UNIQUE",
        ),
        ("REMOVE TABLE t; DEFINE TABLE t", UNIQUE),
        ("DELETE t", UNIQUE),
    ] {
        select_another(db, RECORDS).await;
        commit(db, first).await;
        commit(db, second).await;
        execute(db, "CREATE t:1 SET a = 3; CREATE t:9 SET a = 1").await;
        assert!(is_sound(db).await, "{first}");
    }
}

async fn a_rebuild_conflicts_with_changes_of_its_values_before_and_behind(db: &Database) {
    for write in [
        "UPDATE t SET a = a + 10",
        "UPSERT t:1 SET a = 11",
        "CREATE u",
        "DELETE t:1",
    ] {
        for script in [
            format!("{write}; REBUILD INDEX i ON t"),
            format!("REBUILD INDEX i ON t; {write}"),
        ] {
            select_another(db, &format!("{RECORDS} {PLAIN}")).await;
            let outcome = apply(db, &script).await;
            assert!(outcome.is_always_conflict(), "{script}: {outcome:?}");
        }
    }
}

async fn a_rebuild_is_sound_beside_everything_else(db: &Database) {
    for write in [
        "CREATE t:9 SET a = 9",
        "CREATE t:9 SET a = 9; UPDATE t:9 SET a = 19",
        "UPDATE t SET b = 9",
        "UPDATE t SET b = 9 WHERE a = 1",
        "CREATE seen SET found = (SELECT VALUE id FROM t ORDER BY a)",
    ] {
        for script in [
            format!("{write}; REBUILD INDEX i ON t"),
            format!("REBUILD INDEX i ON t; {write}"),
        ] {
            select_another(db, &format!("{RECORDS} {PLAIN}")).await;
            commit(db, &script).await;
            assert!(is_sound(db).await, "{script}");
        }
    }
}

async fn a_rebuild_in_the_same_transaction_does_not_repair(db: &Database) {
    select_another(db, RECORDS).await;
    commit(
        db,
        &format!("{PLAIN}; UPDATE t SET a = a + 10; REBUILD INDEX i ON t"),
    )
    .await;
    assert!(!is_sound(db).await);
}

async fn a_rebuild_in_a_later_transaction_repairs(db: &Database) {
    for script in [
        "DEFINE INDEX i ON t FIELDS a UNIQUE; UPDATE t SET a = a + 10",
        "UPDATE t SET a = a + 10; DEFINE INDEX i ON t FIELDS a UNIQUE",
        "CREATE t:11 SET a = 11; DELETE t:1; DEFINE INDEX i ON t FIELDS a UNIQUE",
        "REMOVE TABLE t; DEFINE INDEX i ON t FIELDS a UNIQUE; CREATE t:11 SET a = 11",
    ] {
        select_another(db, RECORDS).await;
        commit(db, script).await;
        commit(db, "REBUILD INDEX i ON t").await;
        assert!(is_sound(db).await, "{script}");
        execute(db, "CREATE t:9 SET a = 1").await;
        assert!(is_refused(db, "CREATE t:10 SET a = 11").await, "{script}");
    }
}

/// Whether writes behind it are sound depends on how far the build is, so that is not tested.
async fn an_index_built_in_the_background_is_not_seen_by_its_transaction(db: &Database) {
    let define = format!("{PLAIN} CONCURRENTLY");
    for found in [
        "SELECT VALUE id FROM t WHERE a = 1",
        "SELECT VALUE id FROM t ORDER BY a",
        "UPDATE t SET b = 9 WHERE a = 1",
    ] {
        assert_ne!(behind(db, NOTHING, found).await, json!([]));
        assert_eq!(behind(db, &define, found).await, json!([]), "{found}");
    }
}

async fn an_index_in_a_transaction_of_its_own_behind_the_change_is_sound(db: &Database) {
    for write in [
        "UPDATE t SET a = a + 10",
        "CREATE u",
        "CREATE t:9 SET a = 9",
        "DELETE t:1",
    ] {
        select_another(db, RECORDS).await;
        commit(db, write).await;
        commit(db, UNIQUE).await;
        assert!(is_sound(db).await, "{write}");
    }
}

/// What a question answers in a transaction, behind another statement of it.
async fn behind(db: &Surreal<Any>, before: &str, question: &str) -> Value {
    select_another(db, RECORDS).await;
    let request = format!("BEGIN; {before}; {question}; COMMIT;");
    let mut response = db.query(request).await.unwrap().check().unwrap();
    let answer = response.num_statements() - 2;
    let answer: surrealdb::types::Value = response.take(answer).unwrap();
    answer.into_json_value()
}

/// Whether every question through the index on `a` has the answer that the table gives without it.
async fn is_sound(db: &Surreal<Any>) -> bool {
    let values = [1, 2, 3, 7, 9, 10, 11, 12, 13, 19].map(|value| format!("WHERE a = {value}"));
    let ranges = ["WHERE a > 0", "ORDER BY a"].map(str::to_owned);
    let conditions: Vec<String> = values.into_iter().chain(ranges).collect();
    let by_index = found(db, "", &conditions).await;
    let by_looking = found(db, "WITH NOINDEX", &conditions).await;
    by_index == by_looking
}

/// The ids that are found by each condition, in no order.
async fn found(db: &Surreal<Any>, with: &str, conditions: &[String]) -> Value {
    let select = |condition| format!("(SELECT VALUE <string> id FROM t {with} {condition}).sort()");
    let selects: Vec<String> = conditions.iter().map(select).collect();
    ask_json(db, &format!("RETURN [{}]", selects.join(", "))).await
}

async fn count(db: &Surreal<Any>, condition: &str) -> Value {
    let count = format!("SELECT VALUE count FROM (SELECT count() FROM t {condition} GROUP ALL)");
    ask_json(db, &format!("RETURN ({count})[0] ?? 0")).await
}

async fn is_refused(db: &Surreal<Any>, write: &str) -> bool {
    db.query(write).await.unwrap().check().is_err()
}

/// An empty database with something in it, for each script.
async fn select_another(db: &Surreal<Any>, committed: &str) {
    let namespace = unused_namespace();
    db.use_ns(namespace).use_db("app").await.unwrap();
    execute(db, &format!("RETURN 1; {committed}")).await;
}
