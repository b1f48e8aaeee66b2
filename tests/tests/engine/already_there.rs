//! Definitions of what is there already: which of them the error kind identifies.

use surrealdb::types::{AlreadyExistsError, ErrorDetails, NotFoundError};
use tests::connection::Database;
use tests::on_every_engine;
use tests::questions::execute;

use crate::outcome::{cause, in_transaction};

on_every_engine!(
    a_table_record_database_or_namespace_that_exists_is_identified_by_its_kind,
    anything_else_that_exists_is_identified_by_its_message_alone,
    a_table_database_or_namespace_that_is_missing_is_identified_by_its_kind,
    anything_else_that_is_missing_is_identified_by_its_message_alone,
);

async fn a_table_record_database_or_namespace_that_exists_is_identified_by_its_kind(db: &Database) {
    execute(
        db,
        "CREATE t:1; DEFINE DATABASE other; DEFINE NAMESPACE IF NOT EXISTS other",
    )
    .await;
    let name = "other".to_owned();
    for (script, details) in [
        (
            "DEFINE TABLE t",
            AlreadyExistsError::Table { name: "t".into() },
        ),
        (
            "DEFINE TABLE t AS SELECT * FROM t",
            AlreadyExistsError::Table { name: "t".into() },
        ),
        (
            "CREATE t:1",
            AlreadyExistsError::Record { id: "t:1".into() },
        ),
        (
            "INSERT INTO t { id: 1 }",
            AlreadyExistsError::Record { id: "t:1".into() },
        ),
        (
            "DEFINE DATABASE other",
            AlreadyExistsError::Database { name: name.clone() },
        ),
        (
            "DEFINE NAMESPACE other",
            AlreadyExistsError::Namespace { name: name.clone() },
        ),
    ] {
        for request in [script.to_owned(), in_transaction(script)] {
            let error = cause(db, &request).await.unwrap();
            let expected = ErrorDetails::AlreadyExists(Some(details.clone()));
            assert_eq!(*error.details(), expected, "{script}: {error}");
        }
    }
}

async fn anything_else_that_exists_is_identified_by_its_message_alone(db: &Database) {
    execute(db, "DEFINE TABLE t").await;
    for (definition, message) in [
        ("FIELD a ON t", "The field 'a' already exists"),
        ("INDEX i ON t FIELDS a", "The index 'i' already exists"),
        ("EVENT e ON t THEN {}", "The event 'e' already exists"),
        (
            "FUNCTION fn::f() { RETURN 1 }",
            "The function 'fn::f' already exists",
        ),
        ("PARAM $p VALUE 1", "The param '$p' already exists"),
        (
            "ANALYZER words TOKENIZERS blank",
            "The analyzer 'words' already exists",
        ),
        ("SEQUENCE s", "The sequence 's' already exists"),
        (
            "CONFIG GRAPHQL AUTO",
            "The config for graphql already exists",
        ),
        (
            "API '/x' FOR get THEN { {} }",
            "The api '/x' already exists",
        ),
        (
            "ACCESS a ON DATABASE TYPE RECORD",
            "The access method 'a' already exists in the database 'app'",
        ),
        (
            "USER u ON DATABASE PASSWORD 'x' ROLES VIEWER",
            "The user 'u' already exists in the database 'app'",
        ),
    ] {
        execute(db, &format!("DEFINE {definition}")).await;
        let script = format!("DEFINE {definition}");
        for request in [script.clone(), in_transaction(&script)] {
            let error = cause(db, &request).await.unwrap();
            assert_eq!(*error.details(), ErrorDetails::Internal, "{script}");
            assert_eq!(error.message(), message);
        }
    }
}

async fn a_table_database_or_namespace_that_is_missing_is_identified_by_its_kind(db: &Database) {
    let name = "missing".to_owned();
    for (statement, details) in [
        (
            "REMOVE TABLE missing",
            NotFoundError::Table { name: name.clone() },
        ),
        (
            "ALTER TABLE missing SCHEMAFULL",
            NotFoundError::Table { name: name.clone() },
        ),
        (
            "UPDATE missing SET a = 1",
            NotFoundError::Table { name: name.clone() },
        ),
        (
            "REMOVE DATABASE missing",
            NotFoundError::Database { name: name.clone() },
        ),
        (
            "REMOVE NAMESPACE missing",
            NotFoundError::Namespace { name: name.clone() },
        ),
    ] {
        let error = cause(db, statement).await.unwrap();
        let expected = ErrorDetails::NotFound(Some(details));
        assert_eq!(*error.details(), expected, "{statement}: {error}");
    }
}

async fn anything_else_that_is_missing_is_identified_by_its_message_alone(db: &Database) {
    execute(db, "DEFINE TABLE t").await;
    for (removal, message) in [
        ("FIELD a ON t", "The field 'a' does not exist"),
        ("FIELD a ON missing", "The field 'a' does not exist"),
        ("INDEX i ON t", "The index 'i' does not exist"),
        ("EVENT e ON t", "The event 'e' does not exist"),
        ("FUNCTION fn::f", "The function 'fn::f' does not exist"),
        ("PARAM $p", "The param '$p' does not exist"),
        ("ANALYZER words", "The analyzer 'words' does not exist"),
        ("SEQUENCE s", "The sequence 's' does not exist"),
        (
            "USER u ON DATABASE",
            "The user 'u' does not exist in the database 'app'",
        ),
    ] {
        let error = cause(db, &format!("REMOVE {removal}")).await.unwrap();
        assert_eq!(*error.details(), ErrorDetails::Internal, "{removal}");
        assert_eq!(error.message(), message);
    }
}
