//! Several transactions in one request: each is committed or fails by itself.

use std::time::Duration;

use serde_json::json;
use surrealdb::types::{ErrorDetails, Value};
use surrealdb::{Surreal, engine::any::Any};
use tests::connection::Database;
use tests::on_every_engine;
use tests::questions::{ask_json, execute};

use crate::outcome::is_conflict;

on_every_engine!(
    what_follows_a_failed_transaction_runs,
    what_follows_a_conflict_runs,
    what_follows_a_script_that_returns_early_runs,
    each_result_stands_in_its_place,
    each_transaction_sees_what_others_committed_before_it_began,
    a_variable_of_one_script_is_known_to_the_next,
    a_variable_of_a_block_or_a_loop_is_not,
    a_time_for_each_statement_is_told,
);

/// Which statements of a request failed, by their index.
async fn failed(db: &Surreal<Any>, request: &str) -> Vec<(usize, surrealdb::Error)> {
    let mut response = db.query(request).await.unwrap();
    let mut errors: Vec<_> = response.take_errors().into_iter().collect();
    errors.sort_unstable_by_key(|(index, _)| *index);
    errors
}

async fn what_follows_a_failed_transaction_runs(db: &Database) {
    let errors = failed(
        db,
        "BEGIN; CREATE t:1; COMMIT; \
         BEGIN; CREATE t:2; THROW 'no'; CREATE t:3; COMMIT; \
         BEGIN; CREATE t:4; COMMIT;",
    )
    .await;
    let indices: Vec<usize> = errors.iter().map(|(index, _)| *index).collect();
    assert_eq!(indices, [4, 5, 6, 7], "{errors:?}");
    assert!(matches!(errors[1].1.details(), ErrorDetails::Thrown));
    let there = ask_json(db, "SELECT VALUE id FROM t").await;
    assert_eq!(there, json!(["t:1", "t:4"]));
}

async fn what_follows_a_conflict_runs(db: &Database) {
    execute(db, "CREATE t:1 SET n = 0").await;
    // The second one sleeps until the other client has written the same record.
    let request = "BEGIN; CREATE t:2; COMMIT; \
                   BEGIN; UPDATE t:1 SET n = 1; sleep(600ms); COMMIT; \
                   BEGIN; CREATE t:3; COMMIT;";
    let other = async {
        for n in 2..100 {
            execute(db, &format!("UPDATE t:1 SET n = {n}")).await;
            tokio::time::sleep(Duration::from_millis(30)).await;
            if ask_json(db, "RETURN record::exists(t:3)").await == true {
                break;
            }
        }
    };
    let (errors, ()) = tokio::join!(failed(db, request), other);
    let indices: Vec<usize> = errors.iter().map(|(index, _)| *index).collect();
    assert_eq!(indices, [4, 5, 6], "{errors:?}");
    assert!(errors.iter().any(|(_, error)| is_conflict(error)));
    let there = ask_json(db, "SELECT VALUE id FROM t").await;
    assert_eq!(there, json!(["t:1", "t:2", "t:3"]));
}

/// And the results of what it skips are missing.
async fn what_follows_a_script_that_returns_early_runs(db: &Database) {
    let request = "BEGIN; CREATE t:1; { RETURN 5 }; CREATE t:2; COMMIT; \
                   BEGIN; CREATE t:3; COMMIT;";
    let mut response = db.query(request).await.unwrap();
    assert!(response.take_errors().is_empty());
    assert_eq!(response.num_statements(), 7);
    let there = ask_json(db, "SELECT VALUE id FROM t").await;
    assert_eq!(there, json!(["t:1", "t:3"]));
}

async fn each_result_stands_in_its_place(db: &Database) {
    let request = "BEGIN; 1; COMMIT; BEGIN; 2; 3; COMMIT;";
    let mut response = db.query(request).await.unwrap();
    assert_eq!(response.num_statements(), 7);
    let results = (0..7).map(|index| response.take::<Value>(index).unwrap());
    let results: Vec<_> = results.map(Value::into_json_value).collect();
    assert_eq!(json!(results), json!([null, 1, null, null, 2, 3, null]));
}

async fn each_transaction_sees_what_others_committed_before_it_began(db: &Database) {
    execute(db, "DEFINE TABLE t").await;
    let request = "BEGIN; sleep(600ms); COMMIT; \
                   BEGIN; IF !record::exists(t:1) { THROW 'not there' }; CREATE t:2; COMMIT;";
    let other = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        execute(db, "CREATE t:1").await;
    };
    let (errors, ()) = tokio::join!(failed(db, request), other);
    assert!(errors.is_empty(), "{errors:?}");
}

async fn a_variable_of_one_script_is_known_to_the_next(db: &Database) {
    let request = "BEGIN; LET $x = 1; COMMIT; BEGIN; CREATE t:1 SET x = $x; COMMIT;";
    execute(db, request).await;
    assert_eq!(ask_json(db, "RETURN t:1.x").await, 1);
}

async fn a_variable_of_a_block_or_a_loop_is_not(db: &Database) {
    let request = "BEGIN; { LET $x = 1 }; FOR $y IN [1] { LET $z = 1 }; \
                   IF true { LET $w = 1 }; COMMIT; \
                   BEGIN; CREATE t:1 SET found = [$x, $y, $z, $w]; COMMIT;";
    execute(db, request).await;
    let found = ask_json(db, "RETURN t:1.found").await;
    assert_eq!(found, json!([null, null, null, null]));
}

async fn a_time_for_each_statement_is_told(db: &Database) {
    let request = "BEGIN; sleep(50ms); COMMIT; BEGIN; 1; COMMIT;";
    let mut response = db.query(request).with_stats().await.unwrap();
    let mut times = Vec::new();
    for index in 0..6 {
        let (stats, _) = response.take::<Value>(index).unwrap();
        times.push(stats.execution_time.unwrap_or_default());
    }
    assert!(times[1] >= Duration::from_millis(50), "{times:?}");
    assert!(times[4] < Duration::from_millis(50), "{times:?}");
}
