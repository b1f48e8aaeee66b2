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
    expect![[r#"
        -- The schema that the migrations make, as `migrate schema` writes it. Change it by a migration.

        DEFINE FUNCTION fn::total($buyer: record<buyer>) -> int {
            -- Each edge is an item.
            RETURN count($buyer->bought);
        };

        DEFINE TABLE bought TYPE RELATION IN buyer OUT item SCHEMAFULL;
        DEFINE FIELD at ON bought TYPE datetime DEFAULT time::now() READONLY;
        DEFINE EVENT sold ON bought WHEN $event = 'CREATE' THEN { CREATE log SET item = $after.out };

        DEFINE TABLE buyer TYPE NORMAL SCHEMAFULL COMMENT 'who buys' PERMISSIONS FOR select WHERE id = $auth.id, FOR create, update, delete NONE;
        DEFINE FIELD email ON buyer TYPE string ASSERT string::is_email($value);
        DEFINE FIELD name ON buyer TYPE string;
        DEFINE INDEX buyer_email ON buyer FIELDS email UNIQUE;

        DEFINE TABLE item SCHEMAFULL;
        DEFINE FIELD maker ON item TYPE option<record<buyer>>;
        DEFINE FIELD size ON item TYPE 'small' | 'large';
        DEFINE FIELD tags ON item TYPE array<string>;

        DEFINE TABLE sales AS SELECT count() AS items, out AS item FROM bought GROUP BY out;

        -- Left out:
        -- - table `log`: the scripts do not tell what they make of it
        -- - table `perhaps`: the scripts do not tell what they make of it
        -- - user `clerk`: its definition holds a secret
    "#]].assert_eq(&shell.run("schema"));
}

#[test]
fn as_a_diagram() {
    let shell = Shell::new(SHOP);
    expect![[r#"
        erDiagram
            bought {
                datetime at
                record(buyer) in FK
                record(item) out FK
            }
            buyer {
                string email UK
                string name
            }
            item {
                option(record(buyer)) maker FK
                string size "'small' | 'large'"
                array(string) tags
            }
            sales {
            }
            bought }o--|| buyer : "in"
            bought }o--|| item : "out"
            item }o--o| buyer : "maker"
            sales }o..o{ bought : "view of"
    "#]]
    .assert_eq(&shell.run("schema --format mermaid"));
}

#[test]
fn as_data() {
    let shell = Shell::new(PEOPLE);
    expect![[r#"
        {
          "tables": [
            {
              "name": "person",
              "kind": "normal",
              "schemafull": true,
              "sources": [],
              "fields": [
                {
                  "name": "name",
                  "type": "string",
                  "optional": false,
                  "links": [],
                  "default": null,
                  "value": null,
                  "assert": null,
                  "computed": null,
                  "readonly": false,
                  "flexible": false,
                  "reference": false,
                  "comment": null,
                  "definition": "DEFINE FIELD name ON person TYPE string PERMISSIONS FULL"
                }
              ],
              "indexes": [],
              "events": [],
              "definition": "DEFINE TABLE person TYPE NORMAL SCHEMAFULL PERMISSIONS NONE"
            }
          ],
          "others": [],
          "unclear": []
        }
    "#]]
    .assert_eq(&shell.run("schema --at 1 --format json"));
}

#[test]
fn at_an_earlier_version() {
    let shell = Shell::new(PEOPLE);
    expect![[r#"
        -- The schema that the migrations make, as `migrate schema` writes it. Change it by a migration.

        DEFINE TABLE person SCHEMAFULL;
        DEFINE FIELD name ON person TYPE string;
    "#]].assert_eq(&shell.run("schema --at 1"));
    expect![[r#"
        stderr: error: there is no migration 4: the last one is 3
        exit status: 3
    "#]]
    .assert_eq(&shell.run("schema --at 4"));
}

#[test]
fn a_file_of_it_is_compared() {
    let shell = Shell::new(PEOPLE);
    shell.write("schema.surql", &shell.succeed("schema"));
    expect![[r#"
        schema.surql is what the migrations make
    "#]]
    .assert_eq(&shell.run("schema --check schema.surql"));
    // A checkout on Windows is the same.
    let windows = shell.succeed("schema").replace('\n', "\r\n");
    shell.write("schema.surql", &windows);
    shell.succeed("schema --check schema.surql");
    shell.write("schema.surql", &shell.succeed("schema --at 2"));
    expect![[r#"
        stderr: error: schema.surql is stale
        stderr:   = --- schema.surql
        stderr:     +++ what the migrations make
        stderr:     @@ -3,3 +3,5 @@
        stderr:      DEFINE TABLE person SCHEMAFULL;
        stderr:      DEFINE FIELD name ON person TYPE string;
        stderr:      DEFINE FIELD nickname ON person TYPE option<string>;
        stderr:     +
        stderr:     +DEFINE TABLE pet SCHEMAFULL;
        stderr:   = help: `migrate schema > schema.surql` writes it anew
        exit status: 1
    "#]]
    .assert_eq(&shell.run("schema --check schema.surql"));
    expect![[r#"
        stderr: error: nothing.surql: the file cannot be read: No such file or directory (os error 2)
        exit status: 3
    "#]].assert_eq(&shell.run("schema --check nothing.surql"));
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
    expect![[r#"
        stderr: error: 2 problems in `migrations`
        stderr: 
        stderr: migrations/1.up.surql: this up script has no down script
        stderr:   = help: write `1.down.surql`, or begin this file with the line `-- migrate: irreversible`
        stderr: 
        stderr: migrations/1.up.surql:1:8: Unexpected token `an identifier`, expected a define statement keyword
        stderr:   |
        stderr: 1 | DEFINE TABEL a;
        stderr:   |        ^^^^^
        exit status: 3
    "#]].assert_eq(&shell.run("schema"));
}
