//! Statements about what is not there: which of them fail, whatever the records are.

use tests::connection::Database;
use tests::on_every_engine;
use tests::questions::{ask_text, execute};

use crate::outcome::cause;

on_every_engine!(
    a_statement_for_a_table_that_is_missing_fails,
    what_is_not_evaluated_does_not_fail,
    a_statement_that_writes_makes_the_table,
    a_view_needs_its_sources_unless_it_is_its_own,
    a_function_that_is_missing_is_not_called,
    an_index_that_is_missing_is_not_rebuilt,
    an_index_needs_its_fields_where_the_table_is_schemafull,
    a_flexible_field_needs_a_schemafull_table,
    what_is_in_use_is_not_removed,
    a_variable_that_nothing_sets_is_none,
);

async fn a_statement_for_a_table_that_is_missing_fails(db: &Database) {
    execute(db, "DEFINE TABLE empty; CREATE t:1 SET a = 1").await;
    for statement in [
        "UPDATE m SET a = 1",
        "UPDATE ONLY m:1 SET a = 1",
        "UPDATE m SET a = 1 WHERE false",
        "UPDATE m:1..3 UNSET a",
        "UPDATE empty, m CONTENT {}",
        "UPDATE m MERGE {} RETURN NONE",
        "DELETE m",
        "DELETE ONLY m:1",
        "DELETE m WHERE false",
        "DELETE empty, m RETURN BEFORE",
        "SELECT * FROM m",
        "SELECT * FROM m:1",
        "SELECT * FROM ONLY m:1",
        "SELECT * FROM t, m:1..3",
        "SELECT count() FROM m GROUP ALL",
        "SELECT a FROM m ORDER BY a START 5 FETCH b",
        "LET $x = (SELECT * FROM m)",
        "RETURN SELECT * FROM m",
    ] {
        let error = cause(db, statement).await.expect(statement);
        assert_eq!(
            error.message(),
            "The table 'm' does not exist",
            "{statement}"
        );
    }
}

async fn what_is_not_evaluated_does_not_fail(db: &Database) {
    execute(db, "DEFINE TABLE empty; CREATE t:1 SET a = 1").await;
    for statement in [
        "SELECT * FROM m WHERE false",
        "SELECT * FROM t, m LIMIT 0",
        "SELECT * FROM m EXPLAIN",
        "SELECT * FROM [m:1]",
        "SELECT * FROM t:1->r->m",
        "SELECT * FROM empty WHERE a IN (SELECT VALUE id FROM m)",
        "SELECT (SELECT * FROM m) FROM empty",
        "UPDATE empty SET a = (SELECT * FROM m)",
        "UPDATE t:1->r->m SET a = 1",
        "DELETE t:1->r",
        "LET $x = true OR (SELECT * FROM m)",
        "m:1.a",
    ] {
        assert!(cause(db, statement).await.is_none(), "{statement}");
    }
}

async fn a_statement_that_writes_makes_the_table(db: &Database) {
    execute(db, "CREATE t:1").await;
    for statement in [
        "CREATE m",
        "UPSERT m:1",
        "UPSERT m SET a = 1",
        "INSERT INTO m {}",
        "RELATE t:1->m->t:1",
    ] {
        let script = format!("{statement}; UPDATE m SET a = 1; REMOVE TABLE m");
        assert!(cause(db, &script).await.is_none(), "{statement}");
    }
}

async fn a_view_needs_its_sources_unless_it_is_its_own(db: &Database) {
    for definition in [
        "DEFINE TABLE v AS SELECT * FROM m",
        "DEFINE TABLE OVERWRITE v AS SELECT a FROM v, m WHERE a = 1",
    ] {
        let error = cause(db, definition).await.expect(definition);
        assert_eq!(
            error.message(),
            "The table 'm' does not exist",
            "{definition}"
        );
    }
    execute(db, "DEFINE TABLE own AS SELECT * FROM own").await;
    execute(db, "DEFINE TABLE IF NOT EXISTS own AS SELECT * FROM m").await;
}

async fn a_function_that_is_missing_is_not_called(db: &Database) {
    for call in ["fn::m()", "LET $x = fn::m(1, 2)", "RETURN fn::m()"] {
        let error = cause(db, call).await.expect(call);
        let words = "The function 'fn::m' does not exist";
        assert!(error.message().ends_with(words), "{call}: {error}");
    }
}

