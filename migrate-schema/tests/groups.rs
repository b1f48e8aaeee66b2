//! Which scripts must not share a transaction, although each of them may run in one of its own.

use migrate_schema::Effect;
use migrate_schema::effect::{Name, summary};
use migrate_schema::parse::parse;
use migrate_schema::rules::{Reason, Replacement, conflicts};

fn effects(script: &str) -> Vec<Effect> {
    let parsed = parse(script);
    assert_eq!(parsed.errors, [], "{script}");
    let statements = parsed.statements.into_iter();
    summary(statements.flat_map(|statement| statement.effects))
}

fn found(scripts: &[&str]) -> Option<(usize, usize, Reason)> {
    let effects: Vec<Vec<Effect>> = scripts.iter().map(|script| effects(script)).collect();
    let conflict = conflicts(effects.iter().map(|effects| &**effects))?;
    Some((conflict.earlier, conflict.later, conflict.reason))
}

const INDEX: &str = "DEFINE INDEX i ON t FIELDS a";

fn table() -> Name {
    "t".into()
}

fn index() -> Name {
    "i".into()
}

#[test]
fn what_one_script_defines_another_must_not_change_or_read() {
    for (scripts, expected) in [
        (
            [INDEX, "DEFINE TABLE u", "UPDATE t SET a = 1"],
            (
                0,
                2,
                Reason::Changes {
                    table: table(),
                    index: index(),
                    field: "a".into(),
                },
            ),
        ),
        (
            ["", INDEX, "DELETE t:1"],
            (
                1,
                2,
                Reason::Deletes {
                    table: table(),
                    index: index(),
                },
            ),
        ),
        (
            [INDEX, "UPDATE t SET b = 1 WHERE a = 1", ""],
            (
                0,
                1,
                Reason::ReadsValues {
                    table: table(),
                    index: index(),
                    field: "a".into(),
                },
            ),
        ),
    ] {
        assert_eq!(found(&scripts), Some(expected), "{scripts:?}");
    }
}

#[test]
fn an_index_must_not_be_defined_behind_what_another_script_wrote_or_removed() {
    let scripts = ["CREATE t", "DEFINE FIELD a ON t", INDEX];
    let lacks = Reason::LacksRecords {
        table: table(),
        index: index(),
        may_come_first: true,
    };
    assert_eq!(found(&scripts), Some((0, 2, lacks)));
    let count = "DEFINE TABLE t; DEFINE INDEX i ON t COUNT";
    let holds = Reason::HoldsRemoved {
        table: table(),
        index: index(),
    };
    assert_eq!(found(&["REMOVE TABLE t", count]), Some((0, 1, holds)));
}

/// An index that is defined before has what is written after it, if no record from before is changed.
#[test]
fn an_index_may_come_first_where_that_is_a_remedy() {
    for (write, expected) in [
        ("CREATE t; INSERT INTO t $rows; RELATE a:1->t->b:1", true),
        ("DEFINE TABLE t; CREATE t; UPSERT t:1", true),
        ("UPSERT t:1", false),
        ("CREATE t; DELETE t", false),
        ("RELATE a:1->t:1->b:1", false),
        ("DEFINE TABLE t AS SELECT * FROM u", false),
    ] {
        match found(&[write, INDEX]) {
            Some((_, _, Reason::LacksRecords { may_come_first, .. })) => {
                assert_eq!(may_come_first, expected, "{write}");
            }
            other => panic!("{write}: {other:?}"),
        }
    }
}

#[test]
fn what_one_script_makes_another_must_not_take_back() {
    let takes_back = |by| Reason::TakesBack { index: index(), by };
    for (scripts, expected) in [
        (
            [INDEX, "", "REMOVE INDEX i ON t"],
            (0, 2, takes_back(Replacement::Removal)),
        ),
        (
            [
                "DEFINE TABLE t; DEFINE INDEX i ON t FIELDS a",
                "CREATE t",
                "REMOVE TABLE t",
            ],
            (0, 2, takes_back(Replacement::TableRemoval)),
        ),
        (
            [
                "REBUILD INDEX i ON t",
                "DEFINE INDEX OVERWRITE i ON t FIELDS b",
                "",
            ],
            (
                0,
                1,
                Reason::RebuiltForNothing {
                    index: index(),
                    by: Replacement::Overwrite,
                },
            ),
        ),
        (
            ["LET $x = sequence::nextval('s')", "", "REMOVE SEQUENCE s"],
            (
                0,
                2,
                Reason::TakesBackSequence {
                    sequence: "s".into(),
                    by: Replacement::Removal,
                },
            ),
        ),
    ] {
        assert_eq!(found(&scripts), Some(expected), "{scripts:?}");
    }
}

#[test]
fn scripts_that_may_share_a_transaction_are_found_so() {
    for scripts in [
        [
            "DEFINE TABLE t",
            "DEFINE INDEX i ON t FIELDS a",
            "CREATE t; UPDATE t SET a = 1; DELETE t",
        ],
        [
            "REMOVE INDEX i ON t",
            "DEFINE INDEX i ON t FIELDS a",
            "UPDATE t SET b = 1",
        ],
        [
            "DEFINE INDEX i ON t FIELDS a",
            "IF $x { REMOVE INDEX i ON t }",
            "CREATE t SET a = 1",
        ],
        [
            "IF $x { CREATE t }",
            "DEFINE INDEX i ON u FIELDS a",
            "UPDATE t SET a = 1",
        ],
        // What is wrong in one script alone is reported there.
        [
            "CREATE t; DEFINE INDEX i ON t FIELDS a",
            "DEFINE TABLE u",
            "CREATE u",
        ],
    ] {
        assert_eq!(found(&scripts), None, "{scripts:?}");
    }
}

#[test]
fn a_summary_has_everything_once() {
    let count = |script: &str| effects(script).len();
    assert_eq!(
        count("CREATE t:1; CREATE t:2; CREATE t; CREATE u; CREATE t:3"),
        2
    );
    assert_eq!(count("UPDATE t SET a = 1; CREATE t; UPDATE t SET a = 2"), 2);
    assert_eq!(
        count("UPDATE t SET a = 1; DEFINE INDEX i ON t FIELDS b; UPDATE t SET a = 2"),
        3
    );
    assert_eq!(count("CREATE t:1; DELETE t:1; CREATE t:1; CREATE t:2"), 4);
    assert_eq!(count("CREATE t:1; CREATE t:2; IF $a { DELETE t:1 }"), 3);
    assert_eq!(
        count("DEFINE FIELD a ON t; DEFINE EVENT e ON t THEN { CREATE u }"),
        0
    );
}

/// Each statement as a script of its own is judged as the statements of one script are.
#[test]
fn a_script_can_be_cut_anywhere() {
    for script in [
        "DEFINE INDEX i ON t FIELDS a; CREATE t:1; UPDATE t:1 SET a = 2; DELETE t:1; UPDATE t SET b = 1",
        "CREATE t:9; DELETE t:9; DEFINE INDEX i ON t FIELDS a",
        "DEFINE TABLE t; DEFINE TABLE v AS SELECT * FROM t; DEFINE INDEX i ON v FIELDS a",
    ] {
        let whole = effects(script);
        for cut in 0..=whole.len() {
            let (before, behind) = whole.split_at(cut);
            assert_eq!(conflicts([before, behind]), None, "{script}");
        }
    }
}
