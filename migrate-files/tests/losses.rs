//! What running a script takes away.

use migrate_files::{Lint, Script, allows, losses};

fn lost(text: &'static str) -> Vec<String> {
    let script = Script::new("migrations/1.surql", text);
    losses(&script).iter().map(ToString::to_string).collect()
}

#[test]
fn tables_records_and_fields_are_named_once() {
    let text = "REMOVE TABLE a; DELETE b; DELETE b WHERE x = 1; REMOVE FIELD c ON b;";
    assert_eq!(
        lost(text),
        [
            "table `a`",
            "records of table `b`",
            "field `c` of table `b`"
        ]
    );
}

#[test]
fn what_goes_with_a_table_or_a_field_is_not_named() {
    assert_eq!(
        lost(
            "REMOVE FIELD c ON b; REMOVE TABLE b; REMOVE FIELD d.* ON e; REMOVE FIELD d ON e; REMOVE FIELD dd ON e;"
        ),
        [
            "table `b`",
            "field `d` of table `e`",
            "field `dd` of table `e`"
        ]
    );
}

#[test]
fn what_may_be_lost_counts() {
    assert_eq!(
        lost("IF $old { REMOVE TABLE a; DELETE b; };"),
        ["table `a`", "records of table `b`"]
    );
}

#[test]
fn nothing_is_lost_of_what_the_script_makes_itself() {
    assert_eq!(
        lost("DEFINE TABLE a; CREATE a; DELETE a; REMOVE TABLE a; REMOVE INDEX i ON b;"),
        [""; 0]
    );
}

#[test]
fn what_is_meant_is_allowed_by_a_directive() {
    let text = "-- migrate: allow table_removed: nobody has used it\nREMOVE TABLE a;";
    let script = Script::new("migrations/1.surql", text);
    assert!(allows(&script, Lint::TableRemoved));
    assert!(!allows(&script, Lint::EdgesLeft));
}