async fn an_index_that_is_missing_is_not_rebuilt(db: &Database) {
    execute(db, "DEFINE TABLE t").await;
    for rebuild in [
        "REBUILD INDEX i ON t",
        "REBUILD INDEX i ON t CONCURRENTLY",
        "REBUILD INDEX i ON m",
    ] {
        let error = cause(db, rebuild).await.expect(rebuild);
        assert_eq!(error.message(), "The index 'i' does not exist", "{rebuild}");
    }
    execute(db, "REBUILD INDEX IF EXISTS i ON m").await;
}

async fn an_index_needs_its_fields_where_the_table_is_schemafull(db: &Database) {
    execute(
        db,
        "DEFINE TABLE t SCHEMAFULL; DEFINE FIELD a ON t; DEFINE FIELD o ON t TYPE object FLEXIBLE; \
         DEFINE TABLE r TYPE RELATION SCHEMAFULL; DEFINE TABLE schemaless",
    )
    .await;
    for fields in ["b", "a, b", "b UNIQUE", "b.c"] {
        for mode in ["", "OVERWRITE", "IF NOT EXISTS"] {
            let definition = format!("DEFINE INDEX {mode} i ON t FIELDS {fields}");
            let error = cause(db, &definition).await.expect(&definition);
            assert!(
                error.message().ends_with("does not exist"),
                "{definition}: {error}"
            );
        }
    }
    for definition in [
        "DEFINE INDEX i1 ON t FIELDS a",
        "DEFINE INDEX i2 ON t FIELDS o.x",
        "DEFINE INDEX i3 ON r FIELDS in, out",
        "DEFINE INDEX i4 ON schemaless FIELDS b",
        "DEFINE INDEX IF NOT EXISTS i1 ON t FIELDS b",
        "DEFINE INDEX i5 ON t COUNT",
    ] {
        assert!(cause(db, definition).await.is_none(), "{definition}");
    }
}

async fn a_flexible_field_needs_a_schemafull_table(db: &Database) {
    execute(db, "DEFINE TABLE free; DEFINE FIELD o ON free TYPE object").await;
    for (table, message) in [
        (
            "free",
            "An error occurred: FLEXIBLE can only be used in SCHEMAFULL tables",
        ),
        ("missing", "The table 'missing' does not exist"),
    ] {
        for mode in ["", "OVERWRITE", "IF NOT EXISTS"] {
            let definition = format!("DEFINE FIELD {mode} p ON {table} TYPE object FLEXIBLE");
            let error = cause(db, &definition).await.expect(&definition);
            assert_eq!(error.message(), message, "{definition}");
        }
    }
    let there = "DEFINE FIELD IF NOT EXISTS o ON free TYPE object FLEXIBLE";
    assert!(cause(db, there).await.is_some());
    execute(db, "DEFINE TABLE full SCHEMAFULL").await;
    execute(db, "DEFINE FIELD o ON full TYPE object FLEXIBLE").await;
}

async fn what_is_in_use_is_not_removed(db: &Database) {
    execute(
        db,
        "DEFINE TABLE t; DEFINE TABLE u; DEFINE TABLE v AS SELECT * FROM t, u; \
         DEFINE ANALYZER words TOKENIZERS blank; \
         DEFINE INDEX i ON t FIELDS a FULLTEXT ANALYZER words",
    )
    .await;
    for removal in [
        "REMOVE TABLE t",
        "REMOVE TABLE IF EXISTS u",
        "REMOVE ANALYZER words",
        "REMOVE ANALYZER IF EXISTS words",
    ] {
        assert!(cause(db, removal).await.is_some(), "{removal}");
    }
    execute(
        db,
        "REMOVE TABLE v; REMOVE TABLE t; REMOVE TABLE u; REMOVE ANALYZER words",
    )
    .await;
}

async fn a_variable_that_nothing_sets_is_none(db: &Database) {
    execute(
        db,
        "CREATE t:1 SET status = 'new'; DEFINE PARAM $dim VALUE 3",
    )
    .await;
    execute(
        db,
        "LET $status = 'old'; UPDATE t SET status = $staus, dim = $dim",
    )
    .await;
    assert_eq!(
        ask_text(db, "SELECT * FROM t").await,
        "[{ dim: 3, id: t:1 }]"
    );
}
