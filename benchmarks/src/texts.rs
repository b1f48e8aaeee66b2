//! Scripts as an application has them: 750 bytes on average, comments included.

/// The up script of a migration.
pub fn up(version: usize) -> String {
    let table = format!("entity_{version}");
    let first = first(version, "DEFINE TABLE entity;\n");
    format!(
        "{first}-- {version}: {table} and what is kept about each of them.\n\
         DEFINE TABLE {table} SCHEMAFULL TYPE NORMAL\n    PERMISSIONS\n        FOR select WHERE published = true OR owner = $auth.id\n        FOR create, update, delete WHERE owner = $auth.id;\n\n\
         DEFINE FIELD title ON {table} TYPE string ASSERT $value.len() > 0 AND $value.len() <= 200;\n\
         DEFINE FIELD owner ON {table} TYPE option<record<person>>;\n\
         DEFINE FIELD tags ON {table} TYPE array<string, 16> DEFAULT [];\n\
         DEFINE FIELD published ON {table} TYPE bool DEFAULT false;\n\
         DEFINE FIELD summary ON {table} TYPE option<string> ASSERT $value = NONE OR $value.len() <= 2000;\n\
         DEFINE FIELD place ON {table} TYPE option<geometry<point>> COMMENT 'where it was found, not where it is kept';\n\
         DEFINE FIELD created ON {table} TYPE datetime VALUE $before OR time::now() READONLY;\n\
         DEFINE FIELD updated ON {table} TYPE datetime VALUE time::now();\n\n\
         -- Titles are looked up without regard to case.\n\
         DEFINE INDEX {table}_title ON {table} FIELDS title UNIQUE;\n\
         DEFINE INDEX {table}_tags ON {table} FIELDS tags;\n\n\
         DEFINE EVENT {table}_changed ON {table} WHEN $event = 'UPDATE' AND $before.title != $after.title THEN {{\n    CREATE log SET at = time::now(), what = $after.id, text = 'title; was ' + $before.title;\n}};\n\n\
         UPDATE entity SET kind = 'entity {version}' WHERE number = {version} AND kind IS NONE;\n"
    )
}

/// Its down script.
pub fn down(version: usize) -> String {
    let table = format!("entity_{version}");
    let first = first(version, "REMOVE TABLE entity;\n");
    format!(
        "-- What {version} brought goes with its table.\n\
         UPDATE entity SET kind = NONE WHERE number = {version};\n\
         REMOVE EVENT {table}_changed ON {table};\n\
         REMOVE TABLE {table};\n{first}"
    )
}

/// What only the first migration says.
const fn first(version: usize, text: &str) -> &str {
    match version {
        1 => text,
        _ => "",
    }
}
