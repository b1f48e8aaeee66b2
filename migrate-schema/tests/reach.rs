//! What a migration must leave alone, and what a text from a database is searched for.

use migrate_schema::parse::{parse, reaches_outside};
use migrate_schema::rules::check;
use migrate_schema::{Execution, Outside};

fn refused(text: &str) -> Vec<String> {
    let parsed = parse(text);
    assert_eq!(parsed.errors, [], "{text}");
    let refusals = [Execution::Transaction, Execution::PerStatement].map(|execution| {
        let refusals = check(&parsed.statements, execution, "_history").into_iter();
        let messages = refusals.map(|refusal| refusal.message.into_owned());
        let mut messages: Vec<String> = messages.collect();
        messages.retain(|message| !message.contains("would not see this variable"));
        messages
    });
    let [transaction, per_statement] = refusals;
    assert_eq!(transaction, per_statement, "{text}");
    transaction
}

#[test]
fn the_tables_of_the_history_are_not_changed_by_a_migration() {
    for table in ["_history", "_history_lease", "_history_progress"] {
        for statement in [
            "CREATE %:1",
            "UPDATE % SET version = 1",
            "UPSERT %:1",
            "DELETE %",
            "INSERT INTO % { version: 1 }",
            "INSERT INTO a $rows; UPDATE type::table('%')",
            "RELATE a:1->%->b:1",
            "DEFINE TABLE % SCHEMALESS",
            "DEFINE TABLE OVERWRITE % AS SELECT * FROM a",
            "DEFINE FIELD a ON %",
            "DEFINE INDEX a ON % FIELDS a",
            "DEFINE EVENT a ON % THEN { CREATE b }",
            "ALTER TABLE % SCHEMALESS",
            "ALTER FIELD a ON % TYPE int",
            "REMOVE TABLE IF EXISTS %",
            "REMOVE FIELD a ON %",
            "REMOVE INDEX a ON %",
            "REMOVE EVENT a ON %",
            "REBUILD INDEX a ON %",
            "IF $a { { DELETE `%` } }",
            "FOR $row IN (SELECT * FROM %) { DELETE $row.id }",
            "CREATE a SET x = [(UPDATE %)]",
            "SELECT (DELETE %) FROM a",
        ] {
            let statement = statement.replace('%', table);
            let messages = refused(&statement);
            let belongs = format!("`{table}` belongs to the migrations themselves");
            assert!(
                matches!(&*messages, [message] if message.starts_with(&belongs)),
                "{statement}: {messages:?}"
            );
        }
    }
    for fine in [
        "LET $applied = (SELECT * FROM _history)",
        "CREATE a SET versions = (SELECT VALUE version FROM _history)",
        "DELETE _other_history",
        "DELETE _history_of_mine",
        "DEFINE TABLE a AS SELECT * FROM _history",
        "DEFINE FUNCTION fn::f() { DELETE _history }",
        "UPDATE a SET _history = 1",
    ] {
        assert!(refused(fine).is_empty(), "{fine}");
    }
}

#[test]
fn a_migration_stays_in_its_database() {
    for (statement, reason) in [
        ("REMOVE DATABASE app", "this removes a database"),
        ("REMOVE DATABASE IF EXISTS $name", "this removes a database"),
        ("IF $a { REMOVE NAMESPACE app }", "this removes a namespace"),
        (
            "ALTER SYSTEM QUERY_TIMEOUT 1s",
            "this alters the settings of the whole system",
        ),
    ] {
        let messages = refused(statement);
        assert!(
            matches!(&*messages, [message] if message.starts_with(reason)),
            "{statement}: {messages:?}"
        );
    }
    for fine in [
        "DEFINE DATABASE archive",
        "DEFINE NAMESPACE archive",
        "DEFINE USER u ON ROOT PASSWORD 'x'",
        "DEFINE USER u ON DATABASE PASSWORD 'x'",
        "REMOVE USER u ON NAMESPACE",
        "DEFINE FUNCTION fn::f() { REMOVE DATABASE app }",
    ] {
        assert!(refused(fine).is_empty(), "{fine}");
    }
}

