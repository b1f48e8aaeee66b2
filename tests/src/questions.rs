//! Questions to a database, and what is done to it by hand.

use std::collections::BTreeMap;

use surrealdb::Surreal;
use surrealdb::engine::any::Any;
use surrealdb::types::{ToSql, Value};

/// Runs a query; every statement of it has to succeed.
pub async fn execute(db: &Surreal<Any>, query: &str) {
    let response = db.query(query).await.expect("the query arrives");
    response
        .check()
        .unwrap_or_else(|error| panic!("{query}: {error}"));
}

/// The answer to a query's last statement.
pub async fn ask(db: &Surreal<Any>, query: &str) -> Value {
    let response = db.query(query).await.expect("the query arrives");
    let mut response = response
        .check()
        .unwrap_or_else(|error| panic!("{query}: {error}"));
    let last = response.num_statements() - 1;
    response.take(last).expect("the statement has a value")
}

/// The same as text.
pub async fn ask_text(db: &Surreal<Any>, query: &str) -> String {
    ask(db, query).await.to_sql()
}

/// The same as JSON.
pub async fn ask_json(db: &Surreal<Any>, query: &str) -> serde_json::Value {
    ask(db, query).await.into_json_value()
}

/// The definitions of a database and of each of its tables, apart from tables that begin with an
/// underscore.
pub async fn schema(db: &Surreal<Any>) -> BTreeMap<String, serde_json::Value> {
    let mut schema = BTreeMap::new();
    let mut info = ask_json(db, "INFO FOR DB").await;
    let tables = info["tables"]
        .as_object_mut()
        .expect("a database has tables");
    tables.retain(|name, _| !name.starts_with('_'));
    for name in tables.keys() {
        let table = ask_json(db, &format!("INFO FOR TABLE {name}")).await;
        schema.insert(name.clone(), table);
    }
    schema.insert("database".to_owned(), info);
    schema
}

/// How often each migration of a counted set was applied, and how many records each has made.
pub async fn counts(db: &Surreal<Any>, versions: u32) -> Vec<(i64, i64)> {
    let mut counts = Vec::new();
    for version in 1..=versions {
        let up = ask_json(db, &format!("RETURN counter:{version}.up ?? 0")).await;
        let made = format!(
            "RETURN IF (INFO FOR DB).tables.thing_{version} {{ count(SELECT * FROM thing_{version}) }} ELSE {{ 0 }}"
        );
        let made = ask_json(db, &made).await;
        counts.push((up.as_i64().unwrap_or(-1), made.as_i64().unwrap_or(-1)));
    }
    counts
}
