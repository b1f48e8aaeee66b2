//! `migrate schema`.

use expect_test::expect;

use crate::support::{PEOPLE, Shell};

/// Everything that is printed in another way.
const SHOP: &[(&str, &str)] = &[
    (
        "1_shop.up.surql",
        "\
DEFINE TABLE buyer SCHEMAFULL PERMISSIONS FOR select WHERE id = $auth.id;
DEFINE FIELD name ON buyer TYPE string;
DEFINE FIELD email ON buyer TYPE string ASSERT string::is_email($value);
DEFINE INDEX buyer_email ON buyer FIELDS email UNIQUE;
DEFINE TABLE item SCHEMAFULL;
DEFINE FIELD tags ON item TYPE array<string>;
DEFINE FIELD size ON item TYPE 'small' | 'large';
DEFINE FIELD maker ON item TYPE option<record<buyer>>;
DEFINE TABLE bought TYPE RELATION IN buyer OUT item SCHEMAFULL;
DEFINE FIELD at ON bought TYPE datetime DEFAULT time::now() READONLY;
DEFINE TABLE sales AS SELECT count() AS items, out AS item FROM bought GROUP BY out;
DEFINE FUNCTION fn::total($buyer: record<buyer>) -> int {
    -- Each edge is an item.
    RETURN count($buyer->bought);
};
DEFINE EVENT sold ON bought WHEN $event = 'CREATE' THEN { CREATE log SET item = $after.out };
DEFINE USER clerk ON DATABASE PASSWORD 'secret' ROLES VIEWER;
",
    ),
    (
        "1_shop.down.surql",
        "REMOVE USER clerk ON DATABASE; REMOVE TABLE sales; DELETE bought; REMOVE TABLE bought; REMOVE TABLE item; REMOVE TABLE buyer; REMOVE FUNCTION fn::total;",
    ),
    (
        "2_perhaps.up.surql",
        "FOR $name IN ['a', 'b'] { IF true { DEFINE TABLE perhaps } }; ALTER TABLE buyer COMMENT 'who buys';",
    ),
    (
        "2_perhaps.down.surql",
        "REMOVE TABLE IF EXISTS perhaps; ALTER TABLE buyer DROP COMMENT;",
    ),
];

#[test]
fn as_surrealql() {
    let shell = Shell::new(SHOP);
    expect![[r#""#]].assert_eq(&shell.run("schema"));
}

#[test]
fn as_a_diagram() {
    let shell = Shell::new(SHOP);
    expect![[r#""#]].assert_eq(&shell.run("schema --format mermaid"));
}

#[test]
fn as_data() {
    let shell = Shell::new(PEOPLE);
    expect![[r#""#]].assert_eq(&shell.run("schema --at 1 --format json"));
}

#[test]
fn at_an_earlier_version() {
    let shell = Shell::new(PEOPLE);
    expect![[r#""#]].assert_eq(&shell.run("schema --at 1"));
    expect![[r#""#]].assert_eq(&shell.run("schema --at 4"));
}

#[test]
fn a_file_of_it_is_compared() {
    let shell = Shell::new(PEOPLE);
    shell.write("schema.surql", &shell.succeed("schema"));
    expect![[r#""#]].assert_eq(&shell.run("schema --check schema.surql"));
    // A checkout on Windows is the same.
    let windows = shell.succeed("schema").replace('\n', "\r\n");
    shell.write("schema.surql", &windows);
    shell.succeed("schema --check schema.surql");
    shell.write("schema.surql", &shell.succeed("schema --at 2"));
    expect![[r#""#]].assert_eq(&shell.run("schema --check schema.surql"));
    expect![[r#""#]].assert_eq(&shell.run("schema --check nothing.surql"));
}

/// A migration that changes no definition does not make the file stale.
#[test]
fn it_says_nothing_of_versions() {
    let shell = Shell::new(PEOPLE);
    let before = shell.succeed("schema");
    shell.write("migrations/004_data.up.surql", "CREATE pet:rex;\n");
    shell.write("migrations/004_data.down.surql", "DELETE pet:rex;\n");
    assert_eq!(shell.succeed("schema"), before);
}

#[test]
fn a_set_that_is_not_sound_has_none() {
    let shell = Shell::new(&[("1.up.surql", "DEFINE TABEL a;")]);
    expect![[r#""#]].assert_eq(&shell.run("schema"));
}
