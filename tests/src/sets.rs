//! Sets of migrations that a test writes itself.

use migrate_runtime::Migrations;

/// Writes files into a folder, and reads them as the macro would.
///
/// # Panics
/// Where they are no set.
#[must_use]
pub fn set(files: &[(&str, &str)]) -> Migrations {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let migrations = folder.path().join("migrations");
    std::fs::create_dir(&migrations).expect("the folder is writable");
    for (name, text) in files {
        std::fs::write(migrations.join(name), text).expect("the folder is writable");
    }
    Migrations::read(&migrations).unwrap_or_else(|error| panic!("{error}"))
}

/// A set of so many migrations: each defines a table, and counts how often it was run.
#[must_use]
pub fn counted(count: u32) -> Migrations {
    let files: Vec<(String, String)> = (1..=count)
        .flat_map(|version| [counted_up(version), counted_down(version)])
        .collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (&**name, &**text)).collect();
    set(&files)
}

fn counted_up(version: u32) -> (String, String) {
    let text = format!(
        "DEFINE TABLE thing_{version} SCHEMALESS;\n\
         UPSERT counter:{version} SET up = (up ?? 0) + 1;\n\
         CREATE thing_{version} SET made = time::now();\n"
    );
    (format!("{version:03}_thing_{version}.up.surql"), text)
}

fn counted_down(version: u32) -> (String, String) {
    let text = format!(
        "REMOVE TABLE thing_{version};\n\
         UPSERT counter:{version} SET down = (down ?? 0) + 1;\n"
    );
    (format!("{version:03}_thing_{version}.down.surql"), text)
}