#[test]
fn what_a_text_from_a_database_reaches_is_found_at_any_depth() {
    for (text, expected) in [
        ("USE DB other", Outside::Use),
        ("DEFINE NAMESPACE x", Outside::Namespace),
        ("ALTER NAMESPACE COMPACT", Outside::Namespace),
        ("REMOVE NAMESPACE x", Outside::RemovesNamespace),
        ("DEFINE DATABASE x", Outside::Database),
        ("REMOVE DATABASE x", Outside::RemovesDatabase),
        ("ALTER SYSTEM COMPACT", Outside::AltersSystem),
        ("DEFINE USER u ON ROOT PASSWORD 'x'", Outside::User),
        ("DEFINE USER OVERWRITE u ON NS PASSWORD 'x'", Outside::User),
        ("ALTER USER u ON ROOT PASSWORD 'x'", Outside::User),
        ("REMOVE USER u ON NAMESPACE", Outside::User),
        (
            "DEFINE ACCESS a ON ROOT TYPE BEARER FOR USER",
            Outside::Access,
        ),
        ("ALTER ACCESS a ON NAMESPACE COMMENT 'x'", Outside::Access),
        ("REMOVE ACCESS a ON ROOT", Outside::Access),
        ("ACCESS a ON ROOT GRANT FOR USER u", Outside::Access),
        ("LET $x = (INFO FOR ROOT)", Outside::Info),
        ("INFO FOR USER u ON NAMESPACE", Outside::Info),
        (
            "DEFINE CONFIG DEFAULT NAMESPACE a DATABASE b",
            Outside::DefaultConfig,
        ),
        (
            "RETURN eval::surql('REMOVE ' + 'DATABASE x')",
            Outside::Evaluates,
        ),
        ("RETURN function() { return 1 }", Outside::Evaluates),
        (
            "DEFINE FUNCTION fn::f() { REMOVE DATABASE x }",
            Outside::RemovesDatabase,
        ),
        (
            "DEFINE EVENT e ON t THEN { REMOVE DATABASE x }",
            Outside::RemovesDatabase,
        ),
        (
            "DEFINE FIELD f ON t VALUE { REMOVE DATABASE x }",
            Outside::RemovesDatabase,
        ),
        (
            "LET $f = || { REMOVE DATABASE x }",
            Outside::RemovesDatabase,
        ),
        (
            "UPDATE t SET a = (REMOVE DATABASE x)",
            Outside::RemovesDatabase,
        ),
        (
            "SELECT * FROM t ORDER BY a LIMIT { REMOVE DATABASE x; 1 }",
            Outside::RemovesDatabase,
        ),
        ("CREATE t:[{ REMOVE DATABASE x }]", Outside::RemovesDatabase),
        (
            "UPDATE t SET a = b[WHERE { REMOVE DATABASE x }]",
            Outside::RemovesDatabase,
        ),
        ("THIS DOES NOT PARSE", Outside::Unreadable),
    ] {
        let before = "DEFINE TABLE t;\n";
        let text = format!("{before}{text};");
        let found = reaches_outside(&text);
        let [(span, outside)] = *found else {
            panic!("{text}: {found:?}");
        };
        assert_eq!(outside, expected, "{text}");
        assert_eq!(span.start as usize, before.len(), "{text}");
    }
    for fine in [
        "DEFINE USER u ON DATABASE PASSWORD 'REMOVE DATABASE x'",
        "DEFINE FIELD root ON namespace; DELETE root; UPDATE t SET use = 1",
        "REMOVE TABLE t; -- REMOVE DATABASE x",
        "INFO FOR DB",
        "DEFINE CONFIG GRAPHQL AUTO",
    ] {
        assert_eq!(reaches_outside(fine), [], "{fine}");
    }
}

