//! The tables that a set makes, as an editor shows them on hover.

use std::path::Path;

use migrate_files::{Directory, File, Set, TableKind, read_files};

fn set(up: &str) -> Set {
    let files = [File::new(
        "1.up.surql",
        format!("-- migrate: irreversible\n{up}"),
    )];
    read_files(&Directory::new(Path::new("/nowhere"), "."), &files).unwrap()
}

#[test]
fn each_table_is_listed_with_its_kind_and_fields() {
    let set = set(
        "DEFINE TABLE full SCHEMAFULL; DEFINE FIELD b ON full TYPE array<array<int>>; DEFINE FIELD a.c ON full; \
         DEFINE TABLE less; DEFINE TABLE edge TYPE RELATION SCHEMAFULL; \
         DEFINE TABLE view AS SELECT * FROM full; DEFINE FIELD x ON by_field; \
         CREATE by_write; DEFINE PARAM $p VALUE 1; \
         DEFINE TABLE gone; REMOVE TABLE gone; IF $p = 1 { DEFINE TABLE perhaps };",
    );
    let tables = set.tables.iter().map(|table| {
        let kind = table.kind.map(|kind| kind.to_string()).unwrap_or_default();
        format!("{} {kind} {}", table.name, table.fields.join(" "))
    });
    assert_eq!(
        tables.collect::<Vec<_>>(),
        [
            "by_field schemaless x",
            "by_write schemaless ",
            "edge relation in out",
            "full schemafull a.c b",
            "less schemaless ",
            "view view ",
        ]
    );
    assert_eq!(set.tables[3].kind, Some(TableKind::Schemafull));
}
