//! Which statements a migration may not hold, whatever their table.

use migrate_schema::Execution;
use migrate_schema::parse::parse;
use migrate_schema::rules::check;

/// The statements of a script that are refused.
fn refused(text: &str, execution: Execution) -> Vec<&str> {
    let parsed = parse(text);
    let refusals = check(&parsed.statements, execution, "_sbl_migrations").into_iter();
    refusals.map(|refusal| refusal.span.text(text)).collect()
}

#[test]
fn statements_that_break_the_history_are_refused() {
    for statement in [
        "BEGIN;",
        "BEGIN TRANSACTION;",
        "COMMIT;",
        "CANCEL;",
        "USE NS a DB b;",
        "RETURN 1;",
        "BREAK;",
        "CONTINUE;",
        "LIVE SELECT * FROM a;",
        "KILL u'018e2f1e-2f1e-7000-8000-000000000000';",
        "SHOW CHANGES FOR TABLE a SINCE 0;",
        "OPTION IMPORT;",
    ] {
        let script = format!("CREATE a; {statement} CREATE b;");
        for execution in [Execution::Transaction, Execution::PerStatement] {
            assert_eq!(refused(&script, execution), [statement], "{execution:?}");
        }
        assert_eq!(refused(statement, Execution::Transaction), [statement]);
    }
}

#[test]
fn a_variable_does_not_reach_the_next_statement_by_itself() {
    let script = "LET $a = 1; CREATE b SET c = $a;";
    assert_eq!(refused(script, Execution::PerStatement), ["LET $a = 1;"]);
    assert_eq!(refused(script, Execution::Transaction), [""; 0]);
    let block = "{ LET $a = 1; CREATE b SET c = $a };";
    assert_eq!(refused(block, Execution::PerStatement), [""; 0]);
}

#[test]
fn a_return_inside_of_a_statement_is_refused_unless_it_is_the_last() {
    for inside in [
        "IF true { RETURN 1 };",
        "{ RETURN 1 };",
        "LET $a = { RETURN 1 };",
    ] {
        let before = format!("{inside} CREATE a;");
        assert_eq!(refused(&before, Execution::Transaction), [inside]);
        let last = format!("CREATE a; {inside}");
        assert_eq!(refused(&last, Execution::Transaction), [""; 0]);
        let twice = format!("{inside} {inside}");
        assert_eq!(refused(&twice, Execution::Transaction), [inside]);
    }
}

#[test]
fn a_break_inside_of_a_statement_is_refused_everywhere() {
    for inside in ["IF true { BREAK };", "{ CONTINUE };"] {
        let script = format!("{inside} CREATE a; {inside}");
        assert_eq!(refused(&script, Execution::Transaction), [inside, inside]);
    }
    let sound = "FOR $i IN [1] { IF $i { CONTINUE }; BREAK }; CREATE a;";
    assert_eq!(refused(sound, Execution::Transaction), [""; 0]);
}
