//! What a rule says where its example does not show it: another object, another help.

use expect_test::expect_file;
use migrate_files::Lints;

use crate::sets::{numbered, read};

/// Up scripts, one after the other.
const VARIANTS: &[&[&str]] = &[
    // permissions_dropped
    &[
        "DEFINE TABLE t PERMISSIONS FULL; DEFINE FUNCTION fn::f() { 1 } PERMISSIONS NONE",
        "DEFINE TABLE OVERWRITE t; DEFINE FUNCTION OVERWRITE fn::f() { 2 }",
    ],
    // ignored_write
    &[
        "DEFINE TABLE t; DEFINE FIELD a ON t COMPUTED 1",
        "UPDATE t SET a = 2",
    ],
    // unknown_field
    &["DEFINE TABLE t SCHEMAFULL", "UPDATE t SET wholly_new = 1"],
    // narrowed_type
    &[
        "DEFINE TABLE t; DEFINE TABLE u; DEFINE TABLE r TYPE RELATION IN t | u OUT t",
        "DEFINE TABLE OVERWRITE r TYPE RELATION IN t OUT t",
    ],
    &[
        "DEFINE TABLE t SCHEMAFULL; DEFINE FIELD a ON t TYPE option<int>",
        "DEFINE FIELD OVERWRITE a ON t TYPE int",
    ],
    // wrong_default
    &["DEFINE FIELD a ON t TYPE int DEFAULT 1 ASSERT $value > 5"],
    // required_field
    &[
        "DEFINE TABLE t SCHEMAFULL",
        "DEFINE FIELD a ON t TYPE int; DEFINE FIELD b ON t TYPE int; UPDATE t SET a = 1; UPDATE t SET b = 1",
    ],
    // missing_name
    &[
        "DEFINE TABLE person SCHEMAFULL; DEFINE FIELD name ON person TYPE string",
        "DEFINE FUNCTION fn::all() { RETURN SELECT nmae FROM person WHERE fn::is_shown($limits) }; \
         DEFINE FUNCTION fn::count() { RETURN count(SELECT * FROM persons) }; DEFINE PARAM $limit VALUE 1",
        "DEFINE FUNCTION fn::far() { RETURN $another }",
    ],
    &[
        "DEFINE TABLE t SCHEMAFULL; DEFINE TABLE u; DEFINE PARAM $p VALUE 1; DEFINE FUNCTION fn::f() { 1 }; \
         DEFINE FIELD a ON t TYPE option<int>; DEFINE FIELD b ON t VALUE fn::f(); DEFINE FIELD c ON t VALUE $p; \
         DEFINE FUNCTION fn::g() { SELECT VALUE a FROM t; SELECT * FROM u }",
        "REMOVE FUNCTION fn::f; REMOVE PARAM $p; REMOVE FIELD a ON t; UPDATE t UNSET a; DELETE u; REMOVE TABLE u",
    ],
];

#[test]
fn what_each_rule_says_otherwise() {
    let texts = VARIANTS.iter().flat_map(|scripts| {
        let set = read(&numbered(scripts), Lints::default());
        let set = set.unwrap_or_else(|problems| panic!("{problems}"));
        assert!(!set.warnings.is_empty(), "{scripts:#?}");
        set.warnings
            .into_iter()
            .map(|warning| format!("{warning}\n\n"))
    });
    expect_file!["variants.txt"].assert_eq(&texts.collect::<String>());
}