/// Each clause that can hold an expression. `%` is one that removes a database.
#[test]
fn every_clause_is_searched() {
    for clause in [
        "SELECT % FROM t",
        "SELECT VALUE % FROM t",
        "SELECT a AS b, % AS c FROM t",
        "SELECT * FROM t WHERE %",
        "SELECT * FROM t START %",
        "SELECT * FROM t LIMIT %",
        "SELECT * FROM t TIMEOUT %",
        "SELECT * FROM t FETCH a[WHERE %]",
        "SELECT ->(likes WHERE %) FROM t",
        "SELECT ->(SELECT % FROM likes) FROM t",
        "SELECT a.{ b: c[WHERE %] } FROM t",
        "SELECT a.b(%) FROM t",
        "CREATE t SET a = %",
        "CREATE t CONTENT { a: [%] }",
        "CREATE t:{ a: % }",
        "CREATE t RETURN %",
        "UPDATE t:[1]..[%]",
        "UPDATE t MERGE { a: % }",
        "UPDATE t SET a = 1 WHERE % RETURN a",
        "UPSERT t SET a = 1 WHERE %",
        "DELETE t WHERE %",
        "DELETE t RETURN %",
        "INSERT INTO t (a) VALUES (%)",
        "INSERT INTO t { a: 1 } ON DUPLICATE KEY UPDATE a = %",
        "RELATE a:1->r->b:1 SET a = %",
        "LET $a = %",
        "RETURN %",
        "THROW %",
        "FOR $a IN % { 1 }",
        "IF % { 1 }",
        "IF true { 1 } ELSE IF false { 2 } ELSE { % }",
        "LET $a = |$b| %",
        "LET $a = $b.map(|$c| %)",
        "LET $a = $b[%]",
        "LET $a = !%",
        "LET $a = 1 + %",
        "LET $a = fn::f(%)",
        "INFO FOR TABLE %",
        "DEFINE TABLE t PERMISSIONS FOR select WHERE %",
        "DEFINE TABLE t AS SELECT % FROM u",
        "DEFINE TABLE t AS SELECT a FROM u WHERE %",
        "DEFINE FIELD a ON t VALUE %",
        "DEFINE FIELD a ON t ASSERT %",
        "DEFINE FIELD a ON t COMPUTED %",
        "DEFINE FIELD a ON t DEFAULT %",
        "DEFINE FIELD a ON t DEFAULT ALWAYS %",
        "DEFINE FIELD a ON t PERMISSIONS FOR update WHERE %",
        "DEFINE FIELD a ON t TYPE record<u> REFERENCE ON DELETE THEN %",
        "DEFINE EVENT e ON t WHEN % THEN 1",
        "DEFINE EVENT e ON t THEN %",
        "DEFINE INDEX i ON t COUNT WHERE %",
        "DEFINE FUNCTION fn::f() { % }",
        "DEFINE FUNCTION fn::f() { 1 } PERMISSIONS WHERE %",
        "DEFINE PARAM $a VALUE %",
        "DEFINE PARAM $a VALUE 1 PERMISSIONS WHERE %",
        "DEFINE ACCESS a ON DATABASE TYPE RECORD SIGNUP %",
        "DEFINE ACCESS a ON DATABASE TYPE RECORD SIGNIN %",
        "DEFINE ACCESS a ON DATABASE TYPE RECORD AUTHENTICATE %",
        "DEFINE API '/a' FOR get THEN %",
        "ALTER TABLE t PERMISSIONS FOR select WHERE %",
        "ALTER FIELD a ON t VALUE %",
        "ALTER FIELD a ON t ASSERT %",
        "ALTER FIELD a ON t DEFAULT %",
        "ALTER FIELD a ON t PERMISSIONS FOR update WHERE %",
        "ALTER EVENT e ON t WHEN %",
        "ALTER EVENT e ON t THEN %",
        "ALTER PARAM $a VALUE %",
    ] {
        let text = format!("{};", clause.replace('%', "{ REMOVE DATABASE x; true }"));
        assert_eq!(parse(&text).errors, [], "{text}");
        let found = reaches_outside(&text);
        assert!(
            matches!(*found, [(_, Outside::RemovesDatabase)]),
            "{text}: {found:?}"
        );
    }
}

#[test]
fn what_is_of_the_database_is_not_outside() {
    for (inside, outside) in [
        (
            "DEFINE USER u ON DATABASE PASSWORD 'x'",
            "DEFINE USER u ON NAMESPACE PASSWORD 'x'",
        ),
        (
            "ALTER USER u ON DATABASE ROLES VIEWER",
            "ALTER USER u ON ROOT ROLES VIEWER",
        ),
        ("REMOVE USER u ON DATABASE", "REMOVE USER u ON ROOT"),
        (
            "DEFINE ACCESS a ON DATABASE TYPE BEARER FOR USER",
            "DEFINE ACCESS a ON NAMESPACE TYPE BEARER FOR USER",
        ),
        (
            "ALTER ACCESS a ON DATABASE COMMENT 'x'",
            "ALTER ACCESS a ON NAMESPACE COMMENT 'x'",
        ),
        ("REMOVE ACCESS a ON DATABASE", "REMOVE ACCESS a ON ROOT"),
        ("INFO FOR USER u ON DATABASE", "INFO FOR USER u ON ROOT"),
        ("RETURN string::len('x')", "RETURN eval::surql('x')"),
        ("REMOVE CONFIG GRAPHQL", "REMOVE CONFIG DEFAULT"),
    ] {
        assert_eq!(parse(inside).errors, [], "{inside}");
        assert_eq!(reaches_outside(inside), [], "{inside}");
        assert_eq!(reaches_outside(outside).len(), 1, "{outside}");
    }
}
